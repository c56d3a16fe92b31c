// The comments behind a mark.
const FIELDS = ["t", "p", "day", "s", "satisfaction", "emotions", "topics", "question", "answers", "unsure", "cut", "g", "turns", "stage", "v", "a"];
const MARKS = ["t", "p", "g", "k", "e", "s", "a"];
const comments = data.comments.map((row) => Object.fromEntries(FIELDS.map((f, i) => [f, row[i]])));
function card(comment) {
  const node = el("article", "comment " + comment.s);
  const channel = cube.choices.findIndex((choice) => choice.key === "channel");
  const meta = [data.touchpoints[comment.t], channel < 0 ? "" : comment.v[channel], comment.g, comment.day, ...comment.answers].filter((text, i, all) => text && all.indexOf(text) === i);
  const top = el("p", "meta");
  meta.forEach((text, i) => { if (i) top.append(" · "); top.append(el("bdi", "", text)); });
  node.append(top);
  if (comment.question) {
    const ask = el("p", "ask", comment.question);
    ask.dir = "auto";
    node.append(ask);
  }
  comment.turns.forEach(([role, pieces], i) => {
    const said = el("p", "said");
    said.dir = "auto";
    if (role) said.append(el("b", "", role + ": "));
    pieces.forEach(([text, sentiment]) => {
      if (!sentiment) { said.append(text); return; }
      const mark = el("mark", sentiment, text);
      mark.title = sentiment;
      said.append(mark);
    });
    if (comment.cut && i === comment.turns.length - 1) said.append(" … (cut here)");
    node.append(said);
  });
  const labels = el("p", "labels");
  labels.append(el("span", comment.s, comment.s));
  new Set(comment.topics.map(([topic]) => topic)).forEach((topic) => {
    const sentiments = comment.topics.filter(([k]) => k === topic).map(([, s]) => s);
    labels.append(el("span", "topic " + (sentiments.length === 1 ? sentiments[0] : ""), data.topics[topic] || topic));
  });
  comment.emotions.forEach((emotion) => labels.append(el("span", "", data.emotions[emotion] || emotion)));
  if (comment.satisfaction !== null) labels.append(el("span", "", "predicted " + comment.satisfaction.toFixed(1) + " of 5"));
  if (comment.unsure) labels.append(el("span", "", "model unsure"));
  node.append(labels);
  return node;
}

const textOf = (comment) => comment.turns.map(([, pieces]) => pieces.map((p) => p[0]).join("")).join("\n");

// Whether a comment stands within the page's filter.
function within(comment) {
  if (!filter) return true;
  const [part] = cube.parts;
  if (filter.t !== undefined && (part.places.some(([, t]) => t === comment.t) ? comment.t : OTHER) !== filter.t) return false;
  if (filter.stage !== undefined && comment.stage !== filter.stage) return false;
  if (filter.from !== undefined || filter.to !== undefined) {
    if (comment.p === "") return false;
    const at = (name, otherwise) => (name === undefined ? otherwise : Math.max(part.periods.indexOf(name), 0));
    const period = at(comment.p);
    if (period < at(filter.from, 0) || period > at(filter.to, part.periods.length)) return false;
  }
  return Object.entries(filter.v).every(([choice, value]) => comment.v[choice] === value);
}

function matches(comment, f) {
  if (!within(comment)) return false;
  if (f.t !== "*" && comment.t !== f.t) return false;
  if (f.p !== "*" && comment.p !== f.p) return false;
  if (f.g !== "*" && comment.g !== f.g) return false;
  if (f.a !== "*" && !comment.a.includes(f.a)) return false;
  if (f.e !== "*" && !comment.emotions.includes(f.e)) return false;
  const topic = f.k === "*" ? null : comment.topics.filter(([k]) => k === f.k);
  if (topic && !topic.length) return false;
  if (f.s !== "*" && !(topic ? topic.some(([, s]) => s === f.s) : comment.s === f.s)) return false;
  return !f.q || textOf(comment).toLocaleLowerCase().includes(f.q.toLocaleLowerCase());
}

// How many stand behind a mark in all the data, and what is counted; null where the cells do not
// tell, as of a topic together with an emotion.
function behind(f) {
  if (f.q || f.a !== "*" || (f.k !== "*" && f.e !== "*") || (f.e !== "*" && f.s !== "*")) return null;
  const wanted = { ...(filter || emptyFilter()) };
  wanted.v = { ...wanted.v };
  const clash = { n: 0, what: "comments" };
  const [part] = cube.parts;
  if (f.t !== "*") {
    if (wanted.t !== undefined && wanted.t !== f.t) return clash;
    if (!part.places.some(([, t]) => t === f.t)) return null;
    wanted.t = f.t;
  }
  if (f.p !== "*") {
    if (f.p === "") return null;
    if (!part.periods.includes(f.p)) return null;
    if (filter && !selectsPeriod(f.p)) return clash;
    wanted.from = wanted.to = f.p;
  }
  if (f.g !== "*") {
    if (cube.by === null) return null;
    if (wanted.v[cube.by] !== undefined && wanted.v[cube.by] !== f.g) return clash;
    wanted.v[cube.by] = f.g;
  }
  const chosen = partOf(wanted);
  if (!chosen || Object.entries(wanted.v).some(([choice, value]) => !chosen.values[chosen.split.indexOf(Number(choice))].includes(value))) return null;
  const sums = addUp(chosen, wanted, () => "all").get("all") || emptySums();
  if (f.e !== "*") return { n: (sums.emotions[f.e] || { n: 0 }).n, what: "comments" };
  if (f.k === "*") return { n: f.s === "*" ? sums.documents.n_scored : sums.documents["n_" + f.s], what: "comments" };
  const topic = sums.topics[f.k];
  if (!topic) return clash;
  return f.s === "*" ? { n: topic.n, what: "comments" } : { n: topic["n_" + f.s] || 0, what: f.s + " mentions" };
}

function selectsPeriod(name) {
  const names = cube.parts[0].periods;
  const from = filter.from === undefined ? 0 : names.indexOf(filter.from);
  const to = filter.to === undefined ? names.length : names.indexOf(filter.to);
  return names.indexOf(name) >= from && names.indexOf(name) <= to;
}

const reader = $("reader");
const form = $("reader-form");

function listComments() {
  const f = Object.fromEntries(new FormData(form));
  const found = comments.filter((c) => matches(c, f));
  $("reader-list").replaceChildren(...found.map(card));
  $("reader-s").textContent = f.k === "*" ? "Sentiment" : "Sentiment of the topic";
  const set = MARKS.filter((name) => f[name] !== "*");
  const all = behind(f);
  const sampled = comments.length < data.n_scored;
  let text = count(found.length) + (found.length === 1 ? " comment" : " comments");
  if (!sampled) text += all && all.what !== "comments" ? " with " + count(all.n) + " " + all.what : "";
  else if (all && all.what === "comments") text = all.n === found.length ? "All " + text : count(found.length) + " of " + count(all.n) + " comments, a fixed sample of them";
  else text += (all ? " of those with the " + count(all.n) + " " + all.what : "") + ", from the fixed sample of " + count(comments.length);
  $("reader-count").textContent = text + (found.length ? "." : ". Try fewer filters.");
  $("reader-filter").textContent = filter ? "Within the page’s filter: " + describeFilter() + "." : "";
  const names = set.filter((name) => name !== "s").map((name) => form.elements[name].selectedOptions[0].textContent);
  if (f.s !== "*") names.push(form.elements.s.selectedOptions[0].textContent.toLowerCase());
  $("reader-h").textContent = names.length ? names.join(", ") : "Comments";
}

// "csat/not satisfied" in words.
function partLabel(part) {
  const [key, name] = part.split("/");
  return (data.scores[key] ? data.scores[key].label : key) + ": " + name;
}

function openReader(wanted) {
  MARKS.forEach((name) => {
    const select = form.elements[name];
    const value = wanted[name] === undefined ? "*" : wanted[name];
    if (![...select.options].some((o) => o.value === value)) {
      const labels = { t: data.touchpoints, k: data.topics, e: data.emotions }[name] || {};
      select.append(new Option(name === "a" ? partLabel(value) : labels[value] || value, value));
    }
    select.value = value;
  });
  form.elements.q.value = "";
  listComments();
  if (!reader.open) reader.showModal();
  reader.scrollTop = 0;
}

function fill(name, pairs) {
  pairs.forEach(([value, label]) => form.elements[name].append(new Option(label, value)));
  form.elements[name].parentElement.hidden = pairs.length === 0;
}

if (reader) {
  const used = (values) => [...new Set(values)];
  const labelled = (values, labels) => values.map((v) => [v, labels[v] || v]);
  const places = used(comments.map((c) => c.t));
  fill("t", labelled(Object.keys(data.touchpoints).filter((t) => places.includes(t)), data.touchpoints));
  fill("p", used(comments.map((c) => c.p)).sort().map((p) => [p, p || "No date"]));
  fill("g", data.groups.map((g) => [g, g || "Not given"]));
  const topics = used(comments.flatMap((c) => c.topics.map((k) => k[0])));
  fill("k", labelled(topics, data.topics).sort((a, b) => a[1].localeCompare(b[1], "en")));
  fill("e", labelled(used(comments.flatMap((c) => c.emotions)), data.emotions).sort((a, b) => a[1].localeCompare(b[1], "en")));
  fill("a", used(comments.flatMap((c) => c.a)).sort().map((a) => [a, partLabel(a)]));
  form.addEventListener("input", listComments);
  form.addEventListener("submit", (event) => event.preventDefault());
  $("reader-close").addEventListener("click", () => reader.close());
  reader.addEventListener("click", (event) => { if (event.target === reader) reader.close(); });
  const openFrom = (event) => {
    const mark = event.target.closest("[data-open]");
    if (mark) openReader({ ...mark.dataset });
    return mark;
  };
  document.addEventListener("click", openFrom);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.closest("svg [data-open]")) { event.preventDefault(); openFrom(event); }
  });
  followFilter(drawFew);
}

// A few comments that stand on the page itself: short, sure, of both sides.
function drawFew() {
  const inside = comments.filter(within);
  const two = (s) => inside.filter((c) => c.s === s && !c.unsure && textOf(c).length > 40 && textOf(c).length < 260).slice(0, 3);
  const few = [...two("positive"), ...two("negative")];
  $("few-comments").replaceChildren(...(few.length ? few : inside.slice(0, 6)).map(card));
  $("few-none").hidden = inside.length > 0;
}
