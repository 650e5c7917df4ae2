// The heatmap: a canvas with a row for each target token and a column for each source token.

const LABEL_FONT = '13px system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif';
const LONGEST_LABEL = 14;
const SMALLEST_CELL = 9;
const LARGEST_CELL = 34;
const ROW_HEIGHT = 24;
let layout = null;

function measureLabels(context, tokens) {
  const labels = tokens.map((token) => shortened(shown(token), LONGEST_LABEL));
  return { labels, width: Math.ceil(Math.max(0, ...labels.map((label) => context.measureText(label).width))) };
}

function layOutHeatmap(context) {
  const targets = measureLabels(context, view.steps.map((step) => step.token));
  const sources = measureLabels(context, view.source);
  const left = targets.width + 12;
  const room = find('.trace-scroll').clientWidth - left - 4;
  const slanted = sources.width + 6 > Math.floor(room / view.source.length);
  const overhang = slanted ? Math.ceil(sources.width * 0.57) : 0;
  const fitting = Math.floor((room - overhang) / view.source.length);
  const cell = Math.min(LARGEST_CELL, Math.max(SMALLEST_CELL, fitting, slanted ? 13 : 0));
  const top = slanted ? Math.ceil(sources.width * 0.82) + 14 : 24;
  const width = left + cell * view.source.length + Math.max(overhang, 4);
  return { left, top, cell, slanted, width, height: top + ROW_HEIGHT * rows.length + 2, targets, sources };
}

function drawHeatmap() {
  const canvas = find('canvas');
  const context = canvas.getContext('2d');
  if (!rows.length || !rows[0].length) return;
  context.font = LABEL_FONT;
  layout = layOutHeatmap(context);
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(layout.width * scale);
  canvas.height = Math.round(layout.height * scale);
  canvas.style.width = `${layout.width}px`;
  canvas.style.height = `${layout.height}px`;
  context.scale(scale, scale);
  context.font = LABEL_FONT;
  const active = activeStep();
  drawSourceLabels(context, active);
  rows.forEach((row, index) => drawRow(context, row, index, index === active));
}

function drawSourceLabels(context, active) {
  const row = rows[active];
  const strongest = row ? row.indexOf(Math.max(...row)) : -1;
  layout.sources.labels.forEach((label, column) => {
    const x = layout.left + (column + 0.5) * layout.cell;
    context.save();
    context.fillStyle = styleColor(column === strongest ? '--trace-accent' : '--trace-ink-soft');
    context.textAlign = layout.slanted ? 'left' : 'center';
    context.textBaseline = layout.slanted ? 'middle' : 'alphabetic';
    context.translate(x, layout.top - 8);
    if (layout.slanted) context.rotate(-Math.PI * 0.306);
    context.fillText(label, 0, 0);
    context.restore();
  });
}

function drawRow(context, row, index, active) {
  const y = layout.top + index * ROW_HEIGHT;
  context.fillStyle = styleColor(active ? '--trace-accent' : '--trace-ink');
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillText(layout.targets.labels[index] ?? '', layout.left - 8, y + ROW_HEIGHT / 2);
  row.forEach((weight, column) => {
    [context.fillStyle] = colorsFor(weight / 255);
    context.fillRect(layout.left + column * layout.cell, y, layout.cell - 1, ROW_HEIGHT - 1);
  });
  if (!active) return;
  context.strokeStyle = styleColor('--trace-accent');
  context.lineWidth = 2;
  context.strokeRect(layout.left - 1, y - 1, layout.cell * row.length + 1, ROW_HEIGHT + 1);
}

// Where on the heatmap the pointer is, or null.
function cellAt(event) {
  if (!layout || !rows.length) return null;
  const box = find('canvas').getBoundingClientRect();
  const column = Math.floor((event.clientX - box.left - layout.left) / layout.cell);
  const row = Math.floor((event.clientY - box.top - layout.top) / ROW_HEIGHT);
  const inside = row >= 0 && row < rows.length && column < view.source.length;
  return inside ? { row, column } : null;
}

function watchHeatmap() {
  const canvas = find('canvas');
  canvas.addEventListener('pointermove', (event) => {
    const cell = cellAt(event);
    showCell(cell);
    point(cell ? cell.row : -1);
  });
  canvas.addEventListener('pointerleave', () => { showCell(null); point(-1); });
  canvas.addEventListener('click', (event) => {
    const cell = cellAt(event);
    if (cell) { pinned = cell.row; changed(); }
  });
}

function showCell(cell) {
  const known = cell && cell.column >= 0 && view.steps[cell.row];
  const weight = known ? percent(rows[cell.row][cell.column] / 255) : '';
  const sentence = known
    ? `${shown(view.steps[cell.row].token)} → ${shown(view.source[cell.column])}  ${weight}`
    : '';
  setText(find('.trace-cell'), sentence);
}

function describeHeatmap() {
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
  const order = [...row.keys()].sort((first, second) => row[second] - row[first]).slice(0, count);
  return order.map((column) => `${shown(view.source[column])} ${percent(row[column] / 255)}`).join(', ');
}
