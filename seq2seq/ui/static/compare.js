// Two results side by side. What only one side says is bold and underlined; each token carries its probability.

let comparison = { run: 0, status: 'empty', message: '', panes: [], different: 0 };
const sides = ['compare_left', 'compare_right'];

function newToken([token, probability, differs], next) {
  const chip = made(differs ? 'mark' : 'span', 'compare-token');
  const name = made('bdi', '', shown(token));
  const share = made('small', '', percent(probability));
  if (differs) chip.append(name, share, made('span', 'trace-hidden', `(${say('compare_differs')})`));
  else chip.append(name, share);
  if (token === END || next?.[0].startsWith(WORD_START) || next?.[0] === END) chip.classList.add('is-word-end');
  paint(chip, probability);
  return chip;
}

function newNumbers(pane) {
  const list = made('dl', 'compare-numbers');
  const milliseconds = pane.milliseconds < 10 ? pane.milliseconds.toFixed(1) : Math.round(pane.milliseconds);
  const numbers = [
    ['log_probability', pane.log_probability.toFixed(2)],
    ['score', pane.score.toFixed(2)],
    ['compare_tokens', String(pane.tokens.length)],
    ['compare_time', say('compare_milliseconds', { milliseconds })],
  ];
  for (const [key, value] of numbers) {
    const pair = made('div');
    pair.append(made('dt', '', say(key)), made('dd', '', value));
    list.append(pair);
  }
  return list;
}

function drawPane(box, pane, side) {
  box.replaceChildren(made('h3', '', say(side)));
  if (!pane) return;
  const words = made('p', 'trace-text', pane.text || say('nothing'));
  words.dir = 'auto';
  const tokens = made('p', 'compare-tokens');
  tokens.dir = 'auto';
  tokens.append(...pane.tokens.map((token, index) => newToken(token, pane.tokens[index + 1])));
  box.append(words, tokens, newNumbers(pane));
  if (comparison.status === 'done' && !pane.finished) box.append(made('p', 'trace-note', say('cut')));
}

function compareStatus() {
  if (comparison.status === 'running') return say('compare_running');
  if (comparison.status === 'stopped') return say('compare_stopped');
  return comparison.different ? say('compare_different', { words: comparison.different }) : say('compare_same');
}

// What the log-probabilities of both sides say about each other.
function verdict(panes) {
  if (comparison.status !== 'done') return '';
  if (!comparison.same_model) return say('compare_two_models');
  const gap = panes[0].log_probability - panes[1].log_probability;
  if (Math.abs(gap) < 0.005) return say('compare_equally_likely');
  return say('compare_more_likely', { side: say(sides[gap > 0 ? 0 : 1]), gap: Math.abs(gap).toFixed(2) });
}

function drawComparison() {
  chooseColors();
  drawFrame(comparison);
  const empty = comparison.status === 'empty';
  find('.trace-empty').hidden = !empty;
  find('.compare-body').hidden = empty;
  if (empty) return;
  const panes = comparison.panes.map((text) => JSON.parse(text));
  root.querySelectorAll('.compare-result').forEach((box, index) => drawPane(box, panes[index], sides[index]));
  setText(find('.trace-status'), compareStatus());
  setText(find('.compare-verdict'), verdict(panes));
}

function takeComparison() {
  const value = JSON.parse(JSON.stringify(props.value ?? {}));
  if ((value.run ?? 0) < comparison.run) return;
  comparison = value;
  drawComparison();
}

translateTemplate();
takeComparison();
watch('value', takeComparison);
watch('strings', () => { translateTemplate(); drawComparison(); });
new MutationObserver(drawComparison).observe(document.body, { attributeFilter: ['class'] });
