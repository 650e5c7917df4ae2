// Every visible text whose contrast with what lies behind it is below 4.5 to 1 (WCAG 2.2 AA).
() => {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    for (let here = node; here; here = here.parentElement) {
      const color = channels(getComputedStyle(here).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const bad = [];
  for (const node of document.querySelectorAll('.gradio-container *')) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    const seen = node.checkVisibility({ visibilityProperty: true }) && !node.closest('.trace-hidden, :disabled');
    if (!own || !seen) continue;
    const style = getComputedStyle(node);
    const [light, dark] = [luminance(channels(style.color)), luminance(behind(node))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const words = node.textContent.trim().slice(0, 30);
    if (ratio < 4.5) bad.push(`${node.className || node.tagName}: ${words} ${ratio.toFixed(2)}`);
  }
  return bad;
}
