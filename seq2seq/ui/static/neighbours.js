// Neighbours: tokens to ask about, the sentences that are near, and the states in two dimensions.

const root = element.querySelector('.near');
const find = (selector) => root.querySelector(selector);
const WORD_START = '\u2581';
const SIDES = ['source', 'target'];
const NOTHING = { shown: 0, source: [], target: [], edited: false, maps: {}, chosen: null, found: [], message: '', progress: null, stopped: false, index: null, caption: [] };
let view = NOTHING;
let asked = 0;  // the translation whose states were asked for
let waiting = false;

function say(key, values = {}) {
  return Object.entries(values).reduce(
    (sentence, [name, value]) => sentence.replace(`{${name}}`, () => String(value)),
    props.strings[key],
  );
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function newNode(name, className, text) {
  const node = document.createElement(name);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function tokenName(token) {
  if (token === '</s>') return say('end');
  const bare = token.startsWith(WORD_START) && token.length > 1 ? token.slice(1) : token;
  return bare.replaceAll(WORD_START, '␣').replaceAll(' ', '␣').replaceAll('\n', '↵').replaceAll('\t', '⇥') || '∅';
}

const counted = (number) => Number(number).toLocaleString('en-US');
const percentOf = (share) => (100 * share).toFixed(share < 0.1 ? 1 : 0);

function takeValue() {
  view = { ...NOTHING, ...JSON.parse(JSON.stringify(props.value ?? {})) };
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; draw(); });
}

function draw() {
  const has = view.source.length > 0;
  root.dataset.status = view.progress ? 'building' : has ? 'ready' : 'empty';
  root.setAttribute('aria-busy', String(Boolean(view.progress)));
  setText(find('.near-message'), view.message);
  find('.near-message').hidden = !view.message;
  find('.near-empty').hidden = has;
  find('.near-body').hidden = !has;
  drawProgress();
  drawIndex();
  if (!has) return;
  find('.near-hint').hidden = view.found.length > 0;
  find('.near-edited').hidden = !view.edited;
  for (const side of SIDES) drawTokens(side);
  drawFound();
  for (const side of SIDES) drawSide(side);
  find('.near-maps').hidden = !view.maps.source;
  askForMaps();
}

function drawProgress() {
  const box = find('.near-progress');
  box.hidden = !view.progress;
  if (!view.progress) return;
  const { share, sentences, states } = view.progress;
  const words = say('near_progress', { percent: Math.floor(100 * share), sentences: counted(sentences), states: counted(states) });
  box.querySelector('progress').value = 100 * share;
  box.querySelector('progress').setAttribute('aria-label', words);
  setText(box.querySelector('span'), words);
}

function drawIndex() {
  const index = view.index;
  const parts = [];
  if (view.stopped) parts.push(say('near_stopped'));
  if (index) {
    const numbers = { sentences: index.sentences, corpus: index.corpus, source: index.states.source, target: index.states.target };
    const values = Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, counted(number)]));
    parts.push(say(index.sample ? 'near_sample' : 'near_whole', { ...values, model: index.model, origin: index.origin }));
    if (index.skipped) parts.push(say('near_skipped', { skipped: counted(index.skipped) }));
    if (index.reused) parts.push(say('near_reused'));
    if (index.in_cache) parts.push(say('near_cache'));
  }
  setText(find('.near-index'), parts.join(' '));
  find('.near-index').hidden = !parts.length;
}

function isChosen(side, place) {
  return view.chosen?.side === side && view.chosen.place === place;
}

function choose(side, place) {
  trigger('near', { side, place });
}

// Buttons stay where they are, so that the one in focus keeps it.
function drawTokens(side) {
  const group = find(`.near-tokens[data-side="${side}"]`);
  const tokens = view[side];
  while (group.children.length > tokens.length) group.lastChild.remove();
  while (group.children.length < tokens.length) {
    const place = group.children.length;
    const button = newNode('button', 'near-token');
    button.type = 'button';
    button.addEventListener('click', () => choose(side, place));
    group.append(button);
  }
  tokens.forEach((token, place) => {
    const button = group.children[place];
    setText(button, tokenName(token));
    button.setAttribute('aria-pressed', String(isChosen(side, place)));
    button.classList.toggle('is-end', token === '</s>');
  });
}

function drawFound() {
  const box = find('.near-found');
  box.hidden = !view.found.length;
  if (!view.found.length) { box.querySelector('ol').replaceChildren(); return; }
  const token = tokenName(view[view.chosen.side][view.chosen.place]);
  setText(box.querySelector('h3'), say('near_found', { token: `“${token}”` }));
  box.querySelector('ol').replaceChildren(...view.found.map(neighbourItem));
}

// Only what is the same rounds to 1.
function similarityWords(similarity) {
  return similarity < 0.99995 && similarity >= 0.9995 ? '> 0.999' : similarity.toFixed(3);
}

// The token is bold and in brackets: neither colour nor weight is the only sign.
function neighbourItem({ before, token, after, other, line, similarity }) {
  const item = newNode('li', '');
  const sentence = newNode('p', 'near-sentence');
  sentence.dir = 'auto';
  sentence.append(before, newNode('b', '', `[${tokenName(token)}]`), after);
  const translation = newNode('p', 'near-other', other);
  translation.dir = 'auto';
  const words = `${say('near_similarity', { value: similarityWords(similarity) })} · ${say('near_line', { line })}`;
  item.append(sentence, ...(other ? [translation] : []), newNode('small', '', words));
  return item;
}

function drawSide(side) {
  const figure = find(`figure[data-side="${side}"]`);
  const map = view.maps[side];
  figure.hidden = !map?.points.length;
  if (figure.hidden) return;
  const names = view[side].map(tokenName);
  const caption = say(side === 'source' ? 'near_map_source' : 'near_map_target');
  const axes = map.kept.map((share, axis) => say('near_axis', { axis: axis + 1, percent: percentOf(share) }));
  const note = say('near_map_note', { percent: percentOf(map.kept[0] + map.kept[1]), count: map.points.length });
  setText(figure.querySelector('figcaption'), caption);
  setText(figure.querySelector('p'), note);
  const svg = figure.querySelector('svg');
  svg.setAttribute('aria-label', `${caption}. ${axes.join('. ')}. ${note}`);
  drawMap(svg, map.points, names, view.chosen?.side === side ? view.chosen.place : -1, axes, (place) => choose(side, place));
  figure.querySelector('table').replaceChildren(tableHead(), ...map.points.map((point, place) => tableRow(names[place], point)));
}

function tableHead() {
  const row = document.createElement('tr');
  const words = [say('near_token'), say('near_axis_short', { axis: 1 }), say('near_axis_short', { axis: 2 })];
  for (const word of words) {
    const cell = newNode('th', '', word);
    cell.scope = 'col';
    row.append(cell);
  }
  return row;
}

function tableRow(name, point) {
  const row = document.createElement('tr');
  row.append(newNode('td', '', name), ...point.map((number) => newNode('td', '', number.toFixed(2).replace('-', '−'))));
  return row;
}

// The states are drawn once someone looks at the panel, and once for each translation.
function askForMaps() {
  if (view.maps.source || asked === view.shown || !root.offsetParent) return;
  asked = view.shown;
  trigger('near', {});
}

function watchSaving() {
  for (const button of root.querySelectorAll('[data-save]')) {
    const figure = button.closest('figure');
    button.addEventListener('click', () => {
      const lines = [figure.querySelector('figcaption').textContent, figure.querySelector('p').textContent, ...view.caption];
      savePicture(figure.querySelector('svg'), lines, `states-${figure.dataset.side}.${button.dataset.save}`, colorsAround(root));
    });
  }
}

// A token chosen in the live view is asked about here too, while this panel is open and has sentences to search.
function followLiveView(event) {
  const token = event.target.closest?.('#trace .trace-token');
  if (!token || !view.index || !root.offsetParent) return;
  const place = [...document.querySelectorAll('#trace .trace-token')].indexOf(token);
  if (place < view.target.length) choose('target', place);
}

function translateTemplate() {
  for (const node of root.querySelectorAll('[data-string]')) setText(node, say(node.dataset.string));
  for (const node of root.querySelectorAll('[data-label]')) node.setAttribute('aria-label', say(node.dataset.label));
}

translateTemplate();
document.addEventListener('click', followLiveView);
watchSaving();
watch('value', takeValue);
watch('strings', () => { translateTemplate(); draw(); });
takeValue();
new IntersectionObserver(() => askForMaps()).observe(root);
