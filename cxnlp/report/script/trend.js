// The trends under a filter: the twin of cxnlp/report/trend.py.
const CHART = { width: 400, top: 12, bottom: 150, left: 44, right: 390, barsTop: 166, barsBottom: 200 };
const round1 = (x) => Math.round(x * 10) / 10;

// Centre ± 3 standard errors at each period's n (cxnlp/metrics/control_limits.py).
function controlLimits(estimates, overall, score) {
  const shown = estimates.filter((e) => e.value !== null && e.n > 0);
  const variance = answerVariance(overall, score.kindOfUnit);
  if (shown.length < 3 || variance === null) return null;
  const total = shown.reduce((sum, e) => sum + e.n, 0);
  const centre = shown.reduce((sum, e) => sum + e.value * e.n, 0) / total;
  return estimates.map((e) => {
    if (e.value === null || e.n === 0) return null;
    const half = 3 * Math.sqrt(variance / e.n);
    const outside = e.n >= MIN_RELIABLE_N && Math.abs(e.value - centre) > half + 1e-9 * (score.max - score.min);
    return { low: Math.max(centre - half, score.min), high: Math.min(centre + half, score.max), outside };
  });
}

function valueTicks(estimates, unit) {
  const ends = estimates.filter(isShown).flatMap((e) => [e.low, e.high, e.value]);
  const low = ends.length ? Math.min(...ends) : 0;
  const high = ends.length ? Math.max(...ends) : 1;
  const rough = Math.max(high - low, 5 * 10 ** -unit.decimals) / 4;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * magnitude).find((s) => s >= rough * 0.999);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(Math.ceil(high / step - 1e-9), first + 1);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toFixed(6)));
}

function axisUnit(unit, ticks) {
  const whole = ticks.every((t) => t === Math.round(t));
  const tenths = ticks.every((t) => Math.abs(t * 10 - Math.round(t * 10)) < 1e-6);
  return { ...unit, decimals: whole ? 0 : tenths ? 1 : 2 };
}

function runsOf(points) {
  const runs = [[]];
  points.forEach((p) => { if (p.y === null) runs.push([]); else runs.at(-1).push(p); });
  return runs.filter((run) => run.length > 1);
}

const pathOf = (pairs) => "M" + pairs.map(([x, y]) => x + " " + y).join("L");

function trendSvg(key, names, estimates, overall) {
  const score = data.scores[key];
  const c = CHART;
  const ticks = valueTicks(estimates, score.unit);
  const [low, high] = [ticks[0], ticks.at(-1)];
  const y = (value) => round1(c.bottom - ((Math.min(Math.max(value, low), high) - low) / (high - low)) * (c.bottom - c.top));
  const step = (c.right - c.left) / Math.max(1, names.length);
  const barWidth = round1(Math.min(28, step * 0.6));
  const maxN = Math.max(0, ...estimates.map((e) => e.n));
  const limits = controlLimits(estimates, overall, score);
  const svg = svgNode("svg", { viewBox: "0 0 400 220", role: "group", "aria-label": score.label + " by " + data.period });
  const line = (x1, x2, y1, y2, css) => svg.append(svgNode("line", { x1, x2, y1, y2, class: css }));
  const text = (x, at, anchor, words) => {
    const node = svgNode("text", { x, y: at, "text-anchor": anchor });
    node.textContent = words;
    svg.append(node);
  };
  const unit = axisUnit(score.unit, ticks);
  ticks.forEach((t) => { line(c.left, c.right, y(t), y(t), "grid"); text(38, y(t) + 3.5, "end", formatValue(t, unit)); });
  if (overall.value !== null && overall.value >= low && overall.value <= high) line(c.left, c.right, y(overall.value), y(overall.value), "overall");
  const points = estimates.map((e, i) => ({ e, name: names[i], x: round1(c.left + (i + 0.5) * step), y: isShown(e) ? y(e.value) : null, limit: limits && limits[i] }));
  const runs = runsOf(points);
  const band = runs.map((run) => pathOf([...run.map((p) => [p.x, y(p.e.high)]), ...run.toReversed().map((p) => [p.x, y(p.e.low)])]) + "Z").join(" ");
  svg.append(svgNode("path", { d: band, class: "band" }));
  const limited = points.filter((p) => p.limit);
  const steps = limited.flatMap((p) => [p.limit.low, p.limit.high].map((v) => [v, p.x])).filter(([v]) => v >= low && v <= high);
  svg.append(svgNode("path", { d: steps.map(([v, x]) => pathOf([[round1(x - step / 2), y(v)], [round1(x + step / 2), y(v)]])).join(" "), class: "limit" }));
  svg.append(svgNode("path", { d: runs.map((run) => pathOf(run.map((p) => [p.x, p.y]))).join(" "), class: "line" }));
  line(c.left, c.right, c.barsBottom, c.barsBottom, "axis");
  text(38, 174, "end", count(maxN));
  text(38, 200, "end", "n");
  points.forEach((p) => {
    const top = round1(c.barsBottom - ((c.barsBottom - c.barsTop) * p.e.n) / Math.max(1, maxN));
    const bar = svgNode("rect", { x: round1(p.x - barWidth / 2), width: barWidth, y: top, height: round1(c.barsBottom - top), class: "bar" });
    if (statusOf(p.e) === "suppressed") bar.setAttribute("fill", "url(#hatch)");
    svg.append(bar);
    if (p.y === null) return;
    line(p.x, p.x, y(p.e.high), y(p.e.low), "whisker");
    const outside = p.limit && p.limit.outside;
    const words = p.name + ": " + describe(p.e, score.unit) + ", 95% interval " + describeInterval(p.e, score.unit) + ", n = " + count(p.e.n) + (outside ? ", outside the limits" : "");
    if (outside) svg.append(svgNode("circle", { cx: p.x, cy: p.y, r: 7, class: "outside" }));
    const dot = svgNode("circle", { cx: p.x, cy: p.y, r: points.length < 40 ? 3.6 : 2, class: "dot" + (statusOf(p.e) === "indicative" ? " few" : ""), "aria-label": words });
    if (comments.length) {
      Object.assign(dot.dataset, { open: "", p: p.name });
      if (points.length <= 24) { dot.setAttribute("tabindex", "0"); dot.setAttribute("role", "button"); }
    }
    dot.append(svgNode("title"));
    dot.firstChild.textContent = words;
    svg.append(dot);
  });
  const wide = Math.max(0, ...names.map((name) => name.length)) * 7 + 10;
  const every = Math.max(1, Math.ceil((wide * names.length) / (c.right - c.left)));
  points.forEach((p, i) => { if ((names.length - 1 - i) % every === 0) text(Math.min(p.x, c.width - wide / 2 + 3), 214, "middle", p.name); });
  return { svg, limits };
}

function trendTable(key, names, estimates) {
  const score = data.scores[key];
  return names.map((name, i) => {
    const e = estimates[i];
    const tr = el("tr");
    const th = el("th", "", name);
    th.scope = "row";
    const value = el("td", "", describe(e, score.unit));
    if (statusOf(e) === "indicative") value.append(" ", el("span", "tag", "indicative"));
    tr.append(th, value, el("td", "", describeInterval(e, score.unit)), el("td", "", count(e.n)));
    return tr;
  });
}

// The periods between the ends of the filter; one before all that are shown counts as the first.
function periodsWithin(chosen) {
  const names = data.periods;
  const at = (name, otherwise) => (name === undefined ? otherwise : Math.max(names.indexOf(name), 0));
  return names.slice(at(chosen.from, 0), at(chosen.to, names.length - 1) + 1);
}

// All charts have one width: from the first to the last period that shows any of the scores.
function periodsShown(chosen, byPeriod, keys) {
  const names = periodsWithin(chosen);
  const shows = (name) => keys.some((key) => isShown(estimate(byPeriod.get(name), key)));
  const first = names.findIndex(shows);
  return first < 0 ? names : names.slice(first, names.findLastIndex(shows) + 1);
}

function drawTrends(chosen) {
  const figures = [...document.querySelectorAll("figure[data-trend]")];
  const part = chosen && partOf(chosen);
  const byPeriod = chosen && addUp(part, chosen, (cell) => part.periods[part.cells[1][cell]]);
  const names = chosen && periodsShown(chosen, byPeriod, figures.map((figure) => figure.dataset.trend));
  if ($("trend-trimmed")) $("trend-trimmed").hidden = Boolean(chosen);
  figures.forEach((figure) => {
    const key = figure.dataset.trend;
    const id = figure.dataset.table;
    const svg = figure.querySelector("svg");
    const body = figure.querySelector("tbody");
    if (!figure.written) figure.written = svg;
    // Changes of level are sought in all data; under a filter their words alone stay, and say so.
    figure.querySelectorAll(".level-words .tag").forEach((tag) => { tag.hidden = !chosen; });
    if (!chosen) {
      svg.replaceWith(figure.written);
      redraw(body, null);
      delete liveTables[id];
      return;
    }
    const overall = estimate(addUp(part, chosen, () => "all").get("all"), key);
    const estimates = names.map((name) => estimate(byPeriod.get(name), key));
    const made = trendSvg(key, names, estimates, overall);
    svg.replaceWith(made.svg);
    redraw(body, () => trendTable(key, names, estimates));
    const rows = names.map((name, i) => {
      const limit = made.limits && made.limits[i];
      return [name, ...estimateRow(estimates[i]), limit ? limit.low : null, limit ? limit.high : null, null, null, null];
    });
    liveTables[id] = () => ({ columns: data.tables[id].columns, rows });
  });
}

followFilter(drawTrends);
