// What a run is worth: its tests before and after, sorted by change, and what it forgot.

let shownTests = '';
let worstFirst = false;

function verdictOf(test) {
  const bleu = test.metrics.find((metric) => metric.name === 'bleu');
  if (bleu.before === null) return say('test_only_after', { after: scoreWithRoom(bleu.after, bleu.after_half_width), exact: score(test.exact_after, 1) });
  const changed = test.changes.length > 0;
  const key = !changed ? 'same' : bleu.verdict;
  return say(`test_${test.test}_${key}`, { before: score(bleu.before), after: score(bleu.after), change: signed(bleu.after - bleu.before), p: bleu.p_value < 0.001 ? '< 0.001' : `= ${bleu.p_value.toFixed(3)}` });
}

function metricTable(test) {
  const compared = test.metrics[0].before !== null;
  const names = compared ? ['before', 'after', 'change', 'p'] : ['after'];
  const table = headed(made('table', 'lines-table test-metrics'), ['', ...names.map((name) => say(`test_${name}`))]);
  const body = table.createTBody();
  for (const metric of test.metrics) {
    const row = body.insertRow();
    const name = made('th', '', TEST_NAMES[metric.name] + (metric.name === 'ter' ? ` (${say('test_less_is_better')})` : ''));
    name.scope = 'row';
    name.title = metric.signature;
    row.append(name);
    const after = scoreWithRoom(metric.after, metric.after_half_width);
    const cells = compared ? [scoreWithRoom(metric.before, metric.before_half_width), after, signed(metric.after - metric.before), metric.p_value.toFixed(3)] : [after];
    row.append(...cells.map((words) => made('td', '', words)));
  }
  const exact = body.insertRow();
  const name = made('th', '', say('test_exact'));
  name.scope = 'row';
  exact.append(name, ...(compared ? [score(test.exact_before, 1), score(test.exact_after, 1), signed(test.exact_after - test.exact_before, 1), ''] : [score(test.exact_after, 1)]).map((words) => made('td', '', words)));
  return table;
}

function changeTable(test) {
  const compared = test.metrics[0].before !== null;
  const names = ['source', 'reference', ...(compared ? ['before'] : []), 'after', compared ? 'change' : 'chrf'];
  const heads = names.map((name) => (name === 'chrf' ? 'chrF' : say(`test_${name}`)));
  const table = headed(made('table', 'lines-table test-changes'), heads);
  const body = table.createTBody();
  const changes = compared && !worstFirst ? [...test.changes].reverse() : test.changes;
  for (const change of changes) {
    const row = body.insertRow();
    for (const words of [change.source, change.reference, ...(compared ? [change.before] : []), change.after]) {
      const cell = made('td', 'test-words', words);
      cell.dir = 'auto';
      row.append(cell);
    }
    row.append(made('td', 'lines-number', compared ? signed(change.change, 1) : score(change.change, 1)));
    [...row.cells].forEach((cell, column) => { cell.dataset.name = heads[column]; });
  }
  return table;
}

function changesPart(test, redraw) {
  const part = made('details', 'trace-more');
  part.open = test.test === 'test';
  const compared = test.metrics[0].before !== null;
  part.append(made('summary', '', compared ? say('test_changes', { better: test.better, worse: test.worse, equal: test.equal }) : say('test_worst')));
  if (compared && test.changes.length > 1) {
    const turn = made('button', 'test-turn', say(worstFirst ? 'test_best_first' : 'test_worst_first'));
    turn.type = 'button';
    turn.addEventListener('click', () => { worstFirst = !worstFirst; redraw(); find('.test-turn')?.focus(); });
    part.append(turn);
  }
  const scroll = made('div', 'lines-scroll');
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', say('test_changes_label'));
  scroll.append(changeTable(test));
  part.append(scroll);
  return part;
}

function drawTests(texts) {
  const key = JSON.stringify([texts, say('language')]);
  if (key === shownTests) return;
  shownTests = key;
  const place = find('.train-tests');
  place.hidden = !texts.length;
  const redraw = () => { shownTests = ''; drawTests(texts); };
  place.replaceChildren(...texts.map((text) => JSON.parse(text)).map((test) => {
    const section = made('section', 'train-test');
    section.dataset.test = test.test;
    const scroll = made('div', 'test-scroll');
    scroll.append(metricTable(test));
    section.append(made('h3', '', say(`test_title_${test.test}`, { count: test.sentences.toLocaleString() })), made('p', 'test-verdict', verdictOf(test)), scroll, made('p', 'test-note', say('test_note')));
    if (test.changes.length) section.append(changesPart(test, redraw));
    return section;
  }));
}
