// The heatmap: a canvas with a row for each target token and a column for each source token.

const LABEL_FONT = '13px system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif';
const LONGEST_LABEL = 14;
const LABEL_GAP = 10;  // between two level labels
const LEAST_SLANTED = 13;  // the narrowest cell whose slanted label stays clear of the next
const LARGEST_CELL = 34;
const WIDEST_CELL = 72;
const MANY_ROWS = 60;
const MOST_PIXELS = 16e6;  // what every browser's canvas can hold
const LEAST_LEVEL = 3;  // of 255; less attention is not worth a word
let layout = null;
let described = null;  // the view that the table of words tells about

function measureLabels(context, tokens) {
  const labels = tokens.map((token) => shortened(shown(token), LONGEST_LABEL));
  return { labels, width: Math.ceil(Math.max(0, ...labels.map((label) => context.measureText(label).width))) };
}

function layOutHeatmap(context) {
  const targets = measureLabels(context, view.steps.map((step) => step.token));
  const sources = measureLabels(context, view.source);
  const left = targets.width + 12;
  const room = find('.trace-scroll').clientWidth - left - 4;
  const level = Math.max(LARGEST_CELL, sources.width + LABEL_GAP);  // the cell that level labels want
  const slanted = level > Math.min(WIDEST_CELL, (room - 10) / view.source.length);
  const overhang = slanted ? Math.ceil(sources.width * 0.57) : 10;
  const fitting = Math.floor((room - overhang) / view.source.length);
  const cell = slanted ? Math.min(LARGEST_CELL, Math.max(LEAST_SLANTED, fitting)) : level;
  const top = slanted ? Math.ceil(sources.width * 0.82) + 14 : 24;
  const width = left + cell * view.source.length + Math.max(overhang, 4);
  const row = rows.length > MANY_ROWS ? 16 : 24;
  return { left, top, cell, row, slanted, width, height: top + row * rows.length + 2, targets, sources };
}

function drawHeatmap() {
  const canvas = find('canvas');
  const context = canvas.getContext('2d');
  if (!rows.length || !rows[0].length) return;
  context.font = LABEL_FONT;
  layout = layOutHeatmap(context);
  const scale = Math.min(window.devicePixelRatio || 1, Math.sqrt(MOST_PIXELS / (layout.width * layout.height)));
  canvas.width = Math.round(layout.width * scale);
  canvas.height = Math.round(layout.height * scale);
  canvas.style.width = `${layout.width}px`;
  canvas.style.height = `${layout.height}px`;
  context.scale(scale, scale);
  context.font = LABEL_FONT;
  const active = activeStep();
  drawSourceLabels(context, active);
  drawGround(context);
  rows.forEach((row, index) => drawRow(context, row, index, index === active));
  if (active >= 0) outlineRow(context, active);
  if (cell && cell.row < rows.length) outlineCell(context, cell);
}

function drawSourceLabels(context, active) {
  const row = rows[active];
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
  row.forEach((weight, column) => {
    if (weight < 2) return;
    [context.fillStyle] = colorsFor(weight / 255);
    context.fillRect(layout.left + column * layout.cell, y, layout.cell - 1, layout.row - 1);
  });
}

function outlineRow(context, index) {
  context.strokeStyle = inks.accent;
  context.lineWidth = 2;
  const y = layout.top + index * layout.row;
  context.strokeRect(layout.left - 1, y - 1, layout.cell * view.source.length + 1, layout.row + 1);
}

// Most cells get next to no attention: one rectangle and the gaps between cells stand for all of them.
function drawGround(context) {
  const [right, bottom] = [layout.cell * view.source.length - 1, layout.row * rows.length - 1];
  [context.fillStyle] = colorsFor(0);
  context.fillRect(layout.left, layout.top, right, bottom);
  for (let column = 1; column < view.source.length; column += 1) {
    context.clearRect(layout.left + column * layout.cell - 1, layout.top, 1, bottom);
  }
  for (let row = 1; row < rows.length; row += 1) {
    context.clearRect(layout.left, layout.top + row * layout.row - 1, right, 1);
  }
}

// Where on the heatmap the pointer is, or null.
function cellAt(event) {
  if (!layout || !rows.length) return null;
  const box = find('canvas').getBoundingClientRect();
  const column = Math.floor((event.clientX - box.left - layout.left) / layout.cell);
  const row = Math.floor((event.clientY - box.top - layout.top) / layout.row);
  const inside = row >= 0 && row < rows.length && column < view.source.length;
  return inside ? { row, column } : null;
}

function watchHeatmap() {
  const canvas = find('canvas');
  canvas.addEventListener('pointermove', (event) => {
    const under = cellAt(event);
    showCell(under);
    point(under ? under.row : -1);
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
  const known = under && under.column >= 0 && view.steps[under.row];
  const weight = known ? percent(rows[under.row][under.column] / 255) : '';
  const sentence = known
    ? `${quoted(view.steps[under.row].token)} → ${quoted(view.source[under.column])} ${weight}`
    : '';
  setText(find('.trace-cell'), sentence);
}

function describeHeatmap() {
  if (described === view) return;
  described = view;
  const canvas = find('canvas');
  canvas.setAttribute('aria-label', say('canvas', { rows: rows.length, columns: view.source.length }));
  const body = find('.trace-words tbody');
  body.replaceChildren(...view.steps.map((step, index) => {
    const line = document.createElement('tr');
    for (const words of [shown(step.token), percent(step.probability), strongestWords(index, 1)]) {
      line.insertCell().textContent = words;
    }
    return line;
  }));
}

// The source tokens that a step looks at most, in words.
function strongestWords(index, count) {
  const row = rows[index];
  if (!row || !row.length) return '';
  const columns = [...row.keys()].filter((column) => row[column] >= LEAST_LEVEL);
  const order = columns.sort((first, second) => row[second] - row[first]).slice(0, count);
  return order.map((column) => `${quoted(view.source[column])} ${percent(row[column] / 255)}`).join(', ');
}
