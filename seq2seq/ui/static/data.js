// What a file of sentence pairs holds: its first rows, what is wrong with which rows, how long its texts are.

const BARS = { width: 300, height: 90, foot: 18 };
let shownData = '';

function dataRow(cells, tag = 'td') {
  const row = made('tr');
  row.append(...cells.map((words) => {
    const cell = made(tag, 'lines-words', words);
    cell.dir = 'auto';
    if (tag === 'th') cell.scope = 'col';
    return cell;
  }));
  return row;
}

function drawPreview(value) {
  find('.data-preview thead').replaceChildren(dataRow(value.columns, 'th'));
  find('.data-preview tbody').replaceChildren(...JSON.parse(value.preview).map((cells) => dataRow(cells)));
  const notes = find('.data-notes');
  notes.hidden = !value.notes.length;
  notes.replaceChildren(...value.notes.map((note) => made('li', '', note)));
}

function drawFinding(text) {
  const [kind, count, lookedAt, examples] = JSON.parse(text);
  const box = made('details', 'trace-more data-finding');
  const summary = made('summary');
  summary.append(made('strong', '', count.toLocaleString()), ` ${say(`finding_${kind}`)}`);
  const table = made('table', 'lines-table');
  const head = made('thead');
  head.append(dataRow([say('data_row'), say('train_source'), say('train_reference'), ''], 'th'));
  const body = made('tbody');
  body.append(...examples.map(([row, source, target, note]) => dataRow([row.toLocaleString(), source, target, note])));
  table.append(head, body);
  box.append(summary, made('p', 'trace-hint', say('data_examples', { shown: examples.length, count: count.toLocaleString(), rows: lookedAt.toLocaleString() })), table);
  return box;
}

function drawBars(side, name) {
  const figure = made('figure', 'data-side');
  const words = say(`data_side_${side.unit}`, {
    name, median: side.median.toLocaleString(), longest: side.longest.toLocaleString(),
    words: `${side.words.toLocaleString()}${side.capped ? '+' : ''}`, characters: side.characters.toLocaleString(),
  });
  const picture = svgNode('svg', { viewBox: `0 0 ${BARS.width} ${BARS.height}`, role: 'img', 'aria-label': words });
  const most = Math.max(1, ...side.counts);
  const step = BARS.width / Math.max(1, side.counts.length);
  const tall = BARS.height - BARS.foot - 4;
  side.counts.forEach((count, index) => {
    const height = Math.max(count ? 1 : 0, (tall * count) / most);
    const bar = svgNode('rect', { class: 'data-bar', x: index * step + 1, y: 4 + tall - height, width: Math.max(1, step - 2), height });
    bar.append(svgNode('title', {}, say('data_bar', { from: side.edges[index], count: count.toLocaleString() })));
    picture.append(bar);
    if (index % Math.ceil(side.counts.length / 6) === 0) picture.append(svgNode('text', { class: 'chart-tick', x: index * step + 2, y: BARS.height - 4 }, String(side.edges[index])));
  });
  figure.append(made('figcaption', '', words), picture);
  return figure;
}

function drawData() {
  const value = JSON.parse(JSON.stringify(props.value ?? {}));
  const key = JSON.stringify([value, say('language')]);
  if (key === shownData) return;
  shownData = key;
  drawFrame(value);
  const known = value.status !== 'empty';
  find('.data-body').hidden = !known;
  if (!known) return;
  setText(find('.data-name'), say('data_is', { name: value.name, format: value.format.toUpperCase(), encoding: value.encoding || '–' }));
  drawPreview(value);
  const examined = value.status === 'examined';
  find('.data-preview').open = !examined;
  find('.data-report').hidden = !examined;
  if (!examined) return;
  setText(find('.data-sum'), say('data_sum', {
    rows: value.rows.toLocaleString(), pairs: value.pairs.toLocaleString(), clean: value.clean.toLocaleString(), seconds: value.seconds.toFixed(1),
  }));
  find('.data-findings').replaceChildren(...value.findings.map(drawFinding));
  const [source, target] = JSON.parse(value.sides);
  find('.data-sides').replaceChildren(drawBars(source, say('train_source')), drawBars(target, say('train_reference')));
}

function sayData() {
  translateTemplate();
  drawData();
}

sayData();
watch('value', drawData);
watch('strings', sayData);
