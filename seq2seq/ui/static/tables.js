// What the tables of Many sentences and Compare share.

function made(tag, kind, words) {
  const node = document.createElement(tag);
  if (kind) node.className = kind;
  if (words !== undefined) node.textContent = words;
  return node;
}

// The state of the run, for style sheets and screen readers, and the message above the result.
function drawFrame(value) {
  root.dataset.state = value.status;
  root.setAttribute('aria-busy', String(value.status === 'running'));
  setText(find('.trace-message'), value.message);
  find('.trace-message').hidden = !value.message;
}
