// What the lines and marks mean: a search has one taker of each branch, several methods have theirs.

const SEARCH_SIGNS = [
  ['is-best', 'tree_legend_winner'], ['is-alive', 'tree_legend_alive'], ['is-finished', 'tree_legend_finished'],
  ['is-pruned is-lost', 'tree_legend_pruned'],
];
const METHOD_SIGNS = [
  ['is-by-g', 'tree_legend_greedy'], ['is-by-b', 'tree_legend_beam'], ['is-by-s', 'tree_legend_samples'],
  ['is-best', 'tree_legend_winner'],
];

function takersOf(node) {
  return node.takers ? Object.keys(node.takers) : [''];
}

// The letters of those who took a branch, with how many of them.
function takersText(node) {
  return takersOf(node).map((taker) => (node.takers[taker] > 1 ? `${taker}${node.takers[taker]}` : taker)).join(' ');
}

function drawLegend() {
  const signs = tree.nodes[0].takers ? METHOD_SIGNS : SEARCH_SIGNS;
  find('.tree-legend').replaceChildren(...signs.map(([kind, words]) => newSign(kind, say(words))));
}

function newSign(kind, words) {
  const item = document.createElement('li');
  const picture = svgNode('svg', { width: 40, height: 16, 'aria-hidden': 'true' });
  const line = kind.startsWith('is-by-');
  if (line || !tree.nodes[0].takers) {
    picture.append(svgNode('path', { d: line ? 'M0 8H40' : 'M0 8H14', class: `tree-edge ${kind}`, 'stroke-width': line ? 2.4 : 3 }));
  }
  if (!line) picture.append(drawSignNode(kind));
  item.append(picture, words);
  return item;
}

function drawSignNode(kind) {
  const sign = svgNode('g', { class: `tree-node ${kind}` });
  sign.append(svgNode('rect', { x: 14, y: 1, width: 24, height: 14, rx: 5 }));
  if (kind === 'is-finished') sign.append(svgNode('rect', { class: 'tree-inner', x: 16.5, y: 3.5, width: 19, height: 9, rx: 3 }));
  return sign;
}
