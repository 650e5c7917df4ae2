// An evaluation: how far it is, the scores, the charts that were asked for, and the sentences, the worst first.

let shownRun = 0;
let shownReport = '';
let gainsFirst = false;

function evaluateStatus(value) {
  if (value.status !== 'running') return say(`evaluate_${value.status}`);
  const words = say(`evaluate_stage_${value.stage}`);
  return value.share > 0 && value.share < 1 ? `${words} · ${Math.floor(100 * value.share)} %` : words;
}

// -- scores -----------------------------------------------------------------------------------------------

function verdictWords(report) {
  const [first, second] = shortNames(report);
  const bleu = report.comparison.metrics.bleu;
  const values = { first, second, difference: signed(bleu.difference), p: bleu.p_value < 0.001 ? '< 0.001' : `= ${bleu.p_value.toFixed(3)}` };
  return say(`evaluate_verdict_${bleu.verdict}`, values);
}

function scoreTable(report) {
  const compared = report.comparison !== null;
  const heads = ['', ...report.systems.map((system) => system.label)];
  if (compared) heads.push(say('evaluate_difference'), say('test_p'));
  const table = headed(made('table', 'lines-table test-metrics'), heads);
  const body = table.createTBody();
  const line = (name, cells) => {
    const row = body.insertRow();
    const head = made('th', '', name);
    head.scope = 'row';
    row.append(head, ...cells.map((words) => made('td', '', words)));
  };
  report.systems[0].scores.forEach(([name], place) => {
    const cells = report.systems.map((system) => scoreWithRoom(system.scores[place][1], system.scores[place][2]));
    if (compared) cells.push(signed(report.comparison.metrics[name].difference), report.comparison.metrics[name].p_value.toFixed(3));
    line(TEST_NAMES[name] + (name === 'ter' ? ` (${say('test_less_is_better')})` : ''), cells);
  });
  const rest = compared ? ['', ''] : [];
  line(say('test_exact'), [...report.systems.map((system) => score(system.exact, 1)), ...rest]);
  line(say('evaluate_loss'), [...report.systems.map((system) => score(system.loss, 3)), ...rest]);
  line(say('evaluate_perplexity'), [...report.systems.map((system) => score(system.perplexity, 2)), ...rest]);
  line(say('evaluate_seconds'), [...report.systems.map((system) => score(system.seconds, 1)), ...rest]);
  return table;
}

function drawScores(report) {
  const scored = report.systems.every((system) => system.scores.length);
  find('.evaluate-scores').hidden = !scored;
  if (!scored) return;
  find('.evaluate-verdict').hidden = report.comparison === null;
  if (report.comparison !== null) setText(find('.evaluate-verdict'), verdictWords(report));
  find('.evaluate-scores .test-scroll').replaceChildren(scoreTable(report));
  setText(find('.evaluate-signatures'), report.systems[0].scores.map(([name, , , signature]) => `${TEST_NAMES[name]}  ${signature}`).join('\n'));
}

// -- charts -----------------------------------------------------------------------------------------------

const FEWEST_TO_DRAW = 10;  // sentences that reach a place; the table has all of them
const KINDS = ['heldout', 'second'];  // the lines of the first and the second model
const LINES = ['━', '╌'];  // how they look

function plainTable(heads, rows) {
  const table = headed(made('table', 'lines-table evaluate-numbers'), heads);
  const body = table.createTBody();
  for (const cells of rows) body.insertRow().append(...cells.map((words) => made('td', '', words)));
  return table;
}

// A figure in its place; what is returned draws it, once all figures stand and it is known how wide they are.
function newChart(part, { title, hint, series, digits, table, most = 1 }) {
  const figure = made('figure', 'chart evaluate-chart');
  figure.dataset.part = part;
  const caption = made('figcaption');
  caption.append(made('h3', '', title), made('p', 'evaluate-hint', hint), made('p', 'chart-words'));
  const box = made('div', 'chart-box');
  const numbers = made('details', 'trace-more');
  const scroll = made('div', 'test-scroll');
  scroll.append(table);
  numbers.append(made('summary', '', say('evaluate_numbers')), scroll);
  figure.append(caption, box, numbers);
  find('.evaluate-charts').append(figure);
  const words = (at) => series.filter((each) => each.points.length && each.kind !== 'general').map((each) => {
    const [x, y] = pointAt(each.points, at);
    return say('evaluate_point', { name: each.name, value: shortNumber(y, digits), at: shortNumber(x, most > 1 ? 0 : 2) });
  }).join(' · ');
  return () => drawChart(figure, series, { lastStep: most, words });
}

// What the models are called where there is little room: the first part of their labels, where that tells them apart.
function shortNames(report) {
  const names = report.systems.map((system) => system.label.split(' · ')[0]);
  return new Set(names).size < names.length ? report.systems.map((system) => system.label) : names;
}

// One line a model; a single one is called by what is measured.
function seriesOf(report, measured, points) {
  const names = report.systems.length === 1 ? [measured] : shortNames(report).map((name, place) => `${LINES[place]} ${name}`);
  return report.systems.map((system, place) => ({ name: names[place], kind: KINDS[place], points: points(system) }));
}

function drawLengths(report) {
  if (!report.systems.some((system) => system.lengths.length)) return [];
  return [newChart('lengths', {
    title: say('evaluate_stage_lengths'), hint: say('evaluate_hint_lengths'), digits: 1, most: 2,
    series: seriesOf(report, 'BLEU', (system) => system.lengths.map(([low, high, , bleu]) => [(low + high) / 2, bleu])),
    table: plainTable(
      [say('evaluate_tokens'), say('evaluate_count'), ...report.systems.flatMap((system) => [`BLEU · ${system.label}`, `chrF · ${system.label}`])],
      report.systems[0].lengths.map(([low, high, count], row) => [
        `${low}–${high}`, count.toLocaleString(), ...report.systems.flatMap((system) => (system.lengths[row] ?? []).slice(3).map((value) => score(value))),
      ]),
    ),
  })];
}

function drawWidths(report) {
  if (!report.systems.some((system) => system.widths.length)) return [];
  return [newChart('widths', {
    title: say('evaluate_stage_widths'), hint: say('evaluate_hint_widths'), digits: 2, most: 2,
    series: seriesOf(report, 'BLEU', (system) => system.widths.map(([width, bleu]) => [width, bleu])),
    table: plainTable(
      ['', say('evaluate_width'), 'BLEU', 'chrF', say('evaluate_ratio'), say('evaluate_empty_count'), say('evaluate_seconds')],
      report.systems.flatMap((system) => system.widths.map(([width, bleu, chrf, ratio, empty, seconds]) => [
        system.label, String(width), score(bleu), score(chrf), score(ratio, 3), String(empty), score(seconds, 1),
      ])),
    ),
  })];
}

function drawCalibration(report) {
  const names = shortNames(report);
  return ['forced', 'inference'].filter((kind) => report.systems.some((system) => system.calibration[kind])).map((kind) => {
    const known = report.systems.filter((system) => system.calibration[kind]);
    const errors = known.map((system) => say('evaluate_calibration_error', {
      name: names[report.systems.indexOf(system)], error: percent(system.calibration[kind].error), confidence: percent(system.calibration[kind].confidence), accuracy: percent(system.calibration[kind].accuracy),
    })).join(' ');
    return newChart(`calibration-${kind}`, {
      title: say(`evaluate_calibration_${kind}`), hint: `${say(`evaluate_hint_calibration_${kind}`)} ${errors}`, digits: 2,
      series: [
        ...seriesOf(report, say('evaluate_right'), (system) => (system.calibration[kind]?.bins ?? []).map(([, , , confidence, accuracy]) => [confidence, accuracy])),
        { name: '', kind: 'general', points: [[0, 0], [1, 1]] },
      ],
      table: plainTable(
        ['', say('evaluate_confidence'), say('evaluate_count_tokens'), say('evaluate_mean_confidence'), say('evaluate_right')],
        known.flatMap((system) => system.calibration[kind].bins.map(([low, high, tokens, confidence, accuracy]) => [
          system.label, `${low.toFixed(1)}–${high.toFixed(1)}`, tokens.toLocaleString(), percent(confidence), percent(accuracy),
        ])),
      ),
    });
  });
}

function drawExposure(report) {
  const names = shortNames(report);
  return report.systems.filter((system) => system.exposure).map((system) => {
    const [found, place] = [system.exposure, report.systems.indexOf(system)];
    const telling = found.positions.filter(([position, count]) => position === 1 || count >= FEWEST_TO_DRAW);
    const values = { never: found.never.toLocaleString(), sentences: found.sentences.toLocaleString(), forced: percent(found.forced), free: percent(found.free), tokens: found.after.toLocaleString() };
    return newChart(`exposure-${place}`, {
      title: `${say('evaluate_stage_exposure')} · ${names[place]}`, hint: `${say('evaluate_hint_exposure')} ${say('evaluate_exposure_sum', values)}`, digits: 2, most: 2,
      series: [
        { name: say('evaluate_forced'), kind: 'heldout', points: telling.map(([position, , forced]) => [position, forced]) },
        { name: say('evaluate_free'), kind: 'second', points: telling.map(([position, , , free]) => [position, free]) },
      ],
      table: plainTable(
        [say('evaluate_position'), say('evaluate_count'), say('evaluate_forced'), say('evaluate_free'), say('evaluate_diverged')],
        found.positions.map(([position, count, forced, free, diverged]) => [String(position), count.toLocaleString(), percent(forced), percent(free), diverged.toLocaleString()]),
      ),
    });
  });
}

// -- sentences --------------------------------------------------------------------------------------------

function exploreSentence(place, side) {
  if (String(window.getSelection())) return;  // the reader marks text to copy it
  trigger('explore', { place, side });
}

function sentenceRow([place, line, source, reference, shown], heads) {
  const row = made('tr');
  const head = made('th');
  head.scope = 'row';
  const button = made('button', '', String(line));
  button.type = 'button';
  button.setAttribute('aria-label', say('lines_explore', { line }));
  head.append(button);
  row.append(head);
  for (const words of [source, reference, ...shown.map(([words]) => words)]) {
    const cell = made('td', 'test-words', words);
    cell.dir = 'auto';
    row.append(cell);
  }
  const last = shown.length > 1 ? signed(shown[1][1] - shown[0][1], 1) : score(shown[0][1], 1);
  row.append(made('td', 'lines-number', last));
  [...row.cells].forEach((cell, column) => { cell.dataset.name = heads[column]; });
  row.addEventListener('click', (event) => exploreSentence(place, shown.length > 1 && event.target.cellIndex === 4 ? 1 : 0));
  return row;
}

function drawSentences(report) {
  find('.evaluate-sentences').hidden = !report.rows.length;
  if (!report.rows.length) return;
  const compared = report.systems.length > 1;
  const counts = compared ? report.comparison : null;
  setText(find('.evaluate-sentences-title'), compared ? say('test_changes', { better: counts.better, worse: counts.worse, equal: counts.equal }) : say('evaluate_worst', { shown: report.rows.length.toLocaleString(), count: report.sentences.toLocaleString() }));
  const turn = find('.evaluate-sentences .test-turn');
  turn.hidden = !compared;
  setText(turn, say(gainsFirst ? 'test_worst_first' : 'test_best_first'));
  const heads = [say('lines_line'), say('test_source'), say('test_reference'), ...(compared ? report.systems.map((system) => system.label) : [say('train_translation')]), compared ? say('evaluate_chrf_change') : 'chrF'];
  const table = headed(made('table', 'lines-table test-changes'), heads);
  const rows = compared && gainsFirst ? [...report.rows].reverse() : report.rows;
  table.createTBody().append(...rows.map((row) => sentenceRow(row, heads)));
  find('.evaluate-sentences .lines-scroll').replaceChildren(table);
}

function drawReport(text) {
  const key = JSON.stringify([text, say('language'), isDark(), root.clientWidth, gainsFirst]);
  if (key === shownReport) return;
  shownReport = key;
  find('.evaluate-charts').replaceChildren();
  if (!text) {
    find('.evaluate-scores').hidden = true;
    find('.evaluate-sentences').hidden = true;
    setText(find('.evaluate-name'), say('evaluate_title'));
    setText(find('.evaluate-size'), '');
    return;
  }
  const report = JSON.parse(text);
  setText(find('.evaluate-name'), report.name);
  const left = report.left_out ? ` ${say('evaluate_left_out', { count: report.left_out.toLocaleString() })}` : '';
  setText(find('.evaluate-size'), say('evaluate_size', { sentences: report.sentences.toLocaleString(), references: report.references.toLocaleString() }) + left);
  drawScores(report);
  const charts = [drawLengths, drawWidths, drawCalibration, drawExposure].flatMap((make) => make(report));
  for (const draw of charts) draw();
  drawSentences(report);
}

function drawEvaluation() {
  const value = JSON.parse(JSON.stringify(props.value ?? {}));
  if ((value.run ?? 0) < shownRun) return;
  shownRun = value.run;
  chooseColors();
  drawFrame(value);
  const empty = value.status === 'empty';
  find('.trace-empty').hidden = !empty;
  find('.evaluate-body').hidden = empty;
  if (empty) return;
  setText(find('.trace-status'), evaluateStatus(value));
  const bar = find('.lines-progress');
  bar.hidden = value.status !== 'running';
  if (value.share < 0) bar.removeAttribute('value');
  else bar.value = value.share;
  drawReport(value.report);
}

function sayEvaluation() {
  translateTemplate();
  drawEvaluation();
}

find('.evaluate-sentences .test-turn').addEventListener('click', () => { gainsFirst = !gainsFirst; drawEvaluation(); });
sayEvaluation();
watch('value', drawEvaluation);
watch('strings', sayEvaluation);
const evaluateThemes = new MutationObserver(drawEvaluation);
for (const node of [document.documentElement, document.body]) evaluateThemes.observe(node, { attributeFilter: ['class'] });
new ResizeObserver(drawEvaluation).observe(root);
