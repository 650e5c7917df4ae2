// A training run: how far it is, its curves, what it says by now, and the attention as it comes about.

let shownTrain = '';

function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

function trainStatus(value) {
  if (value.status === 'queued') return say('train_queued', { place: value.place });
  if (value.status !== 'running') return say(`train_${value.status}`);
  if (value.stopping) return say('train_stopping');
  if (!value.step) return say('train_starting');
  return say('train_running', { share: Math.floor(100 * value.progress), left: clock(value.seconds_left) });
}

function trainNumbers(value) {
  const numbers = [];
  if (value.step) numbers.push(['train_step', value.step.toLocaleString()], ['train_epoch', value.epoch.toFixed(2)]);
  if (value.tokens_per_second) numbers.push(['train_speed', Math.round(value.tokens_per_second).toLocaleString()]);
  if (value.gradient_norm !== null) numbers.push(['train_gradient', value.gradient_norm.toPrecision(3)]);
  const best = value.best;
  if (best) numbers.push(['train_best', `${best.metric} ${best.value.toFixed(2)} (${say('train_at_step', { step: best.step.toLocaleString() })})`]);
  const general = JSON.parse(value.validations).filter((row) => row[5] !== null);
  if (general.length) numbers.push(['train_general', `${general[0][5].toFixed(2)} → ${general.at(-1)[5].toFixed(2)}`]);
  if (value.target) numbers.push(['train_target', targetWords(value.target)]);
  const found = (value.embeddings ?? []).map(([side, share]) => say('train_embeddings_share', { side: say(side === 'source' ? 'train_source' : 'train_translation'), share: (100 * share).toFixed(1) }));
  if (found.length) numbers.push(['train_embeddings', found.join(' · ')]);
  if (value.pairs) numbers.push(['train_pairs', value.pairs.toLocaleString()]);
  if (value.parameters) numbers.push(['train_parameters', value.parameters.toLocaleString()]);
  return numbers;
}

function drawNumbers(value) {
  find('.train-numbers').replaceChildren(...trainNumbers(value).map(([name, words]) => {
    const pair = made('div');
    pair.append(made('dt', '', say(name)), made('dd', '', words));
    return pair;
  }));
}

// What a chart says under it: each series at a step, or at its end.
function wordsOf(series, digits) {
  return (step) => series.filter((each) => each.points.length).map((each) => {
    const [at, number] = pointAt(each.points, step);
    return say('train_point', { name: each.name, value: shortNumber(number, digits), step: at.toLocaleString() });
  }).join(' · ');
}

function drawCharts(value) {
  const validations = JSON.parse(value.validations);
  const scores = (column) => validations.filter((row) => row[column] !== null).map((row) => [row[0], row[column]]);
  const charts = {
    loss: [
      { name: say('train_loss_training'), kind: 'training', points: JSON.parse(value.losses) },
      { name: say('train_loss_heldout'), kind: 'heldout', points: scores(1) },
    ],
    scores: [
      value.target ? { name: say('train_exact'), kind: 'heldout', points: scores(6) } : { name: 'BLEU', kind: 'heldout', points: scores(2) },
      { name: 'chrF', kind: 'second', points: scores(3) },
      { name: say('train_general'), kind: 'general', points: scores(5) },
    ],
    rate: [{ name: say('train_rate'), kind: 'training', points: JSON.parse(value.rates) }],
  };
  for (const [name, series] of Object.entries(charts)) {
    const digits = { loss: 3, scores: 1, rate: 5 }[name];
    drawChart(find(`[data-chart="${name}"]`), series, { lastStep: value.step, words: wordsOf(series, digits) });
  }
  drawValidations(validations);
}

function drawValidations(validations) {
  find('.train-validations').hidden = !validations.length;
  find('.train-validations tbody').replaceChildren(...validations.map(([step, loss, bleu, chrf, best, general]) => {
    const row = made('tr');
    for (const words of [step.toLocaleString(), score(loss, 3), score(bleu), score(chrf), score(general), best ? '✓' : '']) row.append(made('td', '', words));
    return row;
  }));
}

function drawSamples(text) {
  const samples = JSON.parse(text);
  find('.train-samples').hidden = !samples.length;
  find('.train-samples tbody').replaceChildren(...samples.map((sample) => {
    const row = made('tr');
    row.append(...sample.map((words) => { const cell = made('td', 'lines-words', words); cell.dir = 'auto'; return cell; }));
    return row;
  }));
}

function pushWords({ to, step, reason }) {
  if (!to) return '';
  if (reason) return say('train_not_pushed', { to, step: step.toLocaleString(), reason });
  return step === null ? say('train_push_waits', { to }) : say('train_pushed', { to, step: step.toLocaleString() });
}

function drawTrain() {
  const value = JSON.parse(JSON.stringify(props.value ?? {}));
  const key = JSON.stringify([value, say('language'), isDark(), root.clientWidth]);
  if (key === shownTrain) return;
  shownTrain = key;
  chooseColors();
  drawFrame(value);
  const empty = value.status === 'empty';
  find('.trace-empty').hidden = !empty;
  find('.train-body').hidden = empty;
  if (empty) return;
  setText(find('.train-name'), value.name);
  setText(find('.trace-status'), trainStatus(value));
  setText(find('.train-happened'), value.happened);
  find('.train-happened').hidden = !value.happened;
  setText(find('.train-pushed'), pushWords(value.push));
  find('.train-pushed').hidden = !value.push.to;
  find('.lines-progress').hidden = value.status !== 'running';
  find('.lines-progress').value = value.progress;
  setText(find('.train-command pre'), value.command);
  drawNumbers(value);
  setText(find('[data-chart="scores"] h3'), say(value.target ? 'train_scores_exact' : 'train_scores'));
  drawCharts(value);
  drawSamples(value.samples);
  drawTests(value.tests);
  takeProbes(value.probes);
  drawLapse();
}

function sayTrain() {
  translateTemplate();
  drawTrain();
}

watchLapse();
sayTrain();
watch('value', drawTrain);
watch('strings', sayTrain);
const trainThemes = new MutationObserver(drawTrain);
for (const node of [document.documentElement, document.body]) trainThemes.observe(node, { attributeFilter: ['class'] });
new ResizeObserver(drawTrain).observe(root);
