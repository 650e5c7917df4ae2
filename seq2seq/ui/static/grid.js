// The settings grid: a table that fills cell by cell; a cell that did worse than a narrower beam says so in words.

let shownRun = 0;

function header(words, scope) {
  const cell = made('th', '', words);
  cell.scope = scope;
  return cell;
}

function worseText(cell) {
  const [width, gap] = cell.worse;
  if (cell.chrf === null) return say('grid_worse_likely', { width, gap: gap.toFixed(2) });
  return say('grid_worse_chrf', { width, gap: gap.toFixed(1) });
}

function newCell(cell) {
  const box = made('td', cell?.worse ? 'is-worse' : '');
  if (!cell) return box;
  if (cell.chrf !== null) box.append(made('strong', '', say('grid_scores', { chrf: cell.chrf.toFixed(1), bleu: cell.bleu.toFixed(1) })));
  const likely = say('grid_log_probability', { value: cell.log_probability.toFixed(2) });
  box.append(made(cell.chrf === null ? 'strong' : 'span', '', likely));
  box.append(made('span', '', say('grid_tokens', { tokens: cell.tokens })));
  if (cell.text) {
    const words = made('span', 'grid-words', cell.text);
    words.dir = 'auto';
    box.append(words);
  }
  if (cell.worse) box.append(made('span', 'grid-worse', worseText(cell)));
  return box;
}

function gridStatus(value, total) {
  const done = value.cells.length;
  if (value.status === 'done') return say('grid_done', { total, sentences: value.sentences });
  return say(value.status === 'running' ? 'grid_running' : 'grid_stopped', { done, total });
}

function drawTable(value) {
  const cells = value.cells.map((text) => JSON.parse(text));
  find('.grid-table thead tr').replaceChildren(header(say('grid_corner'), 'col'), ...value.penalties.map((penalty) => header(String(penalty), 'col')));
  const rows = value.widths.map((width) => {
    const row = made('tr');
    const boxes = value.penalties.map((penalty) => newCell(cells.find((cell) => cell.width === width && cell.penalty === penalty)));
    row.append(header(String(width), 'row'), ...boxes);
    return row;
  });
  find('.grid-table tbody').replaceChildren(...rows);
}

function drawGrid() {
  const value = JSON.parse(JSON.stringify(props.value ?? {}));
  if ((value.run ?? 0) < shownRun) return;
  shownRun = value.run;
  drawFrame(value);
  find('.grid-body').hidden = value.status === 'empty';
  if (value.status === 'empty') return;
  setText(find('.trace-status'), gridStatus(value, value.widths.length * value.penalties.length));
  drawTable(value);
}

translateTemplate();
drawGrid();
watch('value', drawGrid);
watch('strings', () => { translateTemplate(); drawGrid(); });
