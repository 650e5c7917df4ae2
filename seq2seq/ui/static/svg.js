// Parts of an SVG. Every string goes through textContent, never through innerHTML.

const SVG = 'http://www.w3.org/2000/svg';

function svgNode(name, attributes = {}, words = '') {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (words) node.textContent = words;
  return node;
}
