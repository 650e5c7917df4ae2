// States in two dimensions as an SVG.

const MAP_WIDTH = 420;
const MAP_HEIGHT = 300;
const MARGIN = { left: 46, right: 60, top: 18, bottom: 38 };
const LETTER = 6.6;  // pixels, about
const LINE = 14;

// One scale for both axes, so that distances on the sheet can be compared.
function scaleFor(points) {
  const [low, high] = [Math.min, Math.max].map((pick) => [0, 1].map((axis) => pick(...points.map((point) => point[axis]))));
  const room = [MAP_WIDTH - MARGIN.left - MARGIN.right, MAP_HEIGHT - MARGIN.top - MARGIN.bottom];
  const extents = [0, 1].map((axis) => high[axis] - low[axis]);
  const perUnit = Math.min(...[0, 1].map((axis) => room[axis] / (extents[axis] || 1e-9)), 1e6);
  const centre = [0, 1].map((axis) => (low[axis] + high[axis]) / 2);
  const x = (value) => MARGIN.left + room[0] / 2 + (value - centre[0]) * perUnit;
  const y = (value) => MARGIN.top + room[1] / 2 - (value - centre[1]) * perUnit;
  return { x, y, perUnit, centre, room };
}

function stepFor(unitsShown) {
  const rough = Math.max(unitsShown, 1e-9) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
}

function drawAxes(svg, scale) {
  const bottom = MAP_HEIGHT - MARGIN.bottom;
  svg.append(svgNode('rect', { x: MARGIN.left - 10, y: MARGIN.top - 10, width: scale.room[0] + 20, height: scale.room[1] + 20, class: 'near-frame' }));
  const step = stepFor(Math.min(...scale.room) / scale.perUnit);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  for (const [axis, half] of [[0, scale.room[0] / 2], [1, scale.room[1] / 2]]) {
    const reach = half / scale.perUnit;
    const first = Math.ceil((scale.centre[axis] - reach) / step);
    const last = Math.floor((scale.centre[axis] + reach) / step);
    for (let number = first; number <= last; number += 1) {
      const words = (number * step).toFixed(digits).replace('-', '−');
      if (axis === 0) svg.append(svgNode('text', { x: scale.x(number * step), y: bottom + 22, class: 'near-tick', 'text-anchor': 'middle' }, words));
      else svg.append(svgNode('text', { x: MARGIN.left - 14, y: scale.y(number * step) + 4, class: 'near-tick', 'text-anchor': 'end' }, words));
    }
  }
}

function overlaps(one, other) {
  return one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height;
}

// Where a label fits beside its dot without covering a dot or another label; null where nowhere.
function placeLabel(words, x, y, taken) {
  const wide = [...words].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 0x2e80 ? 13 : LETTER), 0);
  const [right, left, middle] = [x + 8, x - 8 - wide, x - wide / 2];
  const corners = [[right, y - 7], [left, y - 7], [middle, y - 22], [middle, y + 8], [right, y - 19], [right, y + 5], [left, y - 19], [left, y + 5]];
  for (const [cornerX, cornerY] of corners) {
    const box = { x: cornerX, y: cornerY, width: wide, height: LINE };
    const inside = cornerX > 2 && cornerX + wide < MAP_WIDTH - 2 && cornerY > 2 && cornerY + LINE < MAP_HEIGHT - MARGIN.bottom + 12;
    if (inside && !taken.some((other) => overlaps(box, other))) return box;
  }
  return null;
}

function drawDots(svg, scale, points, names, chosen, choose) {
  const places = points.map(([x, y]) => [scale.x(x), scale.y(y)]);
  svg.append(svgNode('polyline', { points: places.map((place) => place.join(',')).join(' '), class: 'near-path' }));
  const taken = places.map(([x, y]) => ({ x: x - 5, y: y - 5, width: 10, height: 10 }));
  const order = places.map((_, index) => index).sort((one, other) => Number(other === chosen) - Number(one === chosen));
  const groups = order.map((index) => {
    const [x, y] = places[index];
    const group = svgNode('g', { class: index === chosen ? 'near-dot is-chosen' : 'near-dot' });
    group.append(svgNode('title', {}, names[index]), svgNode('circle', { cx: x, cy: y, r: index === chosen ? 7 : 5 }));
    const words = shortWords(names[index], 16);
    const box = placeLabel(words, x, y, taken);
    if (box) {
      taken.push(box);
      group.append(svgNode('text', { x: box.x, y: box.y + LINE - 3 }, words));
    }
    group.addEventListener('click', () => choose(index));
    return group;
  });
  svg.append(...groups.reverse());  // the chosen one finds room first and lies on top
}

function shortWords(words, length) {
  const letters = [...words];
  return letters.length > length ? `${letters.slice(0, length - 1).join('')}…` : words;
}

function drawMap(svg, points, names, chosen, axisWords, choose) {
  svg.setAttribute('viewBox', `0 0 ${MAP_WIDTH} ${MAP_HEIGHT}`);
  svg.replaceChildren();
  const scale = scaleFor(points);
  drawAxes(svg, scale);
  svg.append(svgNode('text', { x: MARGIN.left + scale.room[0] / 2, y: MAP_HEIGHT - 2, class: 'near-axis', 'text-anchor': 'middle' }, axisWords[0]));
  svg.append(svgNode('text', { x: 11, y: MARGIN.top + scale.room[1] / 2, class: 'near-axis', 'text-anchor': 'middle', transform: `rotate(-90 11 ${MARGIN.top + scale.room[1] / 2})` }, axisWords[1]));
  drawDots(svg, scale, points, names, chosen, choose);
}
