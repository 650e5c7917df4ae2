// The pictures of a search, one for each of its steps: what the server sent, and how far it has been drawn.

const NOTHING = {
  pool: [], pictures: [], source: [], source_words: [], edits: [], effect: [], alarms: [], message: '',
  selected: 0, layers: 0, heads: 0, layer: -1, head: -1,
};

const SMOOTH_FRAMES = 30;  // what came at once is drawn in about so many frames, half a second

let view = null;  // what is drawn: the picture of a step, see `showPicture`
let rows = [];  // attention of each step of it, as bytes
let whole = { ...NOTHING, status: 'empty', run: 0 };  // what the server sent last
let pool = [];  // steps: the text of each, and once it was shown the step and its row of attention
let pictures = [];  // for each: the last step in the pool, hypotheses with their whole texts, words, what changed
let place = -1;  // the picture that is shown

function takeWhole(value) {
  const isNew = value.run !== whole.run;
  whole = { ...NOTHING, ...value };
  pool = whole.pool.map((text, index) => (pool[index]?.text === text ? pool[index] : { text }));
  let kept = 0;
  while (!isNew && kept < pictures.length && pictures[kept].text === whole.pictures[kept]) kept += 1;
  pictures = pictures.slice(0, kept);
  for (const text of whole.pictures.slice(pictures.length)) pictures.push(readPicture(text, pictures.at(-1)));
  if (isNew) place = -1;
  if (!whole.live || window.matchMedia('(prefers-reduced-motion: reduce)').matches) place = Infinity;
  place = Math.min(place, pictures.length - 1);
  if (place < 0 && pictures.length) place = 0;
  showPicture();
}

// A hypothesis may continue the text of its parent; words say how many of those before they keep.
function readPicture(text, before) {
  const { last, words, hypotheses, changed: marks } = JSON.parse(text);
  return {
    text,
    last,
    changed: marks,
    words: [...(before?.words ?? []).slice(0, words[0]), ...words.slice(1)],
    hypotheses: hypotheses.map(([parent, continues, added, score, logProbability, finished]) => ({
      parent, text: (continues ? before.hypotheses[parent].text : '') + added, score, log_probability: logProbability, finished,
    })),
  };
}

function stepAt(index) {
  const item = pool[index];
  if (!item.step) {
    item.step = JSON.parse(item.text);
    item.row = decodeRow(item.step.attention);
  }
  return item;
}

// The steps that end with this one, the first step first.
function pathTo(last) {
  const path = [];
  for (let index = last; index >= 0; index = path.at(-1).step.after) path.push(stepAt(index));
  return path.reverse();
}

// Let `view` and `rows` be those of the picture at `place`.
function showPicture() {
  const shownPicture = pictures[place];
  const path = shownPicture ? pathTo(shownPicture.last) : [];
  const hypotheses = shownPicture?.hypotheses ?? [];
  const waits = place < pictures.length - 1;
  const selected = Math.min(whole.selected, Math.max(0, hypotheses.length - 1));
  rows = path.map((item) => item.row);
  view = {
    ...whole,
    status: waits ? 'running' : whole.status,
    alarms: waits ? [] : whole.alarms,
    steps: path.map((item) => item.step),
    text: hypotheses[selected]?.text ?? '',
    hypotheses,
    selected,
    target_words: shownPicture?.words ?? [],
    changed: shownPicture?.changed ?? [],
  };
}

// Go on to the next picture, with a larger stride the more are waiting; whether there was one.
function advance() {
  const left = pictures.length - 1 - place;
  if (left <= 0 || replay) return false;
  place += Math.ceil(left / SMOOTH_FRAMES);
  showPicture();
  return true;
}

// The hypotheses after so many steps, and which of them became the one that is shown in the end.
function hypothesesAfter(count) {
  let [selected, index] = [replay.whole.selected, pictures.length - 1];
  while (index >= count && selected >= 0) {
    selected = pictures[index].hypotheses[selected].parent;
    index -= 1;
  }
  return { hypotheses: count ? pictures[index].hypotheses : [], selected };
}

function decodeRow(text) {
  const binary = atob(text);
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function statusText() {
  if (replay) return say('replay_place', replayPlace());
  const tokens = view.steps.length;
  if (view.status === 'running') return say('running');
  if (view.status === 'stopped') return say('stopped', { tokens });
  if (view.status !== 'done') return '';
  const milliseconds = view.milliseconds < 10 ? view.milliseconds.toFixed(1) : Math.round(view.milliseconds);
  const sentence = say('done', { tokens, milliseconds });
  const best = view.hypotheses[view.selected];
  return best && !best.finished ? `${sentence} · ${say('cut')}` : sentence;
}
