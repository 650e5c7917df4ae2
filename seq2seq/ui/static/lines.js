// The table of many sentences: it only grows while a run goes on, so only new rows are made.

let shownRun = 0;
let shownRows = [];  // the JSON text of each row that stands in the table

function newWords(words, kind = '') {
  const cell = made('td', `lines-words ${kind}`, words);
  cell.dir = 'auto';
  return cell;
}

function explore(line) {
  if (String(window.getSelection())) return;  // the reader marks text to copy it
  trigger('explore', { line });
}

function newRow(text) {
  const [number, source, translation, mean, total, tokens, problem] = JSON.parse(text);
  const row = made('tr');
  const head = made('th');
  head.scope = 'row';
  head.append(source.trim() ? newButton(number) : String(number));
  row.append(
    head,
    newWords(source),
    problem ? newWords(problem, 'lines-problem') : newWords(translation),
    made('td', 'lines-number', tokens ? mean.toFixed(3) : ''),
    made('td', 'lines-number', tokens ? total.toFixed(2) : ''),
  );
  if (source.trim()) row.addEventListener('click', () => explore(number));
  return row;
}

function newButton(number) {
  const button = made('button', '', String(number));
  button.type = 'button';
  button.dataset.line = String(number);
  button.setAttribute('aria-label', say('lines_explore', { line: number }));
  return button;
}

function drawRows(texts) {
  const body = find('.lines-table tbody');
  const grows = shownRows.length <= texts.length && shownRows.every((text, index) => text === texts[index]);
  if (!grows) body.replaceChildren();
  body.append(...texts.slice(grows ? shownRows.length : 0).map(newRow));
  shownRows = texts;
}

function linesStatus(value) {
  const done = value.rows.length;
  if (value.status === 'running') return say('lines_running', { done, total: value.total });
  if (value.status === 'stopped') return say('lines_stopped', { done, total: value.total });
  return say('lines_done', { total: value.total, seconds: value.seconds.toFixed(1) });
}

function drawLines() {
  const value = JSON.parse(JSON.stringify(props.value ?? {}));
  if ((value.run ?? 0) < shownRun) return;
  shownRun = value.run;
  drawFrame(value);
  find('.trace-empty').hidden = value.status !== 'empty';
  find('.lines-body').hidden = value.status === 'empty';
  if (value.status === 'empty') return;
  setText(find('.trace-status'), linesStatus(value));
  find('.lines-progress').hidden = value.status !== 'running';
  find('.lines-progress').value = value.total ? value.rows.length / value.total : 0;
  drawRows(value.rows);
}

function sayLines() {
  translateTemplate();
  for (const button of root.querySelectorAll('[data-line]')) button.setAttribute('aria-label', say('lines_explore', { line: button.dataset.line }));
  drawLines();
}

sayLines();
watch('value', drawLines);
watch('strings', sayLines);
