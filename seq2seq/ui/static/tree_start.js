// What happens when: a new tree, another language.

const WORDS = {
  search: { title: 'tree_title', help: 'tree_help', empty: 'tree_empty' },
  methods: { title: 'tree_methods_title', help: 'tree_methods_help', empty: 'tree_methods_empty' },
};
let shownRun = 0;
let shownText = '';
let caption = [];  // lines below a saved picture

// A tree that comes late never replaces a newer one.
function takeTree() {
  const { run = 0, tree: text = '', caption: lines = [] } = JSON.parse(JSON.stringify(props.value ?? {}));
  if (run < shownRun) return;
  [shownRun, caption] = [run, lines];
  if (text === shownText) return;
  shownText = text;
  opened.clear();
  tree = text ? readTree(text) : null;
  if (!tree?.nodes.length) tree = null;
  const kept = tree?.nodes.filter((node) => node.status !== 'dropped').length ?? 0;
  level = kept > MANY_KEPT ? LEVELS_DRAWN.results : LEVELS_DRAWN.kept;
  chosen = tree?.start;
  drawTree();
  [box.scrollLeft, box.scrollTop] = [0, 0];
}

function translateTree() {
  const words = WORDS[root.dataset.kind];
  for (const node of root.querySelectorAll('[data-part]')) node.dataset.string = words[node.dataset.part];
  translateTemplate();
  box.setAttribute('aria-label', say(words.title));
}

translateTree();
watchKeys();
watch('value', takeTree);
watch('strings', () => { translateTree(); drawTree(); });
takeTree();
