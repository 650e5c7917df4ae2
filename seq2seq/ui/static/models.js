// The models that are here, and how far one is that is being pulled.

let shownRun = 0;
let shownRows = '';
let asked = '';  // the model whose removal was asked for once

function act(kind, name) {
  if (kind === 'remove' && asked !== name) {
    asked = name;
    shownRows = '';
    drawModels();
    find(`[data-remove="${CSS.escape(name)}"]`)?.focus();
    return;
  }
  asked = '';
  if (kind === 'explore') trigger('explore', { name });
  if (kind === 'card') trigger('card', { name });
  if (kind === 'update') trigger('renew', { name });
  if (kind === 'remove') trigger('remove', { name });
}

function actionButton(kind, name, words) {
  const button = made('button', `models-action models-${kind}`, words);
  button.type = 'button';
  if (kind === 'remove') button.dataset.remove = name;
  button.setAttribute('aria-label', say('models_of', { action: words, name }));
  button.addEventListener('click', () => act(kind, name));
  return button;
}

function commitCell(row) {
  const cell = made('td', 'models-commit', row.commit);
  if (row.newer) cell.append(made('span', 'models-newer', say('models_newer', { commit: row.newer })));
  if (row.newer === '') cell.append(made('span', 'models-newest', say('models_newest')));
  return cell;
}

function modelRow(row, removable) {
  const line = made('tr');
  const head = made('th', 'models-name', row.name);
  head.scope = 'row';
  if (row.private) head.append(made('span', 'models-mark', say('models_private')));
  if (!row.commit) head.append(made('span', 'models-mark', say('models_bundled')));
  const actions = made('td', 'models-actions');
  actions.append(actionButton('explore', row.name, say('models_explore')));
  actions.append(actionButton('card', row.name, say('models_card')));
  if (row.newer) actions.append(actionButton('update', row.name, say('models_update')));
  if (row.commit && removable) actions.append(actionButton('remove', row.name, say(asked === row.name ? 'models_sure' : 'models_remove')));
  line.append(head, made('td', 'models-about', row.about), commitCell(row), made('td', 'lines-number', row.size), made('td', 'models-date', row.pulled), actions);
  return line;
}

function saidWords({ key, ...values }) {
  if (key === 'asking') return say('models_asking', values);
  if (key === 'pulling') return say('models_pulling', values);
  if (key === 'here') return say('models_here', values);
  if (key === 'same') return say('models_same', values);
  if (key === 'unasked') return say('models_unasked', values);
  if (key === 'removed') return say('models_removed', values);
  return '';
}

function drawModels() {
  const value = JSON.parse(JSON.stringify(props.value ?? {}));
  if ((value.run ?? 0) < shownRun) return;
  shownRun = value.run;
  drawFrame(value);
  setText(find('.models-said'), saidWords(value.said ?? {}));
  find('.models-said').hidden = !value.said?.key;
  find('.lines-progress').hidden = value.status !== 'running';
  find('.lines-progress').value = value.share;
  const rows = JSON.stringify([value.rows, value.removable]);
  if (rows === shownRows) return;
  shownRows = rows;
  find('tbody').replaceChildren(...value.rows.map((row) => modelRow(row, value.removable)));
}

function sayModels() {
  translateTemplate();
  shownRows = '';
  drawModels();
}

sayModels();
watch('value', drawModels);
watch('strings', sayModels);
