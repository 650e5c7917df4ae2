// Colours: the palette comes from Python, so that figures and page agree.

function isDark() {
  return Boolean(element.closest('.dark')) || document.documentElement.classList.contains('dark');
}

// Plain copies: reading through the page's reactive objects is slow.
const palettes = JSON.parse(JSON.stringify(props.palette));
let levels = palettes.light;

const inks = {};  // colours of the style sheet

// Once a drawing, because asking the browser for a style is slow.
function chooseColors() {
  levels = palettes[isDark() ? 'dark' : 'light'];
  const style = getComputedStyle(root);
  for (const name of ['ink', 'ink-soft', 'accent', 'bar']) inks[name] = style.getPropertyValue(`--trace-${name}`).trim();
}

// [fill, text] for a share between 0 and 1.
function colorsFor(share) {
  return levels[Math.round(Math.min(1, Math.max(0, share)) * (levels.length - 1))];
}

function paint(node, share) {
  const [fill, ink] = colorsFor(share);
  node.style.backgroundColor = fill;
  node.style.color = ink;
}
