// Operations on attention: choose a cell of the heatmap, by pointer or by arrow keys, and change it.

let cell = null;  // the chosen one: a row and a column

function chooseCell(wanted) {
  cell = wanted && view.steps[wanted.row] && wanted.column >= 0 && wanted.column < view.source.length ? wanted : null;
  if (cell) pinned = cell.row;
  changed();
}

function moveCell(event) {
  const moves = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
  if (event.key === 'Escape') chooseCell(null);
  if (!(event.key in moves)) return;
  event.preventDefault();
  const [down, right] = moves[event.key];
  const from = cell ?? { row: Math.max(0, activeStep()) - down, column: -right };
  chooseCell({
    row: Math.min(view.steps.length - 1, Math.max(0, from.row + down)),
    column: Math.min(view.source.length - 1, Math.max(0, from.column + right)),
  });
}

function drawEdit() {
  const box = find('.trace-edit');
  const known = cell && view.steps[cell.row] && rows[cell.row]?.length > cell.column;
  box.hidden = !known;
  if (known) setText(box.querySelector('[data-edit-cell]'), say('edit_cell', cellWords(cell)));
  for (const button of box.querySelectorAll('button')) button.disabled = view.status === 'running';
  drawEdits();
}

function cellWords({ row, column }) {
  return { target: shown(view.steps[row].token), source: shown(view.source[column]), share: percent(rows[row][column] / 255) };
}

// What has been changed so far, each with a way to take it back, and what it did to the translation before.
function drawEdits() {
  const box = find('.trace-edits');
  box.hidden = !view.edits.length;
  if (box.hidden) return;
  const list = box.querySelector('ul');
  const key = JSON.stringify([view.edits, view.source, view.status, say('language')]);
  if (list.dataset.key !== key) {
    list.dataset.key = key;
    list.replaceChildren(...view.edits.map(newEdit));
  }
  const [before, after] = view.effect;
  const known = Number.isFinite(before) && Number.isFinite(after);
  setText(box.querySelector('[data-effect]'), known ? say('effect', { before: before.toFixed(2), after: after.toFixed(2) }) : '');
}

function newEdit(edit, index) {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  const place = edit.step === null ? say('everywhere') : say('at_step', { step: edit.step + 1 });
  const kind = edit.kind === 'scale' ? `× ${edit.factor}` : say(edit.kind);
  button.textContent = `${kind} ${quoted(view.source[edit.position] ?? '')} · ${place} ✕`;
  button.setAttribute('aria-label', `${say('take_back')}: ${button.textContent.slice(0, -2)}`);
  button.disabled = view.status === 'running';
  button.addEventListener('click', () => steer({ action: 'unedit', edit: index }));
  item.append(button);
  return item;
}

function watchEdits() {
  find('canvas').addEventListener('keydown', moveCell);
  for (const button of root.querySelectorAll('.trace-edit button')) {
    button.addEventListener('click', () => {
      const { kind, where, factor } = button.dataset;
      const step = where === 'here' ? cell.row : null;
      steer({ action: 'edit', kind, step, position: cell.column, factor: Number(factor ?? 1) });
    });
  }
}
