// Operations on attention: choose a cell of the picture, by pointer or by arrow keys, and change it.

let cell = null;  // the chosen one: a row and a column

function chooseCell(wanted) {
  const target = picture.targets[wanted?.row];
  cell = target && picture.sources[wanted.column] ? wanted : null;
  if (target) pinned = target.start;
  changed();
}

function moveCell(event) {
  const moves = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
  if (event.key === 'Escape') chooseCell(null);
  if (!(event.key in moves)) return;
  event.preventDefault();
  const [down, right] = moves[event.key];
  const from = cell ?? { row: Math.max(0, rowOf(activeStep())) - down, column: -right };
  chooseCell({
    row: Math.min(picture.targets.length - 1, Math.max(0, from.row + down)),
    column: Math.min(picture.sources.length - 1, Math.max(0, from.column + right)),
  });
}

function drawEdit() {
  const box = find('.trace-edit');
  const known = cell && picture.rows[cell.row]?.length > cell.column;
  const single = known && tokensOf(cell);
  box.hidden = !known;
  if (known) setText(box.querySelector('[data-edit-cell]'), say(single ? 'edit_cell' : 'edit_merged', cellWords(cell)));
  for (const button of box.querySelectorAll('button')) button.disabled = view.status === 'running' || !single;
  drawEdits();
}

function cellWords({ row, column }) {
  return { target: picture.targets[row].text, source: picture.sources[column].text, share: percent(picture.rows[row][column] / FULL) };
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
      const { step, position } = tokensOf(cell);
      steer({ action: 'edit', kind, step: where === 'here' ? step : null, position, factor: Number(factor ?? 1) });
    });
  }
}
