// Moving along the tree: by arrow keys or by pointing.

const PICK_PAUSE_MS = 200;
let chosen = null;
let picking = 0;

function choose(node) {
  if (!node) return;
  chosen = node;
  showChosen();
  scrollToChosen();
  clearTimeout(picking);
  if (node === tree.start || node.takers) return;
  picking = setTimeout(() => trigger('pick', { run: shownRun, branch: node.number }), PICK_PAUSE_MS);
}

// The next visible node of the same step, above or below: a sibling, or beyond the last one a cousin.
function beside(node, direction) {
  const same = drawnNodes.filter((other) => other.step === node.step);
  return same[same.indexOf(node) + direction];
}

function lastOf(node) {
  let here = node;
  while (shownChildren(here).length) [here] = shownChildren(here);
  return here;
}

function toggle(node) {
  if (opened.has(node)) opened.delete(node);
  else if (hiddenCount(node)) opened.add(node);
  chosen = node;
  drawTree();
}

function moveByKey(event) {
  const moves = {
    ArrowLeft: () => choose(chosen.parent),
    ArrowRight: () => choose(shownChildren(chosen)[0]),
    ArrowUp: () => choose(beside(chosen, -1)),
    ArrowDown: () => choose(beside(chosen, 1)),
    Home: () => choose(tree.start),
    End: () => choose(lastOf(chosen)),
    Enter: () => toggle(chosen),
    ' ': () => toggle(chosen),
  };
  if (!tree || !(event.key in moves) || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  moves[event.key]();
}

function watchKeys() {
  box.addEventListener('keydown', moveByKey);
  for (const button of root.querySelectorAll('[data-save]')) {
    button.addEventListener('click', () => {
      savePicture(box.firstChild, caption, `${root.dataset.kind}-tree.${button.dataset.save}`, colorsAround(box));
    });
  }
  find('.tree-show select').addEventListener('change', (event) => {
    level = Number(event.target.value);
    opened.clear();
    drawTree();
  });
}
