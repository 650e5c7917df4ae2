// The tree from its rows, and where each node stands: a column for each step, a row for each visible end.

const LEVELS_DRAWN = { results: 0, kept: 1, all: 2 };
const MANY_KEPT = 150;
const ROW_HEIGHT = 32;
const NODE_HEIGHT = 24;
const NODE_PADDING = 9;
const COLUMN_GAP = 30;
const LONGEST_LABEL = 14;
const MARGIN = 8;
const FONT = '13px system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif';

// What a row may leave out.
const PLAIN = { result: -1, place: -1, reason: 'kept', winner: -1, leads: 1, unseen: 0 };

let tree = null;
let level = LEVELS_DRAWN.kept;
const opened = new Set();

const measuring = document.createElement('canvas').getContext('2d');

// Nodes with their children; parents stand before their children in the list.
function readTree(text) {
  const { tokens, fields, rows: lines, ...rest } = JSON.parse(text);
  const start = { number: -1, step: -1, children: [], status: 'start', leads: 1, unseen: 0, parent: null };
  const nodes = lines.map((line, number) => {
    const node = Object.fromEntries(fields.map((field, place) => [field, line[place]]));
    return Object.assign({ ...PLAIN, ...node }, { number, token: tokens[node.token], children: [] });
  });
  for (const node of nodes) {
    node.parent = nodes[node.parent] ?? start;
    node.parent.children.push(node);
  }
  rankEnds([start, ...nodes]);
  return { start, nodes, ...rest };
}

// The best result below each node, and children in that order, so that the best path is a straight line.
function rankEnds(nodes) {
  for (const node of nodes) node.best = node.result >= 0 ? node.result : Infinity;
  for (const node of [...nodes].reverse()) {
    if (node.parent) node.parent.best = Math.min(node.parent.best, node.best);
    node.children.sort((a, b) => levelOf(a) - levelOf(b) || a.best - b.best || b.total - a.total);
  }
}

function levelOf(node) {
  if (node.leads) return LEVELS_DRAWN.results;
  return node.status === 'dropped' ? LEVELS_DRAWN.all : LEVELS_DRAWN.kept;
}

function shownChildren(node) {
  return opened.has(node) ? node.children : node.children.filter((child) => levelOf(child) <= level);
}

function hiddenCount(node) {
  return node.children.length - shownChildren(node).length;
}

// Every visible node with its place, in the order of reading.
function layOut() {
  const visible = [];
  const taken = [];
  placeChain(tree.start, 0, visible, taken);
  visible.sort((a, b) => a.row - b.row || a.step - b.step);
  measure(visible);
  const width = placeColumns(visible);
  return { visible, width, height: taken.length * ROW_HEIGHT + 2 * MARGIN };
}

// A node and its first children stand in one row, the first that is free; what branches off goes below, the last
// branch first, so that lines do not cross.
function placeChain(head, above, visible, taken) {
  const chain = [head];
  while (shownChildren(chain.at(-1)).length) chain.push(shownChildren(chain.at(-1))[0]);
  const [first, last] = [head.step - 0.5, chain.at(-1).step + 0.4];
  let row = above;
  while (taken[row]?.some(([start, end]) => start <= last && first <= end)) row += 1;
  while (taken.length <= row) taken.push([]);
  taken[row].push([first, last]);
  for (let between = above; between < row; between += 1) taken[between].push([first, first]);
  for (const node of chain) node.row = row;
  visible.push(...chain);
  for (const node of chain.reverse()) {
    for (const child of shownChildren(node).slice(1)) placeChain(child, row + 1, visible, taken);
  }
}

function measure(visible) {
  measuring.font = `bold ${FONT}`;
  for (const node of visible) {
    node.label = labelOf(node);
    node.badge = badgeOf(node);
    node.labelWidth = Math.ceil(measuring.measureText(node.label).width) + 2 * NODE_PADDING;
    node.width = node.labelWidth + (node.badge ? Math.ceil(measuring.measureText(node.badge).width) + 10 : 0);
  }
}

// The methods that took it, or how much is hidden behind it.
function badgeOf(node) {
  if (node.takers) return takersText(node);
  return hiddenCount(node) ? `+${hiddenCount(node)}` : '';
}

function placeColumns(visible) {
  const widths = [];
  for (const node of visible) widths[node.step + 1] = Math.max(widths[node.step + 1] ?? 0, node.width);
  const lefts = [MARGIN];
  widths.forEach((width, column) => { lefts[column + 1] = lefts[column] + width + COLUMN_GAP; });
  for (const node of visible) {
    node.x = lefts[node.step + 1];
    node.y = MARGIN + node.row * ROW_HEIGHT + ROW_HEIGHT / 2;
  }
  return lefts.at(-1) - COLUMN_GAP + MARGIN;
}
