// Topics, emotions and rated questions under a filter.
const BAR = 300;

function barSvg(label) {
  const svg = svgNode("svg", { viewBox: "0 0 300 16", preserveAspectRatio: "none" });
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else svg.setAttribute("aria-hidden", "true");
  return svg;
}

function numberCell(name, text, interval, indicative) {
  const td = el("td", "num", text);
  td.dataset.label = name;
  if (indicative) td.append(" ", el("span", "tag", "indicative"));
  if (interval) td.append(el("small", "", interval));
  return td;
}

function rowHead(label, marks) {
  const th = el("th");
  th.scope = "row";
  const button = el(marks && comments.length ? "button" : "span");
  if (marks && comments.length) {
    button.type = "button";
    Object.assign(button.dataset, { open: "", ...marks });
  }
  button.append(el("bdi", "", label));
  th.append(button);
  return th;
}

function wideCell(svg, ...more) {
  const td = el("td", "wide");
  td.append(svg, ...more);
  return td;
}

function topicRows(sums) {
  const all = Object.keys(sums.topics).map((t) => [t, topicEstimates(sums, t)]).filter(([, t]) => t.mentions > 0);
  all.sort((a, b) => b[1].mentions - a[1].mentions || (a[0] < b[0] ? -1 : 1));
  const left = Math.max(0, ...all.map(([, t]) => t.n_negative + t.n_neutral / 2));
  const right = Math.max(0, ...all.map(([, t]) => t.n_positive + t.n_neutral / 2));
  const unit = left + right ? BAR / (left + right) : 0;
  const centre = left * unit;
  return all.map(([topic, t]) => {
    // Hidden like every number of a few: of topics by their mentions, as Python does.
    const hidden = t.mentions < MIN_SHOWN_N;
    const svg = barSvg(hidden ? "suppressed (n < 5)" : t.n_negative + " negative, " + t.n_neutral + " neutral, " + t.n_positive + " positive");
    if (hidden) {
      const width = Math.max(t.mentions * unit, 1.5);
      svg.append(svgNode("rect", { x: Math.min(Math.max(centre - width / 2, 0), BAR - width), width, y: 2, height: 12, fill: "url(#hatch)" }));
    } else {
      let x = (left - t.n_negative - t.n_neutral / 2) * unit;
      ["negative", "neutral", "positive"].forEach((s) => {
        const width = t["n_" + s] * unit;
        const rect = svgNode("rect", { x, width, y: 2, height: 12, class: "f-" + s, "data-open": "", "data-k": topic, "data-s": s });
        rect.append(svgNode("title"));
        rect.firstChild.textContent = t["n_" + s] + " " + s;
        svg.append(rect);
        x += width;
      });
    }
    svg.append(svgNode("line", { x1: centre, x2: centre, y1: 0, y2: 16, class: "centre" }));
    const split = el("span", "split");
    split.append(el("span", "t-negative", count(t.n_negative)), " · " + count(t.n_neutral) + " · ", el("span", "t-positive", count(t.n_positive)));
    const tr = el("tr");
    tr.append(
      rowHead(data.topics[topic] || topic, { k: topic }),
      wideCell(svg, ...(hidden ? [] : [split])),
      numberCell("Mentions", count(t.mentions)),
      numberCell("In % of comments", describe(t.share, PERCENT), describeInterval(t.share, PERCENT)),
      numberCell("Net sentiment", describe(t.net, POINTS), describeInterval(t.net, POINTS), statusOf(t.net) === "indicative"),
    );
    const few = t.net.n < MIN_SHOWN_N;
    return [tr, [data.topics[topic] || topic, ...["negative", "neutral", "positive"].map((s) => (few ? null : t["n_" + s])), t.mentions, ...estimateRow(t.share), ...estimateRow(t.net)]];
  });
}

function emotionRows(sums) {
  const all = Object.keys(sums.emotions).map((e) => [e, emotionShare(sums, e)]).filter(([, e]) => e.n && e.value !== 0);
  all.sort((a, b) => (b[1].value || 0) - (a[1].value || 0) || (a[0] < b[0] ? -1 : 1));
  const longest = Math.max(0, ...all.map(([, e]) => (isShown(e) ? e.high : 0)));
  const unit = longest ? BAR / longest : 0;
  return all.map(([emotion, e]) => {
    const svg = barSvg();
    if (isShown(e)) {
      svg.append(svgNode("rect", { x: 0, y: 2, width: e.value * unit, height: 12, class: "f-" + (data.tones[emotion] || "neutral") }));
      [[e.low, e.high, 8, 8], [e.low, e.low, 5, 11], [e.high, e.high, 5, 11]].forEach(([x1, x2, y1, y2]) => {
        svg.append(svgNode("line", { x1: x1 * unit, x2: x2 * unit, y1, y2, class: "whisker" }));
      });
    }
    const tr = el("tr");
    tr.append(
      rowHead(data.emotions[emotion] || emotion, { e: emotion }),
      wideCell(svg),
      numberCell("In % of comments", describe(e, PERCENT), describeInterval(e, PERCENT), statusOf(e) === "indicative"),
    );
    return [tr, [data.emotions[emotion] || emotion, ...estimateRow(e)]];
  });
}

function ratingRows(sums) {
  const place = (score, value) => ((value - score.min) / (score.max - score.min)) * BAR;
  const all = data.rated.map((key) => [data.scores[key], estimate(sums, key)]);
  const rank = ([score, e]) => (isShown(e) ? place(score, e.value) : -1);
  all.sort((a, b) => rank(b) - rank(a));
  return all.map(([score, e]) => {
    const svg = barSvg();
    svg.append(svgNode("line", { x1: 0, x2: BAR, y1: 8, y2: 8, class: "rail" }));
    if (isShown(e)) {
      svg.append(
        svgNode("line", { x1: place(score, e.low), x2: place(score, e.high), y1: 8, y2: 8, class: "span" }),
        svgNode("line", { x1: place(score, e.value), x2: place(score, e.value), y1: 2, y2: 14, class: "mean" }),
      );
    }
    const tr = el("tr");
    tr.append(
      rowHead(score.label),
      wideCell(svg),
      numberCell("Mean", describe(e, score.unit), describeInterval(e, score.unit), statusOf(e) === "indicative"),
      numberCell("Scale", score.min + " to " + score.max + (score.higher ? "" : ", lower is better")),
      numberCell("n", count(e.n)),
    );
    return [tr, [score.label, ...estimateRow(e)]];
  });
}

function drawBars(chosen) {
  const sums = chosen && (addUp(partOf(chosen), chosen, () => "all").get("all") || emptySums());
  const made = { topics: topicRows, emotions: emotionRows, ratings: ratingRows };
  Object.entries(made).forEach(([id, rowsOf]) => {
    const section = document.getElementById(id);
    if (!section) return;
    const body = section.querySelector("table.bars tbody");
    const base = section.querySelector("[data-n-scored]");
    if (!chosen) {
      redraw(body, null);
      if (base) redraw(base, null);
      delete liveTables[id];
      return;
    }
    if (base) redraw(base, () => [document.createTextNode(count(sums.documents.n_scored) + (sums.documents.n_scored === 1 ? " comment" : " comments"))]);
    const rows = rowsOf(sums);
    const none = el("tr");
    none.append(el("td", "note", "Nothing within this filter."));
    redraw(body, () => (rows.length ? rows.map(([tr]) => tr) : [none]));
    liveTables[id] = () => ({ columns: data.tables[id].columns, rows: rows.map(([, row]) => row) });
  });
}

followFilter(drawBars);
