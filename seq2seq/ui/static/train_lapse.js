// The attention of one sentence at every validation, one picture after the other.

const LAPSE_MS = 600;
const LAPSE_CELL = 24;
let probes = [];  // { text, step, source, target, rows }
let lapsePlace = -1;  // which one is shown
let lapseTimer = 0;
let lapseFollows = true;  // whether the newest is shown as it comes

function takeProbes(texts) {
  probes = texts.map((text, index) => (probes[index]?.text === text ? probes[index] : readProbe(text)));
  if (lapseFollows || lapsePlace >= probes.length) lapsePlace = probes.length - 1;
}

// The weights come row by row in one text of bytes.
function readProbe(text) {
  const { step, source, target, attention } = JSON.parse(text);
  const bytes = Uint8Array.from(atob(attention), (letter) => letter.charCodeAt(0));
  const rows = target.map((_, index) => bytes.slice(index * source.length, (index + 1) * source.length));
  return { text, step, source, target, rows };
}

function drawLapse() {
  find('.train-lapse').hidden = !probes.length;
  if (!probes.length) return;
  const range = find('.train-lapse input');
  range.max = probes.length - 1;
  range.value = lapsePlace;
  const probe = probes[lapsePlace];
  const place = say('train_lapse_step', { step: probe.step.toLocaleString(), number: lapsePlace + 1, count: probes.length });
  setText(find('.train-lapse-step'), place);
  range.setAttribute('aria-valuetext', place);
  setText(find('.train-play'), lapseTimer ? `⏸ ${say('replay_pause')}` : `▶ ${say('replay_play')}`);
  find('.train-lapse-picture').replaceChildren(lapsePicture(probe, place));
}

function lapsePicture(probe, place) {
  const longest = (tokens) => Math.max(...tokens.map((token) => widthOfWords(shown(token))));
  const [left, high] = [longest(probe.target) + 12, longest(probe.source)];
  const top = Math.ceil(high * 0.8) + 14;
  const [width, height] = [left + LAPSE_CELL * probe.source.length + Math.ceil(high * 0.6) + 6, top + LAPSE_CELL * probe.target.length + 4];
  const picture = svgNode('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': say('train_lapse_label', { place, words: probe.target.map(shown).join(' ') }) });
  probe.source.forEach((token, column) => {
    const x = left + (column + 0.5) * LAPSE_CELL;
    picture.append(svgNode('text', { class: 'lapse-word', x, y: top - 8, transform: `rotate(-55 ${x} ${top - 8})` }, shown(token)));
  });
  picture.append(svgNode('rect', { x: left, y: top, width: LAPSE_CELL * probe.source.length - 1, height: LAPSE_CELL * probe.target.length - 1, fill: colorsFor(0)[0] }));
  probe.rows.forEach((row, index) => {
    const y = top + index * LAPSE_CELL;
    picture.append(svgNode('text', { class: 'lapse-word', x: left - 8, y: y + LAPSE_CELL / 2 + 4, 'text-anchor': 'end' }, shown(probe.target[index])));
    row.forEach((level, column) => {
      if (level < 2) return;
      picture.append(svgNode('rect', { x: left + column * LAPSE_CELL, y, width: LAPSE_CELL - 1, height: LAPSE_CELL - 1, fill: colorsFor(level / 255)[0] }));
    });
  });
  return picture;
}

function showProbe(place) {
  lapsePlace = Math.min(probes.length - 1, Math.max(0, place));
  lapseFollows = lapsePlace === probes.length - 1;
  drawLapse();
}

function playLapse() {
  if (lapseTimer) {
    clearTimeout(lapseTimer);
    lapseTimer = 0;
    return drawLapse();
  }
  if (lapsePlace >= probes.length - 1) lapsePlace = -1;
  const next = () => {
    lapseTimer = lapsePlace + 1 < probes.length - 1 ? setTimeout(next, LAPSE_MS) : 0;
    showProbe(lapsePlace + 1);
  };
  lapseTimer = setTimeout(next, 0);
}

function watchLapse() {
  find('.train-play').addEventListener('click', playLapse);
  find('.train-lapse input').addEventListener('input', (event) => {
    clearTimeout(lapseTimer);
    lapseTimer = 0;
    showProbe(Number(event.target.value));
  });
}
