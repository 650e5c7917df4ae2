// Words: every string of a user or a model goes through textContent or fillText, never through innerHTML.

const root = element.querySelector('section');
const find = (selector) => root.querySelector(selector);
const WORD_START = '\u2581';
const END = '</s>';

let spoken = JSON.parse(JSON.stringify(props.strings));  // a plain copy: the page's own is slow to ask

function say(key, values = {}) {
  return Object.entries(values).reduce(
    (sentence, [name, value]) => sentence.replace(`{${name}}`, () => String(value)),
    spoken[key],
  );
}

function percent(share) {
  if (share > 0.9995 && share < 1) return '> 99.9 %';
  if (share < 0.0005 && share > 0) return '< 0.1 %';
  return `${(100 * share).toFixed(1)} %`;
}

// A token as people read it: no word-start mark, visible spaces, a word for the end.
function shown(token) {
  if (token === END) return say('end');
  const bare = token.startsWith(WORD_START) && token.length > 1 ? token.slice(1) : token;
  return bare.replaceAll(WORD_START, '␣').replaceAll(' ', '␣').replaceAll('\n', '↵').replaceAll('\t', '⇥') || '∅';
}

function quoted(token) {
  return token === END ? shown(token) : `“${shown(token)}”`;
}

function shortened(text, length) {
  const letters = [...text];
  return letters.length > length ? `${letters.slice(0, length - 1).join('')}…` : text;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function translateTemplate() {
  spoken = JSON.parse(JSON.stringify(props.strings));
  for (const node of root.querySelectorAll('[data-string]')) setText(node, say(node.dataset.string));
  for (const node of root.querySelectorAll('[data-label]')) {
    node.setAttribute('aria-label', say(node.dataset.label));
    if (node.tagName === 'INPUT') node.placeholder = say(node.dataset.label);
  }
  document.documentElement.lang = say('language');
}
