// What happens when: a new value, another language or theme, another width.

let waiting = false;
let sizeDrawn = 0;
let heatmapDrawn = 0;
let later = 0;
const LARGE_CELLS = 4000;
const LARGE_PAUSE_MS = 250;

// Draw once a frame, however many values came, and go on while pictures are waiting.
function changed() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    draw();
    if (advance()) changed();
  });
}

function takeValue() {
  const value = JSON.parse(JSON.stringify(props.value ?? {}));
  if ((value.run ?? 0) < whole.run) return;
  endReplay();
  if (value.run !== whole.run) { hovered = -1; pinned = -1; cell = null; bringIntoSight(); }
  takeWhole(value);
  changed();
}

// On a phone the result may lie below the window, but what a link offers comes first.
function bringIntoSight() {
  if (document.querySelector('#models-offer')?.checkVisibility()) return;
  if (root.getBoundingClientRect().top < 0.75 * window.innerHeight) return;
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  root.scrollIntoView({ block: 'start', behavior: calm ? 'auto' : 'smooth' });
}

function draw() {
  chooseColors();
  takePicture();
  root.dataset.status = view.status;
  root.setAttribute('aria-busy', String(view.status === 'running'));
  drawMessage();
  const empty = !view.steps.length && view.status !== 'running' && !replay;
  find('.trace-empty').hidden = !empty;
  find('.trace-body').hidden = empty;
  if (empty) return;
  setText(find('[data-status-text]'), statusText());
  setText(find('[data-translation]'), view.text ?? '');
  drawTokens();
  drawReplay();
  drawSource();
  drawHypotheses();
  drawSelects();
  drawAttention();
  drawDetails();
  drawSteering();
  drawEdit();
  drawAlarms();
  drawLink();
  drawSaved();
  announce();
}

function drawMessage() {
  const box = find('.trace-message');
  setText(box, view.message);
  box.hidden = !view.message;
}

function drawAttention() {
  const [first] = replay?.rows ?? rows;
  const has = first?.length > 0;
  const none = first?.length === 0;
  find('.trace-scroll').hidden = none;
  setText(find('.trace-note'), noteOnAttention(none));
  drawReading();
  if (has) drawHeatmapInTime();
  if (view.status !== 'running' && !replay?.timer) describeHeatmap();
}

function noteOnAttention(none) {
  if (none) return say('no_attention');
  if (reading.links) return say('links_note');
  const note = say(isDark() ? 'attention_bright' : 'attention_dark');
  return reading.relative ? `${note} ${say('relative_note')}` : note;
}

// A large heatmap takes a while to draw: while it grows, four times a second are enough.
function drawHeatmapInTime() {
  const large = view.status === 'running' && rows.length * view.source.length > LARGE_CELLS;
  const wait = heatmapDrawn + LARGE_PAUSE_MS - performance.now();
  if (large && wait > 0) {
    clearTimeout(later);
    later = setTimeout(changed, wait);
    return;
  }
  heatmapDrawn = performance.now();
  drawHeatmap();
}

function announce() {
  if (view.status === 'running' || replay) return;
  setText(find('[data-live]'), `${say('translation')}: ${view.text ?? ''}. ${statusText()}`);
}

translateTemplate();
watchHeatmap();
watchSelects();
watchSteering();
watchEdits();
watchReplay();
watchReading();
watchLink();
watch('value', takeValue);
watch('strings', () => { translateTemplate(); described = null; changed(); });
takeValue();

const themes = new MutationObserver(changed);
for (const node of [document.documentElement, document.body]) themes.observe(node, { attributeFilter: ['class'] });
new ResizeObserver(() => {
  if (Math.abs(root.clientWidth - sizeDrawn) < 1) return;
  sizeDrawn = root.clientWidth;
  changed();
}).observe(root);
