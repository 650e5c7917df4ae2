// The tree as SVG, made with DOM methods; the style sheet colours it, so a change of theme needs no drawing.

const THINNEST = 1.2;
const THICKEST = 6;

const box = find('.tree-scroll');
let drawnNodes = [];

function nodeId(node) {
  return `${root.dataset.kind}-tree-${node.number}`;
}

function isBest(node) {
  return node.best === 0;
}

function drawTree() {
  find('.tree-empty').hidden = Boolean(tree);
  find('.tree-body').hidden = !tree;
  find('.tree-show').hidden = !tree || !hasLevels();
  find('.tree-save').hidden = !tree;
  if (!tree) return;
  find('.tree-show select').value = String(level);
  const { visible, width, height } = layOut();
  const picture = svgNode('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'none' });
  const edges = svgNode('g', { 'aria-hidden': 'true' });
  for (const node of visible) if (node.parent) edges.append(...drawEdges(node));
  picture.append(edges, ...visible.map(drawNode));
  box.replaceChildren(picture);
  drawnNodes = visible;
  if (!visible.includes(chosen)) chosen = tree.start;
  drawLegend();
  showChosen();
}

function hasLevels() {
  return tree.nodes.some((node) => !node.leads);
}

function classesOf(node) {
  return [`is-${node.status}`, isBest(node) && 'is-best', !node.leads && 'is-lost'].filter(Boolean).join(' ');
}

// One line for each who took the branch; a line of its own for a search.
function drawEdges(node) {
  const takers = takersOf(node);
  return takers.map((taker, place) => {
    const shift = 4 * (place - (takers.length - 1) / 2);
    return svgNode('path', {
      d: edgePath(node, shift),
      class: `tree-edge ${classesOf(node)} ${taker && `is-by-${taker}`}`,
      'stroke-width': taker ? 2.4 : (THINNEST + (THICKEST - THINNEST) * Math.exp(node.log_probability)).toFixed(2),
    });
  });
}

function edgePath(node, shift) {
  const [x, y, u, v] = [node.parent.x + node.parent.width, node.parent.y + shift, node.x, node.y + shift];
  const middle = u - COLUMN_GAP / 2;
  return y === v ? `M${x} ${y}H${u}` : `M${x} ${y}H${u - COLUMN_GAP}C${middle} ${y} ${middle} ${v} ${u} ${v}`;
}

function drawNode(node) {
  const siblings = node.parent ? shownChildren(node.parent) : [node];
  const group = svgNode('g', {
    id: nodeId(node), role: 'treeitem', class: `tree-node ${classesOf(node)}`,
    'aria-level': node.step + 2, 'aria-setsize': siblings.length, 'aria-posinset': siblings.indexOf(node) + 1,
    'aria-selected': 'false', 'aria-label': node.label,
  });
  if (node.children.length) group.setAttribute('aria-expanded', String(!hiddenCount(node)));
  const y = node.y - NODE_HEIGHT / 2;
  group.append(
    svgNode('rect', { x: node.x, y, width: node.labelWidth, height: NODE_HEIGHT, rx: 7 }),
    svgNode('text', { x: node.x + node.labelWidth / 2, y: node.y, 'text-anchor': 'middle', 'dominant-baseline': 'central' }, node.label),
  );
  if (node.status === 'finished') {
    group.append(svgNode('rect', { class: 'tree-inner', x: node.x + 2.5, y: y + 2.5, width: node.labelWidth - 5, height: NODE_HEIGHT - 5, rx: 5 }));
  }
  if (node.badge) group.append(drawBadge(node));
  group.addEventListener('click', () => { choose(node); });
  return group;
}

function drawBadge(node) {
  const badge = svgNode('text', { class: `tree-badge ${node.takers ? 'is-letters' : ''}`, x: node.x + node.width - 2, y: node.y, 'text-anchor': 'end', 'dominant-baseline': 'central' }, node.badge);
  badge.addEventListener('click', (event) => { event.stopPropagation(); toggle(node); });
  return badge;
}

// The chosen node, marked, in sight and in words.
function showChosen() {
  for (const marked of box.querySelectorAll('[aria-selected="true"]')) marked.setAttribute('aria-selected', 'false');
  box.querySelector(`#${CSS.escape(nodeId(chosen))}`)?.setAttribute('aria-selected', 'true');
  box.setAttribute('aria-activedescendant', nodeId(chosen));
  setText(find('.tree-words'), describeNode(chosen));
}

function scrollToChosen() {
  const [left, top] = [chosen.x - box.clientWidth / 2, chosen.y - box.clientHeight / 2];
  const outside = chosen.x < box.scrollLeft + 20 || chosen.x + chosen.width > box.scrollLeft + box.clientWidth - 20;
  if (outside) box.scrollLeft = left;
  if (chosen.y < box.scrollTop + 20 || chosen.y > box.scrollTop + box.clientHeight - 20) box.scrollTop = top;
}
