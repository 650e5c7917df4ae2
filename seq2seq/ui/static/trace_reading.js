// How the attention is read: pieces or words, with or without specials, colours, heatmap or links.

const READING_KEY = 'seq2seq-explorer-reading';
const SPECIALS = new Set([END, '<s>', '<pad>']);
const FULL = 255;  // the level of all of a row's attention
const reading = { words: false, hidden: false, shared: false, relative: false, links: false };

// What is drawn of `view` under `reading`: targets and sources are groups of tokens, a row of levels for each target.
let picture = { targets: [], sources: [], rows: [], everySource: [], coverage: [] };

function takePicture() {
  const key = JSON.stringify([reading, say('language')]);
  if (picture.view === view && picture.key === key) return;
  const targets = groupTokens(view.steps.map((step) => step.token), view.target_words);
  const everySource = groupTokens(view.source, view.source_words);
  const sources = everySource.filter((source) => !(reading.hidden && source.special));
  picture = { view, key, targets, sources, everySource, rows: mergeRows(targets, sources), coverage: coverageOf(everySource) };
}

// The words of tokens, or each token alone; a word that is not whole yet is what is there of it.
function groupTokens(tokens, words) {
  const alone = tokens.map((token, start) => ({ text: shown(token), start, end: start + 1, special: SPECIALS.has(token) }));
  if (!reading.words || !words.length) return alone;
  return words.map((word) => JSON.parse(word)).filter(([start]) => start < tokens.length).map(([start, end, text]) => {
    if (end - start === 1) return alone[start];
    const whole = end <= tokens.length;
    return { text: whole ? shown(text) : tokens.slice(start).map(shown).join(''), start, end: whole ? end : tokens.length, special: false };
  });
}

function named(group) {
  return group.special ? group.text : `“${group.text}”`;
}

function mergeRows(targets, sources) {
  if (!rows.length || !rows[0].length) return rows;
  if (!reading.words && sources.length === view.source.length) return rows;
  return targets.map((target) => mergeRow(target, sources));
}

// Rows of a target are averaged, columns of a source are summed; shared out, what is shown makes a whole again.
function mergeRow(target, sources) {
  const merged = Float32Array.from(sources, (source) => columnsSum(source, target.start, target.end) / (target.end - target.start));
  const total = merged.reduce((sum, level) => sum + level, 0);
  const shared = reading.hidden && reading.shared && total > 0;
  return shared ? merged.map((level) => (level * FULL) / total) : merged;
}

function columnsSum(source, from, to) {
  let sum = 0;
  for (let step = from; step < to; step += 1) {
    for (let column = source.start; column < source.end; column += 1) sum += rows[step][column];
  }
  return sum;
}

// How much attention each source got from all tokens together, 1 being all that one token has.
function coverageOf(sources) {
  if (!rows.length || !rows[0].length) return [];
  return sources.map((source) => columnsSum(source, 0, rows.length) / FULL);
}

// The place in the picture of a step.
function rowOf(step) {
  return picture.targets.findIndex((target) => target.start <= step && step < target.end);
}

// The step and the source token of a cell, or null where it stands for several.
function tokensOf({ row, column }) {
  const [target, source] = [picture.targets[row], picture.sources[column]];
  const single = target && source && target.end - target.start === 1 && source.end - source.start === 1;
  return single ? { step: target.start, position: source.start } : null;
}

// The share of the palette for a level of a row: of all attention, or of the most in this row.
function shareIn(row) {
  const most = reading.relative ? Math.max(1, ...row) : FULL;
  return (level) => level / most;
}

// The source tokens, shaded by how much the active token looks at each, above a bar of what each got from all tokens.
function drawSource() {
  const row = picture.rows[rowOf(activeStep())];
  const box = find('.trace-source-tokens');
  const { everySource, coverage, sources } = picture;
  while (box.children.length > everySource.length) box.lastChild.remove();
  while (box.children.length < everySource.length) box.append(newSource());
  const share = row?.length ? shareIn(row) : null;
  const most = Math.max(1, ...coverage);
  let column = 0;
  everySource.forEach((source, place) => {
    const seen = sources[column] === source;
    drawSourceToken(box.children[place], source, place, { share: seen && share ? share(row[column]) : null, coverage: coverage[place], most });
    if (seen) column += 1;
  });
  find('.trace-coverage-hint').hidden = !coverage.length;
}

function newSource() {
  const node = document.createElement('bdi');
  const words = document.createElement('span');
  words.className = 'trace-hidden';
  node.append(document.createElement('span'), words, document.createElement('i'));
  return node;
}

function drawSourceToken(node, source, place, { share, coverage, most }) {
  const endsWord = reading.words || startsWord(view.source[picture.everySource[place + 1]?.start]);
  const leftOut = reading.hidden && source.special;
  const drawn = [source.text, endsWord, leftOut, share, coverage, most, levels, say('language')];
  if (node.drawn?.every((part, index) => part === drawn[index])) return;
  node.drawn = drawn;
  const [text, words, bar] = node.children;
  setText(text, source.text);
  const sentence = coverage === undefined ? '' : say('coverage', { value: coverage.toFixed(2) });
  setText(words, sentence && ` (${sentence})`);
  node.title = sentence;
  bar.hidden = coverage === undefined;
  bar.style.width = `${(100 * (coverage ?? 0)) / most}%`;
  node.classList.toggle('is-word-end', endsWord);
  node.classList.toggle('is-left-out', leftOut);
  if (share === null) text.removeAttribute('style');
  else paint(text, share);
}

// One line of explanation where most of the active token's attention stands on a special token.
function drawSink(step) {
  const row = rows[step] ?? [];
  const special = view.source.reduce((sum, token, column) => sum + (SPECIALS.has(token) ? row[column] ?? 0 : 0), 0);
  find('.trace-sink').hidden = special < FULL / 2;
}

function drawReading() {
  const scroll = find('.trace-scroll');
  find('.trace-reading').hidden = find('.trace-honest').hidden = scroll.hidden;
  scroll.classList.toggle('is-links', reading.links);
  for (const input of root.querySelectorAll('[data-reading]')) {
    if (input.type === 'checkbox') input.checked = reading[input.dataset.reading];
    else input.value = String(reading[input.dataset.reading]);
  }
  const shared = find('[data-reading="shared"]');
  shared.disabled = !reading.hidden;
  shared.closest('label').classList.toggle('is-off', shared.disabled);
}

function watchReading() {
  recallReading();
  for (const input of root.querySelectorAll('[data-reading]')) {
    input.addEventListener('change', () => {
      reading[input.dataset.reading] = input.type === 'checkbox' ? input.checked : input.value === 'true';
      cell = null;
      described = null;
      find('.trace-scroll').style.minHeight = '';  // a replay holds the height of another picture
      keepReading();
      changed();
    });
  }
}

// A browser may refuse to remember, and what it remembers may be anything.
function recallReading() {
  try {
    const kept = JSON.parse(localStorage.getItem(READING_KEY)) ?? {};
    for (const name of Object.keys(reading)) reading[name] = kept[name] === true;
  } catch {
    return;
  }
}

function keepReading() {
  try {
    localStorage.setItem(READING_KEY, JSON.stringify(reading));
  } catch {
    return;
  }
}
