// A replay of what is there, without the server: the hypothesis that is shown grows again, among those it had then.

const SPEEDS = [['replay_slowest', 1], ['replay_slow', 2], ['replay_normal', 5], ['replay_fast', 20]];  // tokens a second
const FROZEN = ['.trace-text', '.trace-tokens', '.trace-source-tokens', '.trace-hypotheses', '.trace-scroll', '.trace-details'];
let replay = null;  // while one is on: the whole view, how many steps are shown, the timer of the next

// The targets that the picture will have in the end.
function finalTargets() {
  return replay ? groupTokens(replay.whole.steps.map((step) => step.token), view.target_words) : picture.targets;
}

function replayPlace() {
  return { count: shownSteps(), tokens: (replay?.whole ?? view).steps.length };
}

function startReplay() {
  for (const selector of FROZEN) {
    const node = find(selector);
    node.style.minHeight = `${node.offsetHeight}px`;
  }
  replay = { whole: view, rows, cell, pinned, count: view.steps.length, timer: 0 };
  [cell, pinned] = [null, -1];
}

function endReplay() {
  if (!replay) return;
  clearTimeout(replay.timer);
  for (const selector of FROZEN) find(selector).style.minHeight = '';
  [view, rows, cell, pinned] = [replay.whole, replay.rows, replay.cell, replay.pinned];
  replay = null;
  changed();
}

// Show the state after so many tokens; after all of them there is nothing to replay.
function showStep(count) {
  const { steps } = replay?.whole ?? view;
  if (count >= steps.length) return endReplay();
  if (!replay) startReplay();
  const end = Math.max(0, count);
  replay.count = end;
  rows = replay.rows.slice(0, end);
  const { hypotheses, selected } = hypothesesAfter(end);
  view = { ...replay.whole, steps: steps.slice(0, end), hypotheses, selected, text: hypotheses[selected]?.text ?? '' };
  changed();
}

function shownSteps() {
  return replay ? replay.count : view.steps.length;
}

function play() {
  if (!replay) showStep(0);
  replay.timer = setTimeout(() => { showStep(replay.count + 1); if (replay) play(); }, 1000 / Number(find('.trace-replay select').value));
}

function pause() {
  if (!replay) return;
  clearTimeout(replay.timer);
  replay.timer = 0;
  changed();
}

function togglePlay() {
  if (replay?.timer) pause();
  else play();
  changed();
}

function drawReplay() {
  const whole = replay?.whole ?? view;
  const box = find('.trace-replay');
  box.hidden = view.status === 'running' || !whole.steps.length;
  const [range, count] = [box.querySelector('input'), shownSteps()];
  range.max = whole.steps.length;
  range.value = count;
  range.setAttribute('aria-valuetext', say('replay_place', replayPlace()));
  const playing = Boolean(replay?.timer);
  setText(box.querySelector('[data-replay="play"]'), `${playing ? '⏸' : '▶'} ${say(playing ? 'replay_pause' : 'replay_play')}`);
  box.querySelector('[data-replay="back"]').setAttribute('aria-disabled', String(count === 0));
  box.querySelector('[data-replay="forward"]').setAttribute('aria-disabled', String(!replay));
  nameSpeeds(box.querySelector('select'));
}

function nameSpeeds(select) {
  if (select.dataset.language === say('language')) return;
  select.dataset.language = say('language');
  const chosen = select.value || String(SPEEDS[2][1]);
  select.replaceChildren(...SPEEDS.map(([name, speed]) => new Option(say(name), String(speed))));
  select.value = chosen;
}

function watchReplay() {
  const go = (count) => { pause(); showStep(count); };
  const range = find('.trace-replay input');
  range.addEventListener('input', () => go(Number(range.value)));
  range.addEventListener('keydown', (event) => {
    if (event.key !== ' ') return;
    event.preventDefault();
    togglePlay();
  });
  find('[data-replay="play"]').addEventListener('click', togglePlay);
  find('[data-replay="back"]').addEventListener('click', () => go(shownSteps() - 1));
  find('[data-replay="forward"]').addEventListener('click', () => go(shownSteps() + 1));
}
