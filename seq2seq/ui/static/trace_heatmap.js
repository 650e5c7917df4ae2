// The heatmap: a canvas with a row for each target of the picture and a column for each source.

const LABEL_FONT = '13px system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif';
const LONGEST_LABEL = 14;
const LABEL_GAP = 10;  // between two level labels
const LEAST_SLANTED = 13;  // the narrowest cell whose slanted label stays clear of the next
const LARGEST_CELL = 34;
const WIDEST_CELL = 72;
const MANY_ROWS = 60;
const MOST_PIXELS = 16e6;  // what every browser's canvas can hold
const GROWING_ROWS = 8;  // a picture that grows gets room for so many rows at once, so that the page moves less often
const LEAST_LEVEL = 3;  // of 255; less attention is not worth a word
let layout = null;
let roomWidth = 0;  // of the picture's box, kept because asking for it makes the browser lay out the page
let described = null;  // the picture that the table of words tells about

// The labels of groups, and the width of the widest one there will be.
function measureLabels(context, groups, final = groups) {
  const short = (group) => shortened(group.text, LONGEST_LABEL);
  return { labels: groups.map(short), width: Math.ceil(Math.max(0, ...final.map((group) => context.measureText(short(group)).width))) };
}

function layOutHeatmap(context) {
  const final = finalTargets();
  const targets = measureLabels(context, picture.targets, final);
  const sources = measureLabels(context, picture.sources);
  const columns = Math.max(1, picture.sources.length);
  const left = targets.width + 12;
  const room = roomForPicture() - left - 4;
  const level = Math.max(LARGEST_CELL, sources.width + LABEL_GAP);  // the cell that level labels want
  const slanted = level > Math.min(WIDEST_CELL, (room - 10) / columns);
  const overhang = slanted ? Math.ceil(sources.width * 0.57) : 10;
  const fitting = Math.floor((room - overhang) / columns);
  const cell = slanted ? Math.min(LARGEST_CELL, Math.max(LEAST_SLANTED, fitting)) : level;
  const top = slanted ? Math.ceil(sources.width * 0.82) + 14 : 24;
  const width = left + cell * columns + Math.max(overhang, 4);
  const row = final.length > MANY_ROWS ? 16 : 24;
  const grows = view.status === 'running';
  const count = grows ? Math.ceil(picture.rows.length / GROWING_ROWS) * GROWING_ROWS : picture.rows.length;
  return { left, top, cell, row, slanted, width, height: top + row * count + 2, targets, sources };
}

function roomForPicture() {
  roomWidth ||= find('.trace-scroll').clientWidth;
  return roomWidth;
}

// A canvas of another size is a new one; one that keeps its size is wiped.
function sizeCanvas(canvas, context, scale) {
  const [width, height] = [layout.width, layout.height].map((length) => Math.round(length * scale));
  if (canvas.width === width && canvas.height === height) {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
  } else {
    [canvas.width, canvas.height] = [width, height];
    canvas.style.width = `${layout.width}px`;
    canvas.style.height = `${layout.height}px`;
  }
  context.scale(scale, scale);
}

function drawHeatmap() {
  const canvas = find('canvas');
  const context = canvas.getContext('2d');
  context.font = LABEL_FONT;
  layout = reading.links ? layOutLinks(context) : layOutHeatmap(context);
  const scale = Math.min(window.devicePixelRatio || 1, Math.sqrt(MOST_PIXELS / (layout.width * layout.height)));
  sizeCanvas(canvas, context, scale);
  context.font = LABEL_FONT;
  const active = rowOf(activeStep());
  if (reading.links) drawLinks(context, active);
  else drawCells(context, active);
}

function drawCells(context, active) {
  drawSourceLabels(context, active);
  drawGround(context);
  picture.rows.forEach((row, index) => drawRow(context, row, index, index === active));
  if (active >= 0) outlineRow(context, active);
  if (cell && cell.row < picture.rows.length) outlineCell(context, cell);
}

function drawSourceLabels(context, active) {
  const row = picture.rows[active];
  const strongest = row ? row.indexOf(Math.max(...row)) : -1;
  layout.sources.labels.forEach((label, column) => {
    const x = layout.left + (column + 0.5) * layout.cell;
    context.save();
    context.fillStyle = inks[column === strongest ? 'accent' : 'ink-soft'];
    context.textAlign = layout.slanted ? 'left' : 'center';
    context.textBaseline = layout.slanted ? 'middle' : 'alphabetic';
    context.translate(x, layout.top - 8);
    if (layout.slanted) context.rotate(-Math.PI * 0.306);
    context.fillText(label, 0, 0);
    context.restore();
  });
}

function drawRow(context, row, index, active) {
  const y = layout.top + index * layout.row;
  context.fillStyle = inks[active ? 'accent' : 'ink'];
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillText(layout.targets.labels[index] ?? '', layout.left - 8, y + layout.row / 2);
  const share = shareIn(row);
  row.forEach((level, column) => {
    if (level < 2) return;
    [context.fillStyle] = colorsFor(share(level));
    context.fillRect(layout.left + column * layout.cell, y, layout.cell - 1, layout.row - 1);
  });
}

function outlineRow(context, index) {
  context.strokeStyle = inks.accent;
  context.lineWidth = 2;
  const y = layout.top + index * layout.row;
  context.strokeRect(layout.left - 1, y - 1, layout.cell * picture.sources.length + 1, layout.row + 1);
}

// Most cells get next to no attention: one rectangle and the gaps between cells stand for all of them.
function drawGround(context) {
  if (!picture.rows.length) return;
  const [right, bottom] = [layout.cell * picture.sources.length - 1, layout.row * picture.rows.length - 1];
  [context.fillStyle] = colorsFor(0);
  context.fillRect(layout.left, layout.top, right, bottom);
  for (let column = 1; column < picture.sources.length; column += 1) {
    context.clearRect(layout.left + column * layout.cell - 1, layout.top, 1, bottom);
  }
  for (let row = 1; row < picture.rows.length; row += 1) {
    context.clearRect(layout.left, layout.top + row * layout.row - 1, right, 1);
  }
}

// Where on the picture the pointer is, or null.
function cellAt(event) {
  if (!layout || !picture.rows.length) return null;
  const box = find('canvas').getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  if (layout.links) return linkAt(x, y);
  const column = Math.floor((x - layout.left) / layout.cell);
  const row = Math.floor((y - layout.top) / layout.row);
  const inside = row >= 0 && row < picture.rows.length && column < picture.sources.length;
  return inside ? { row, column } : null;
}

function watchHeatmap() {
  const canvas = find('canvas');
  const box = find('.trace-scroll');
  new ResizeObserver(() => {
    if (box.clientWidth === roomWidth) return;
    roomWidth = box.clientWidth;
    changed();
  }).observe(box);
  canvas.addEventListener('pointermove', (event) => {
    const under = cellAt(event);
    showCell(under);
    point(under ? picture.targets[under.row].start : -1);
  });
  canvas.addEventListener('pointerleave', () => { showCell(null); point(-1); });
  canvas.addEventListener('click', (event) => {
    chooseCell(cellAt(event));
  });
}

function outlineCell(context, { row, column }) {
  context.strokeStyle = inks.accent;
  context.lineWidth = 3;
  context.strokeRect(layout.left + column * layout.cell, layout.top + row * layout.row, layout.cell - 1, layout.row - 1);
}

function showCell(under) {
  const [target, source] = [picture.targets[under?.row], picture.sources[under?.column]];
  const level = picture.rows[under?.row]?.[under?.column];
  setText(find('.trace-cell'), target && source ? `${named(target)} → ${named(source)} ${percent(level / FULL)}` : '');
}

function describeHeatmap() {
  if (described === picture) return;
  described = picture;
  const canvas = find('canvas');
  const size = { rows: picture.targets.length, columns: picture.sources.length };
  canvas.setAttribute('aria-label', say(reading.links ? 'links_canvas' : 'canvas', size));
  const body = find('.trace-words tbody');
  body.replaceChildren(...picture.targets.map((target) => {
    const line = document.createElement('tr');
    const probability = view.steps.slice(target.start, target.end).reduce((product, step) => product * step.probability, 1);
    for (const words of [target.text, percent(probability), strongestWords(target.start, 1)]) {
      line.insertCell().textContent = words;
    }
    return line;
  }));
}

// The sources that a step looks at most, in words.
function strongestWords(step, count) {
  const row = picture.rows[rowOf(step)];
  if (!row || !row.length) return '';
  const columns = [...row.keys()].filter((column) => row[column] >= LEAST_LEVEL);
  const order = columns.sort((first, second) => row[second] - row[first]).slice(0, count);
  return order.map((column) => `${named(picture.sources[column])} ${percent(row[column] / FULL)}`).join(', ');
}
