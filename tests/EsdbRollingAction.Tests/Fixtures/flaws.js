// What a person would object to in a drawn gantt.
const colour = (text) => (text === "transparent" || text === "none" ? [0, 0, 0, 0] : text.match(/[\d.]+/g).map(Number));
const over = (top, below) => [0, 1, 2].map((part) => top[part] * (top[3] ?? 1) + below[part] * (1 - (top[3] ?? 1)));
const light = (rgb) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, part) => {
  const value = rgb[part] / 255;
  return sum + weight * (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
}, 0);

function contrast(one, other) {
  const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

const fill = (element) => colour(getComputedStyle(element).fill);
const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

function flawsOf(host) {
  const flaws = [];
  const page = colour(getComputedStyle(document.body).backgroundColor);
  const bars = [...host.querySelectorAll("rect.task")];
  const labels = [...host.querySelectorAll("text.taskText, text.taskTextOutsideLeft, text.taskTextOutsideRight")];
  const ticks = [...host.querySelectorAll(".grid .tick text")].map((text) => text.getBoundingClientRect()).sort((a, b) => a.left - b.left);

  ticks.slice(1).forEach((tick, index) => {
    if (tick.left < ticks[index].right + 8) flaws.push(`ticks ${index + 1} and ${index + 2} run into each other`);
  });
  if (ticks.length < 2) flaws.push("there are fewer than two ticks");

  for (const stripe of host.querySelectorAll("rect.section")) {
    const [red, green, blue, alpha] = fill(stripe);
    if (alpha !== 0 && Math.max(red, green, blue) - Math.min(red, green, blue) > 24) flaws.push(`a stripe is ${getComputedStyle(stripe).fill}`);
  }

  for (const bar of bars) {
    if (bar.getBoundingClientRect().width < 3) flaws.push(`a bar is ${bar.getBoundingClientRect().width} wide`);
  }

  for (const label of labels) {
    const box = label.getBoundingClientRect();
    const isInside = label.classList.contains("taskText");
    const bar = isInside && bars.find((one) => meets(one.getBoundingClientRect(), box));
    const ground = bar ? over(fill(bar), page) : page;
    const seen = contrast(fill(label), ground);
    if (seen < 4) flaws.push(`"${label.textContent}" has a contrast of ${seen.toFixed(1)}`);
    if (ticks.some((tick) => meets(box, tick))) flaws.push(`"${label.textContent}" runs into a tick`);
    if (labels.some((other) => other !== label && meets(box, other.getBoundingClientRect()))) flaws.push(`"${label.textContent}" runs into another label`);
  }

  for (const bar of host.querySelectorAll("rect.task[class*=crit]")) {
    const [red, green, blue] = fill(bar);
    if (red < 2 * Math.max(green, blue)) flaws.push(`the failed bar is ${getComputedStyle(bar).fill}`);
  }

  return flaws;
}
