// A row for each source token: the attention it got, and what the translation loses without it, as bars.

function newBar(value, least, most) {
  const cell = document.createElement('td');
  const track = document.createElement('span');
  const bar = document.createElement('i');
  const span = most - least || 1;
  track.className = 'faithfulness-track';
  bar.className = value < 0 ? 'is-negative' : '';
  bar.style.insetInlineStart = `${(100 * (Math.min(value, 0) - least)) / span}%`;
  bar.style.width = `${(100 * Math.abs(value)) / span}%`;
  track.setAttribute('aria-hidden', 'true');
  track.append(bar);
  const figure = document.createElement('span');
  figure.textContent = value.toFixed(2).replace('-', '−');
  cell.append(figure, track);
  return cell;
}

function drawFaithfulness() {
  const lines = JSON.parse(JSON.stringify(props.value?.rows ?? []));
  const bounds = [1, 2].map((column) => lines.map((line) => line[column])).map((values) => [Math.min(0, ...values), Math.max(0, ...values)]);
  find('table').hidden = !lines.length;
  find('tbody').replaceChildren(...lines.map(([token, ...values]) => {
    const row = document.createElement('tr');
    const name = document.createElement('th');
    name.scope = 'row';
    name.append(document.createElement('bdi'));
    name.firstChild.textContent = shown(token);
    row.append(name, ...values.map((value, column) => newBar(value, ...bounds[column])));
    return row;
  }));
}

translateTemplate();
watch('value', drawFaithfulness);
watch('strings', translateTemplate);
drawFaithfulness();
