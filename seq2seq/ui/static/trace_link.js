// The address bar says how to come back to what is shown; parameters that are not ours stay as they are.

let linked = null;

function drawLink() {
  if (view.status === 'running') return;
  const language = say('language').slice(0, 2);
  const key = `${view.link}|${language}`;
  if (typeof view.link !== 'string' || key === linked) return;
  linked = key;
  const address = new URL(window.location.href);
  const ours = new URLSearchParams(view.link);
  for (const name of props.link_parameters) if (name !== 'lang') address.searchParams.delete(name);
  for (const [name, value] of ours) address.searchParams.set(name, value);
  if (address.searchParams.has('lang')) address.searchParams.set('lang', language);
  window.history.replaceState(window.history.state, '', address);
}

// The link without the parameters of others: a reader's dark theme is not part of what is shared.
function sharedLink() {
  const address = new URL(window.location.href);
  for (const name of [...address.searchParams.keys()]) {
    if (!props.link_parameters.includes(name)) address.searchParams.delete(name);
  }
  return address.href;
}

async function copyLink() {
  const note = document.querySelector('#keep-note');
  setText(note, '');
  if (!view.link) return setText(note, say('link_none'));
  const copied = await copyText(sharedLink());
  setText(note, say(!copied ? 'link_refused' : view.link_whole ? 'link_copied' : 'link_partly'));
}

// Without a secure address the clipboard is not there, and the old way remains.
async function copyText(words) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = words;
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    return copied;
  }
}

function watchLink() {
  document.addEventListener('click', (event) => { if (event.target.closest?.('#copy-link')) copyLink(); });
}

// A trace from a file says whose it is.
function drawSaved() {
  const box = find('.trace-saved');
  box.hidden = typeof view.saved !== 'string';
  if (!box.hidden) setText(box, view.saved ? say('saved', { model: view.saved }) : say('saved_unnamed'));
}
