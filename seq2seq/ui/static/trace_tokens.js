// The row of tokens: one button each, coloured by probability; arrow keys move along it.

let hovered = -1;
let focused = -1;
let pinned = -1;
const MOST_ENTROPY = 3;  // nats of a full bar: as unsure as between 20 tokens

// The token whose alternatives and attention are shown.
function activeStep() {
  const last = view.steps.length - 1;
  for (const wanted of [hovered, focused, pinned]) if (wanted >= 0 && wanted <= last) return wanted;
  return !replay && (view.status === 'done' || view.status === 'stopped') ? leastSure() : last;
}

function leastSure() {
  let worst = 0;
  view.steps.forEach((step, index) => {
    if (!step.forced && step.probability < view.steps[worst].probability) worst = index;
  });
  return view.steps.length ? worst : -1;
}

function startsWord(token) {
  return token === END || Boolean(token?.startsWith(WORD_START));
}

function tokenButtons() {
  return [...find('.trace-tokens').children];
}

function drawTokens() {
  const box = find('.trace-tokens');
  while (box.children.length > view.steps.length) box.lastChild.remove();
  while (box.children.length < view.steps.length) box.append(newToken(box.children.length));
  const buttons = tokenButtons();
  const active = activeStep();
  view.steps.forEach((step, index) => {
    drawToken(buttons[index], step, index, index === active);
    buttons[index].classList.toggle('is-word-end', startsWord(view.steps[index + 1]?.token));
  });
  const reachable = focused >= 0 ? focused : Math.max(active, 0);
  buttons.forEach((button, index) => { button.tabIndex = index === reachable ? 0 : -1; });
}

function drawToken(button, step, index, active) {
  const isNew = view.changed.includes(index);
  const drawn = [step, active, isNew, levels, say('language')];
  if (button.drawn?.every((part, index) => part === drawn[index])) return;
  button.drawn = drawn;
  setText(button, shown(step.token));
  paint(button, step.probability);
  button.style.setProperty('--entropy', `${Math.min(100, (100 * step.entropy) / MOST_ENTROPY)}%`);
  button.classList.toggle('is-end', step.token === END);
  button.classList.toggle('is-forced', Boolean(step.forced));
  button.classList.toggle('is-changed', isNew);
  button.classList.toggle('is-active', active);
  button.setAttribute('aria-pressed', String(active));
  const notes = [step.forced && say('forced'), isNew && say('changed')].filter(Boolean).map((note) => `, ${note}`).join('');
  button.setAttribute('aria-label', `${shown(step.token)}, ${say('probability')} ${percent(step.probability)}, ${say('entropy')} ${step.entropy.toFixed(2)}${notes}`);
}

function newToken(index) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'trace-token';
  button.dir = 'auto';
  button.addEventListener('pointerenter', (event) => { if (event.pointerType === 'mouse') point(index); });
  button.addEventListener('pointerleave', () => point(-1));
  button.addEventListener('focus', () => { focused = index; changed(); });
  button.addEventListener('blur', () => { focused = -1; changed(); });
  button.addEventListener('click', () => { pinned = pinned === index ? -1 : index; changed(); });
  button.addEventListener('keydown', moveByKey);
  return button;
}

function point(index) {
  if (hovered === index) return;
  hovered = index;
  changed();
}

function moveByKey(event) {
  const buttons = tokenButtons();
  const here = buttons.indexOf(event.currentTarget);
  const places = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: buttons.length - 1 };
  if (event.key === 'Escape') {
    pinned = -1;
    event.currentTarget.blur();
  } else if (event.key in places) {
    event.preventDefault();
    buttons[Math.min(buttons.length - 1, Math.max(0, places[event.key]))]?.focus();
  }
}
