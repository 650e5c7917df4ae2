// The links: source tokens on the left, target tokens on the right, a line for each weight between them.

const LINK_ROW = 24;
const LINK_ROOM = 130;  // the least width between the two sides
const THICKEST = 9;
const LEAST_LINK = 6;  // of 255; thinner lines only blur the picture

function layOutLinks(context) {
  const final = finalTargets();
  const targets = measureLabels(context, picture.targets, final);
  const sources = measureLabels(context, picture.sources);
  const [left, right] = [sources.width + 14, targets.width + 14];
  const width = Math.max(left + LINK_ROOM + right, Math.min(620, roomForPicture() - 2));
  const height = LINK_ROW * Math.max(sources.labels.length, final.length, 1) + 4;
  const targetRow = Math.min((height - 4) / Math.max(1, final.length), 2 * LINK_ROW);
  const sourceRow = Math.min((height - 4) / Math.max(1, sources.labels.length), 2 * LINK_ROW);
  return { links: true, left, right: width - right, width, height, targetRow, sourceRow, targets, sources };
}

function drawLinks(context, active) {
  picture.rows.forEach((row, index) => { if (index !== active) drawLinksOf(context, row, index, false); });
  if (picture.rows[active]) drawLinksOf(context, picture.rows[active], active, true);
  drawLinkLabels(context, active);
  if (hovered < 0 && active >= 0) bringLinkIntoSight(targetY(active));
}

// Sixty tokens are higher than their box.
function bringLinkIntoSight(y) {
  const box = find('.trace-scroll');
  if (y < box.scrollTop + LINK_ROW || y > box.scrollTop + box.clientHeight - LINK_ROW) box.scrollTop = y - box.clientHeight / 2;
}

function drawLinksOf(context, row, index, active) {
  const [start, end, middle] = [layout.left, layout.right, (layout.left + layout.right) / 2];
  const y = targetY(index);
  const share = shareIn(row);
  row.forEach((level, column) => {
    if (level < LEAST_LINK) return;
    const chosen = active && cell?.row === index && cell.column === column;
    context.globalAlpha = active ? 0.9 : 0.12 + 0.4 * share(level);
    context.strokeStyle = inks[chosen ? 'ink' : active ? 'accent' : 'bar'];
    context.lineWidth = Math.max(0.75, THICKEST * share(level));
    context.beginPath();
    context.moveTo(start, sourceY(column));
    context.bezierCurveTo(middle, sourceY(column), middle, y, end, y);
    context.stroke();
  });
  context.globalAlpha = 1;
}

function drawLinkLabels(context, active) {
  const row = picture.rows[active] ?? [];
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  layout.sources.labels.forEach((label, column) => {
    context.fillStyle = inks[row[column] >= LEAST_LINK ? 'accent' : 'ink-soft'];
    context.fillText(label, layout.left - 7, sourceY(column));
  });
  context.textAlign = 'left';
  layout.targets.labels.forEach((label, index) => {
    context.fillStyle = inks[index === active ? 'accent' : 'ink'];
    context.fillText(label, layout.right + 7, targetY(index));
    if (index !== active) return;
    context.strokeStyle = inks.accent;
    context.lineWidth = 2;
    context.strokeRect(layout.right + 2, targetY(index) - 11, layout.width - layout.right - 4, 22);
  });
}

function targetY(index) {
  return 2 + (index + 0.5) * layout.targetRow;
}

function sourceY(column) {
  return 2 + (column + 0.5) * layout.sourceRow;
}

// The target token at a place right of the source tokens, or null; no single weight is meant.
function linkAt(x, y) {
  const row = Math.floor((y - 2) / layout.targetRow);
  return x > layout.left && row >= 0 && row < picture.targets.length ? { row, column: -1 } : null;
}
