// A drawn SVG as a file that stands alone: the styles of the page written into it, a ground, and words below.

const WRITTEN_STYLES = [
  'fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-opacity', 'opacity',
  'font-size', 'font-family', 'font-weight', 'text-decoration', 'text-anchor', 'dominant-baseline',
];
const CAPTION_LINE = 18;
const CAPTION_STYLE = 'font: 13px system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif';
const PICTURE_MARGIN = 10;
const SHARPNESS = 2;  // points of a PNG for each unit
const LARGEST_PNG = 8000;

function widthOfWords(words) {
  const context = document.createElement('canvas').getContext('2d');
  context.font = CAPTION_STYLE.slice('font: '.length);
  return Math.ceil(context.measureText(words).width);
}

// The copy has the same nodes in the same order, so that styles can be read from the one and written to the other.
function copyWithStyles(drawn) {
  const copy = drawn.cloneNode(true);
  const [from, to] = [drawn, copy].map((node) => [node, ...node.querySelectorAll('*')]);
  from.forEach((node, place) => {
    const styles = getComputedStyle(node);
    to[place].setAttribute('style', WRITTEN_STYLES.map((name) => `${name}: ${styles.getPropertyValue(name)}`).join('; '));
    for (const name of ['class', 'id', 'role', 'tabindex', 'aria-expanded', 'aria-selected']) to[place].removeAttribute(name);
  });
  return copy;
}

function standAlone(drawn, caption, { ground, ink }) {
  const [, , width, height] = drawn.getAttribute('viewBox').split(' ').map(Number);
  const wide = Math.ceil(Math.max(width, ...caption.map(widthOfWords)) + 2 * PICTURE_MARGIN);
  const high = Math.ceil(height + CAPTION_LINE * caption.length + 3 * PICTURE_MARGIN);
  const picture = svgNode('svg', { xmlns: 'http://www.w3.org/2000/svg', width: wide, height: high, viewBox: `0 0 ${wide} ${high}` });
  const copy = copyWithStyles(drawn);
  for (const [name, value] of Object.entries({ x: PICTURE_MARGIN, y: PICTURE_MARGIN, width, height })) copy.setAttribute(name, value);
  picture.append(svgNode('title', {}, caption[0] ?? ''), svgNode('rect', { width: wide, height: high, fill: ground }), copy);
  caption.forEach((words, line) => {
    const y = height + 2 * PICTURE_MARGIN + CAPTION_LINE * (line + 0.75);
    picture.append(svgNode('text', { x: PICTURE_MARGIN, y, fill: ink, style: CAPTION_STYLE }, words));
  });
  return { text: new XMLSerializer().serializeToString(picture), width: wide, height: high };
}

function handOver(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function asPoints({ text, width, height }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const scale = Math.min(SHARPNESS, LARGEST_PNG / Math.max(width, height));
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.round(scale * width), Math.round(scale * height)];
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => { canvas.toBlob(resolve); });
}

// Hand over what is drawn under a name that ends in .svg or .png.
async function savePicture(drawn, caption, name, colors) {
  const picture = standAlone(drawn, caption, colors);
  if (name.endsWith('.png')) handOver(await asPoints(picture), name);
  else handOver(new Blob([picture.text], { type: 'image/svg+xml' }), name);
}

// The colours behind a drawing, and of words on it.
function colorsAround(node) {
  const styles = getComputedStyle(node);
  return { ground: styles.getPropertyValue('--background-fill-primary'), ink: styles.color };
}
