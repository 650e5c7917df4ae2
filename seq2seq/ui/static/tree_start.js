// What happens when: a new tree, another language.

let shownRun = 0;
let shownText = '';

// A tree that comes late never replaces a newer one.
function takeTree() {
  const { run = 0, tree: text = '' } = JSON.parse(JSON.stringify(props.value ?? {}));
  if (run < shownRun || (run === shownRun && text === shownText)) return;
  [shownRun, shownText] = [run, text];
  opened.clear();
  tree = text ? readTree(text) : null;
  if (!tree?.nodes.length) tree = null;
  const kept = tree?.nodes.filter((node) => node.status !== 'dropped').length ?? 0;
  level = kept > MANY_KEPT ? LEVELS_DRAWN.results : LEVELS_DRAWN.kept;
  chosen = tree?.start;
  drawTree();
  [box.scrollLeft, box.scrollTop] = [0, 0];
}

translateTemplate();
watchKeys();
watch('value', takeTree);
watch('strings', () => { translateTemplate(); drawTree(); });
takeTree();
