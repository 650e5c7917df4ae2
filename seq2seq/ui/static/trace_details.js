// The active token's alternatives, and the list of hypotheses.

function drawDetails() {
  const index = activeStep();
  const step = view.steps[index];
  find('.trace-details').hidden = !step;
  if (!step) return;
  steered = index;
  setText(find('.trace-chosen'), `${quoted(step.token)} ${percent(step.probability)}${step.forced ? ` · ${say('forced')}` : ''}`);
  const choices = Math.exp(step.entropy);
  setText(find('.trace-entropy'), say('entropy_text', {
    entropy: step.entropy.toFixed(2),
    choices: choices < 10 ? choices.toFixed(1) : Math.round(choices),
  }));
  drawCandidates(step);
  const looks = strongestWords(index, 3);
  setText(find('.trace-looks'), looks ? `${say('looks_at')}: ${looks}` : '');
  drawSink(index);
}

function drawCandidates(step) {
  const body = find('.trace-candidates tbody');
  while (body.rows.length > step.candidates.length) body.deleteRow(-1);
  while (body.rows.length < step.candidates.length) newCandidate(body);
  const marked = step.candidates.some(([token]) => token.startsWith(WORD_START));
  step.candidates.forEach(([token, probability], index) => {
    const line = body.rows[index];
    const inside = marked && /^\p{L}/u.test(token);  // a piece that continues a word
    const word = line.cells[0].querySelector('bdi');
    setText(word, inside ? `…${shown(token)}` : shown(token));
    word.title = token;
    const bar = line.cells[1].firstChild;
    bar.style.width = `${Math.max(0.5, 100 * probability)}%`;
    bar.style.backgroundColor = inks.bar;
    setText(line.cells[2], percent(probability));
    line.classList.toggle('is-chosen', token === step.token);
  });
}

function newCandidate(body) {
  const line = body.insertRow();
  line.insertCell().append(newForceButton(line.rowIndex));
  line.insertCell().append(document.createElement('i'));
  line.insertCell();
}

function drawHypotheses() {
  const box = find('.trace-hypotheses');
  const growing = view.status === 'running' || Boolean(replay);
  box.hidden = (replay?.whole ?? view).hypotheses.length < 2;
  if (box.hidden) return;
  setText(box.querySelector('h3'), say(growing ? 'hypotheses_live' : 'hypotheses'));
  const list = box.querySelector('ol');
  while (list.children.length > view.hypotheses.length) list.lastChild.remove();
  while (list.children.length < view.hypotheses.length) list.append(newHypothesis(list.children.length));
  view.hypotheses.forEach((hypothesis, index) => {
    const button = list.children[index].firstChild;
    setText(button.children[0], hypothesis.text || (growing ? '…' : say('nothing')));
    const score = `${say('score')} ${hypothesis.score.toFixed(2)}`;
    setText(button.children[1], `${score} · ${say('log_probability')} ${hypothesis.log_probability.toFixed(2)}`);
    button.setAttribute('aria-pressed', String(index === view.selected));
    button.classList.toggle('is-chosen', index === view.selected);
    button.disabled = growing;
  });
}

function newHypothesis(index) {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  const words = document.createElement('bdi');
  button.append(words, document.createElement('small'));
  button.addEventListener('click', () => choose({ hypothesis: index }));
  item.append(button);
  return item;
}

function choose(part) {
  pinned = -1;
  const current = { hypothesis: view.selected, layer: view.layer, head: view.head };
  trigger('choose', { ...current, ...part });
}

function drawSelect(kind, box, count) {
  box.hidden = !(count > 1);
  const select = box.querySelector('select');
  if (select.dataset.count !== `${count} ${say('mean')}`) {
    select.dataset.count = `${count} ${say('mean')}`;
    select.replaceChildren(new Option(say('mean'), '-1'));
    for (let number = 0; number < count; number += 1) select.add(new Option(String(number + 1), String(number)));
  }
  select.value = String(view[kind]);
}

function drawSelects() {
  drawSelect('layer', find('.trace-layer'), view.layers);
  drawSelect('head', find('.trace-head-choice'), view.heads);
}

function watchSelects() {
  find('.trace-layer select').addEventListener('change', (event) => choose({ layer: Number(event.target.value) }));
  find('.trace-head-choice select').addEventListener('change', (event) => choose({ head: Number(event.target.value) }));
}
