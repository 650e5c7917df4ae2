// Lines over steps as an SVG: training loss, scores on held-out pairs. The style sheet colours them.

const CHART_HEIGHT = 190;
const CHART_MARGIN = { left: 52, right: 14, top: 12, bottom: 30 };
const CHART_TICKS = 4;

// A round step between ticks so that about so many fit.
function niceStep(extent, count) {
  const rough = Math.max(extent, 1e-12) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
}

function ticksBetween(low, high, count) {
  const step = niceStep(high - low, count);
  const ticks = [];
  for (let number = Math.ceil(low / step - 1e-9); number * step <= high + step * 1e-9; number += 1) ticks.push(number * step);
  return { ticks, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

function shortNumber(value, digits = 0) {
  if (Math.abs(value) > 0 && Math.abs(value) < 1e-3) return value.toExponential(1).replace('-', '−');
  if (Math.abs(value) >= 1e4) return `${Number((value / 1000).toPrecision(4))}k`;
  return value.toFixed(digits).replace('-', '−');
}

function extentOf(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return [low - room, high + room];
}

// Series are { name, kind, points: [[x, y], ...] }; the words under the chart say what is under the pointer.
function drawChart(figure, series, { lastStep, words }) {
  const [box, caption] = [figure.querySelector('.chart-box'), figure.querySelector('.chart-words')];
  const drawn = series.filter((each) => each.points.length);
  figure.hidden = !drawn.length;
  if (figure.hidden) return;
  const width = Math.max(260, box.clientWidth);
  const values = drawn.flatMap((each) => each.points.map((point) => point[1]));
  const [low, high] = extentOf(values);
  const most = Math.max(lastStep, ...drawn.map((each) => each.points.at(-1)[0]), 1);
  const [inner, tall] = [width - CHART_MARGIN.left - CHART_MARGIN.right, CHART_HEIGHT - CHART_MARGIN.top - CHART_MARGIN.bottom];
  const scale = {
    x: (step) => CHART_MARGIN.left + (inner * step) / most,
    y: (value) => CHART_MARGIN.top + tall * (1 - (value - low) / (high - low)),
    step: (x) => ((x - CHART_MARGIN.left) / inner) * most,
  };
  const picture = svgNode('svg', { width, height: CHART_HEIGHT, viewBox: `0 0 ${width} ${CHART_HEIGHT}`, role: 'img', 'aria-label': words(null) });
  picture.append(...drawChartGrid(scale, { low, high, most, width }), ...drawn.flatMap((each) => drawSeries(each, scale)));
  const cursor = svgNode('line', { class: 'chart-cursor', y1: CHART_MARGIN.top, y2: CHART_HEIGHT - CHART_MARGIN.bottom, x1: -9, x2: -9 });
  picture.append(cursor);
  box.replaceChildren(picture);
  setText(caption, words(null));
  picture.addEventListener('pointermove', (event) => {
    const step = Math.max(0, Math.min(most, scale.step(event.clientX - picture.getBoundingClientRect().left)));
    for (const name of ['x1', 'x2']) cursor.setAttribute(name, scale.x(step));
    setText(caption, words(step));
  });
  picture.addEventListener('pointerleave', () => {
    for (const name of ['x1', 'x2']) cursor.setAttribute(name, -9);
    setText(caption, words(null));
  });
}

function drawChartGrid(scale, { low, high, most, width }) {
  const parts = [];
  const across = ticksBetween(low, high, CHART_TICKS);
  for (const tick of across.ticks) {
    parts.push(svgNode('line', { class: 'chart-grid', x1: CHART_MARGIN.left, x2: width - CHART_MARGIN.right, y1: scale.y(tick), y2: scale.y(tick) }));
    parts.push(svgNode('text', { class: 'chart-tick', x: CHART_MARGIN.left - 8, y: scale.y(tick) + 4, 'text-anchor': 'end' }, shortNumber(tick, across.digits)));
  }
  const along = ticksBetween(0, most, Math.max(2, Math.floor(width / 130)));
  for (const tick of along.ticks) {
    parts.push(svgNode('text', { class: 'chart-tick', x: scale.x(tick), y: CHART_HEIGHT - 10, 'text-anchor': tick ? 'middle' : 'start' }, shortNumber(tick, most > 1 ? 0 : along.digits)));
  }
  return parts;
}

function drawSeries({ kind, points }, scale) {
  const places = points.map(([step, value]) => `${scale.x(step).toFixed(1)},${scale.y(value).toFixed(1)}`);
  const parts = [svgNode('polyline', { class: `chart-line is-${kind}`, points: places.join(' ') })];
  if (points.length <= 40 && kind !== 'training') {
    for (const [step, value] of points) parts.push(svgNode('circle', { class: `chart-dot is-${kind}`, cx: scale.x(step), cy: scale.y(value), r: 3 }));
  }
  return parts;
}

// The point nearest to a step, or the last one.
function pointAt(points, step) {
  if (step === null) return points.at(-1);
  return points.reduce((best, point) => (Math.abs(point[0] - step) < Math.abs(best[0] - step) ? point : best), points[0]);
}
