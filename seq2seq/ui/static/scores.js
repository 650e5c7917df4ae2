// Scores in numbers, and tables of them: what a run's tests and an evaluation share.

const TEST_NAMES = { bleu: 'BLEU', chrf: 'chrF', ter: 'TER' };

function score(number, digits = 2) {
  return number === null ? '–' : number.toFixed(digits).replace('-', '−');
}

function signed(number, digits = 2) {
  return (number > 0 ? '+' : '') + score(number, digits);
}

function scoreWithRoom(value, halfWidth) {
  return halfWidth === null ? score(value) : `${score(value)} ± ${score(halfWidth)}`;
}

function headed(table, names) {
  const row = made('tr');
  for (const name of names) {
    const cell = made('th', '', name);
    cell.scope = 'col';
    row.append(cell);
  }
  table.createTHead().append(row);
  return table;
}
