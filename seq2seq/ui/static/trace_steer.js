// Steering: another token than the model's, and the way back.

let steered = -1;  // the step whose alternatives are shown and would be replaced

function steer(part) {
  pinned = -1;
  trigger('steer', part);
}

// A button in the row of an alternative; while a run goes on there is nothing to steer.
function newForceButton(index) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'trace-force';
  button.append(document.createElement('bdi'));
  button.addEventListener('click', () => steer({ action: 'force', step: steered, candidate: index }));
  // A focused alternative keeps its token active.
  button.addEventListener('focus', () => { pinned = steered; });
  return button;
}

function drawSteering() {
  const running = view.status === 'running';
  const possible = { undo: view.can_undo, redo: view.can_redo, restart: view.can_undo };
  for (const button of root.querySelectorAll('[data-action]')) button.disabled = running || !possible[button.dataset.action];
  find('.trace-travel').hidden = !view.can_undo && !view.can_redo;
  for (const button of root.querySelectorAll('.trace-force, .trace-own input, .trace-own button')) button.disabled = running;
}

function watchSteering() {
  for (const button of root.querySelectorAll('[data-action]')) {
    button.addEventListener('click', () => steer({ action: button.dataset.action }));
  }
  const form = find('.trace-own');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const input = form.querySelector('input');
    if (input.value.trim()) steer({ action: 'force', step: steered, text: input.value });
    input.value = '';
  });
  form.querySelector('input').addEventListener('focus', () => { pinned = steered; });
}
