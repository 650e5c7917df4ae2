// A node in words.

const MARKS = { finished: '✓', pruned: '✕', dropped: '✕', cut: '✂' };
const FATES = {
  alive: 'tree_alive', finished: 'tree_finished', cut: 'tree_cut', pruned: 'tree_pruned', dropped: 'tree_dropped',
};
const REASONS = {
  less_likely: 'tree_less_likely', beam_full: 'tree_beam_full', group_full: 'tree_group_full',
  not_drawn: 'tree_not_drawn', search_ended: 'tree_search_ended',
};
const TAKERS = { g: 'tree_by_greedy', b: 'tree_by_beam', s: 'tree_by_samples' };
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
    node.takers && describeTakers(node),
    describeHidden(node),
  ].filter(Boolean).join(' ');
}

function describeNumbers(node) {
  return say('score' in node ? 'tree_numbers' : 'tree_totals', {
    log_probability: number(node.log_probability), share: percent(Math.exp(node.log_probability)),
    total: number(node.total), score: number(node.score ?? 0),
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

function describeTakers(node) {
  const takers = takersOf(node).map((taker) => say(TAKERS[taker], { count: node.takers[taker] }));
  return say('tree_taken', { takers: new Intl.ListFormat(say('language')).format(takers) });
}
