// The header's scores under a filter.
const svgNode = (name, attributes = {}) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
  return node;
};

// What Python wrote, put back when no filter is on.
const written = new Map();

function redraw(node, make) {
  if (!written.has(node)) written.set(node, [...node.childNodes]);
  node.replaceChildren(...(make ? make(written.get(node)) : written.get(node)));
}

function partsOf(sums, key) {
  const score = data.scores[key];
  const d = sums.documents;
  if (key === "net_sentiment") {
    if (d.n_scored < MIN_SHOWN_N) return [];
    return ["negative", "mixed", "neutral", "positive"].map((s) => [s, s, (100 * d["n_" + s]) / d.n_scored]);
  }
  const a = sums.answers[key];
  if (!a || a.n < MIN_SHOWN_N) return [];
  if (score.kind === "nps") {
    return [["detractors", "negative", (100 * a.b) / a.w], ["passives", "neutral", (100 * (a.w - a.a - a.b)) / a.w], ["promoters", "positive", (100 * a.a) / a.w]];
  }
  const satisfied = (100 * a.a) / a.w;
  return score.kindOfUnit === "percent" ? [["satisfied", "positive", satisfied], ["not satisfied", "neutral", 100 - satisfied]] : [];
}

function mixBar(parts, scoreKey) {
  const svg = svgNode("svg", { class: "mix", viewBox: "0 0 100 8", preserveAspectRatio: "none", role: "img" });
  const key = el("p", "key");
  const words = [];
  let start = 0;
  parts.forEach(([name, css, size]) => {
    const label = name + " " + formatValue(size, PERCENT);
    if (size > 0) {
      svg.append(svgNode("rect", { x: start, y: 0, width: size, height: 8, class: "f-" + css }));
      const item = el(comments.length ? "button" : "span");
      if (comments.length) {
        item.type = "button";
        Object.assign(item.dataset, { open: "", ...(scoreKey === "net_sentiment" ? { s: name } : { a: scoreKey + "/" + name }) });
      }
      item.append(el("i", "b-" + css), label);
      key.append(item);
      words.push(label);
    }
    start += size;
  });
  svg.setAttribute("aria-label", words.join(", "));
  return [svg, key];
}

function gaugeOf(e, score) {
  if (!isShown(e) || score.max <= score.min) return [];
  const x = (value) => (100 * (value - score.min)) / (score.max - score.min);
  const svg = svgNode("svg", { class: "mix", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" });
  svg.append(
    svgNode("line", { x1: 0, x2: 100, y1: 4, y2: 4, class: "rail" }),
    svgNode("line", { x1: x(e.low), x2: x(e.high), y1: 4, y2: 4, class: "span" }),
    svgNode("line", { x1: x(e.value), x2: x(e.value), y1: 0, y2: 8, class: "mean" }),
  );
  const ends = el("p", "key ends");
  ends.append(el("span", "", String(score.min)), el("span", "", String(score.max)));
  return [svg, ends];
}

function drawCard(card, sums) {
  const key = card.dataset.score;
  const score = data.scores[key];
  const e = estimate(sums, key);
  redraw(card, (before) => {
    const old = (css) => before.filter((node) => node.classList && node.classList.contains(css)).map((node) => node.cloneNode(true));
    const nodes = [el("h3", "", score.label), el("p", "big" + (isShown(e) ? "" : " none"), describe(e, score.unit))];
    if (isShown(e)) nodes.push(el("p", "interval", "95% interval " + describeInterval(e, score.unit)));
    const n = el("p", "count", "n = " + count(e.n) + " " + (e.n === 1 ? score.counted.replace(/s$/, "") : score.counted));
    if (statusOf(e) === "indicative") n.append(" ", el("span", "tag", "indicative, n < 30"));
    nodes.push(n);
    const parts = partsOf(sums, key);
    nodes.push(...(parts.length ? mixBar(parts, key) : gaugeOf(e, score)));
    const change = old("change");
    change.forEach((node) => node.prepend(el("span", "tag", "all data, not filtered")));
    return [...nodes, ...change, ...old("how"), ...old("opens")];
  });
  return e;
}

const estimateRow = (e) => [e.value, e.low, e.high, e.n, statusOf(e)];

function drawCards(chosen) {
  const cards = document.querySelectorAll("[data-score]");
  if (!chosen) {
    cards.forEach((card) => redraw(card, null));
    delete liveTables.scores;
    return;
  }
  const sums = addUp(partOf(chosen), chosen, () => "all").get("all") || emptySums();
  const rows = [...cards].map((card) => [data.scores[card.dataset.score].label, ...estimateRow(drawCard(card, sums))]);
  liveTables.scores = () => ({ columns: data.tables.scores.columns, rows });
}

followFilter(drawCards);
