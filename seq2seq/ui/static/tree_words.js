// A node in words.

const MARKS = { finished: '✓', pruned: '✕', dropped: '✕', cut: '✂' };
const FATES = {
  alive: 'tree_alive', finished: 'tree_finished', cut: 'tree_cut', pruned: 'tree_pruned', dropped: 'tree_dropped',
};
const REASONS = {
  less_likely: 'tree_less_likely', beam_full: 'tree_beam_full', group_full: 'tree_group_full',
  not_drawn: 'tree_not_drawn', search_ended: 'tree_search_ended',
};
const LONGEST_BEGINNING = 60;

function labelOf(node) {
  if (node === tree.start) return say('tree_start');
  const mark = MARKS[node.status] ? ` ${MARKS[node.status]}` : '';
  return `${shortened(shown(node.token), LONGEST_LABEL)}${mark}${node.result >= 0 ? node.result + 1 : ''}`;
}

function pathOf(node) {
  const path = [];
  for (let here = node; here && here !== tree.start; here = here.parent) path.unshift(here);
  return path;
}

// What was said up to a node, its end where it is long.
function saidBy(node) {
  const letters = [...pathOf(node).map((part) => (part.token === END ? ` ${shown(END)}` : part.token)).join('').replaceAll(WORD_START, ' ').trim()];
  return letters.length > LONGEST_BEGINNING ? `…${letters.slice(1 - LONGEST_BEGINNING).join('')}` : letters.join('');
}

function number(value) {
  return value.toFixed(2).replace('-', '−');
}

function describeNode(node) {
  if (node === tree.start) return [say('tree_root'), describeHidden(node)].filter(Boolean).join(' ');
  const beginning = saidBy(node.parent);
  return [
    say(beginning ? 'tree_later' : 'tree_first', { token: quoted(node.token), step: node.step + 1, beginning }),
    describeNumbers(node),
    node.place >= 0 && say('tree_place', { place: node.place + 1 }),
    describeFate(node),
    describeHidden(node),
  ].filter(Boolean).join(' ');
}

function describeNumbers(node) {
  return say('tree_numbers', {
    log_probability: number(node.log_probability), share: percent(Math.exp(node.log_probability)),
    total: number(node.total), score: number(node.score),
  });
}

function describeFate(node) {
  const open = node.status === 'alive' && !node.children.some((child) => child.status !== 'dropped');
  const fate = [say(open ? 'tree_open' : FATES[node.status])];
  if (node.result >= 0) fate.push(say('tree_result', { place: node.result + 1 }));
  if (node.status === 'alive' && !node.leads) fate.push(say('tree_lost'));
  if (node.reason in REASONS) fate.push(describeReason(node));
  return fate.join(' ');
}

function describeReason(node) {
  const next = node.status === 'pruned' && node.reason === 'beam_full';
  const winner = tree.nodes[node.winner];
  return say(next ? 'tree_next_beam_full' : REASONS[node.reason], { winner: winner ? saidBy(winner) : '…', gap: number(node.gap) });
}

function describeHidden(node) {
  const hidden = hiddenCount(node);
  return [
    hidden && say('tree_hidden', { count: hidden }),
    node.unseen && say('tree_unseen', { count: node.unseen }),
  ].filter(Boolean).join(' ');
}

// Who took a branch, where several methods share the tree; a search is its own and only taker.
function takersOf(node) {
  return node.takers ? Object.keys(node.takers) : [''];
}

function drawLegend() {
  const signs = [['is-best', 'tree_legend_winner'], ['is-alive', 'tree_legend_alive'], ['is-finished', 'tree_legend_finished'], ['is-pruned is-lost', 'tree_legend_pruned']];
  find('.tree-legend').replaceChildren(...signs.map(([kind, words]) => newSign(kind, say(words))));
}

function newSign(kind, words) {
  const item = document.createElement('li');
  const picture = svg('svg', { width: 34, height: 16, 'aria-hidden': 'true' });
  picture.append(svg('path', { d: 'M0 8H12', class: `tree-edge ${kind}`, 'stroke-width': 3 }));
  const sign = svg('g', { class: `tree-node ${kind}` });
  sign.append(svg('rect', { x: 12, y: 1, width: 20, height: 14, rx: 5 }));
  if (kind.includes('is-finished')) sign.append(svg('rect', { class: 'tree-inner', x: 14.5, y: 3.5, width: 15, height: 9, rx: 3 }));
  picture.append(sign);
  item.append(picture, words);
  return item;
}
