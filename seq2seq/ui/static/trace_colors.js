// Colours: the palette comes from Python, so that figures and page agree.

function isDark() {
  return Boolean(element.closest('.dark')) || document.documentElement.classList.contains('dark');
}

// [fill, text] for a share between 0 and 1.
function colorsFor(share) {
  const levels = props.palette[isDark() ? 'dark' : 'light'];
  const level = Math.round(Math.min(1, Math.max(0, share)) * (levels.length - 1));
  return levels[level];
}

function paint(node, share) {
  const [fill, ink] = colorsFor(share);
  node.style.backgroundColor = fill;
  node.style.color = ink;
}

// A colour of the page's own style sheet, such as --trace-ink.
function styleColor(name) {
  return getComputedStyle(root).getPropertyValue(name).trim();
}
