// The embedded counts and sums: selected by a filter, added up, and made into estimates.
//
// A filter is {t, stage, c, from, to, v: {choice index: value}}; what is not set does not select.
const DOCUMENTS = ["n", "n_scored", "n_foreign", "n_negative", "n_neutral", "n_positive", "n_mixed", "n_satisfaction", "s", "ss"];
const TOPIC_SUMS = ["n", "m", "x", "xx", "xm", "mm", "n_negative", "n_neutral", "n_positive"];

// Segments that are not crossed have a part each: the one that splits by all that is chosen.
function partOf(filter, choices = []) {
  const wanted = [...Object.keys(filter.v).map(Number), ...choices];
  const i = data.cube.splits.findIndex((split) => wanted.every((choice) => split.includes(choice)));
  return i < 0 ? null : { ...data.cube.parts[i], split: data.cube.splits[i] };
}

function selects(part, filter) {
  const [places, periods, ...values] = part.cells;
  const from = filter.from === undefined ? -1 : part.periods.indexOf(filter.from);
  const to = filter.to === undefined ? part.periods.length : part.periods.indexOf(filter.to);
  const dated = filter.from !== undefined || filter.to !== undefined;
  const wanted = Object.entries(filter.v).map(([choice, value]) => {
    const at = part.split.indexOf(Number(choice));
    return [values[at], part.values[at].indexOf(value)];
  });
  return (cell) => {
    const [stage, touchpoint] = part.places[places[cell]];
    if (filter.t !== undefined && touchpoint !== filter.t) return false;
    if (filter.stage !== undefined && stage !== filter.stage) return false;
    if (dated && (part.periods[periods[cell]] === "" || periods[cell] < from || periods[cell] > to)) return false;
    return wanted.every(([column, value]) => column[cell] === value);
  };
}

const emptySums = () => ({ documents: Object.fromEntries(DOCUMENTS.map((name) => [name, 0])), answers: {}, emotions: {}, topics: {} });

// Return sums by key; `keyOf(cell)` names the group of a cell, or null for none.
function addUp(part, filter, keyOf) {
  const chosen = selects(part, filter);
  const found = new Map();
  const n = part.cells[0].length;
  const groupOf = new Array(n).fill(null);
  for (let cell = 0; cell < n; cell++) {
    if (!chosen(cell)) continue;
    for (const key of [keyOf(cell)].flat()) {
      if (key === null) continue;
      if (!found.has(key)) found.set(key, emptySums());
      const sums = found.get(key);
      (groupOf[cell] ||= []).push(sums);
      DOCUMENTS.forEach((name, i) => { sums.documents[name] += part.documents[i][cell]; });
    }
  }
  const addRows = (table, names, kind, fields) => {
    const [cells, labels, ...columns] = table;
    for (let row = 0; row < cells.length; row++) {
      for (const sums of groupOf[cells[row]] || []) {
        const into = (sums[kind][names[labels[row]]] ||= Object.fromEntries(fields.map((f) => [f, 0])));
        for (let i = 0; i < fields.length; i++) into[fields[i]] += columns[i][row];
      }
    }
  };
  addRows(part.answers, part.metrics, "answers", ["n", "w", "ww", "a", "b"]);
  addRows(part.emotions, part.emotionNames, "emotions", ["n"]);
  addRows(part.topics, part.topicNames, "topics", TOPIC_SUMS);
  return found;
}

function answered(key, sums) {
  const score = data.scores[key];
  if (!sums || sums.n === 0) return NO_DATA;
  const { n, w, ww, a, b } = sums;
  const size = effectiveN(w, ww);
  if (score.kindOfUnit === "points") return netShare((n * a) / w, (n * b) / w, n, size);
  if (score.kindOfUnit === "percent") return share((n * a) / w, n, size);
  return mean(n, (n * a) / w, (n * b) / w, score.min, score.max, size);
}

// Return the estimate of a score, with its numbers hidden below n = 5.
function estimate(sums, key) {
  if (!sums) return NO_DATA;
  const d = sums.documents;
  if (key === "net_sentiment") return suppressed(netShare(d.n_positive, d.n_negative, d.n_scored));
  if (key === "satisfaction") return suppressed(mean(d.n_satisfaction, d.s, d.ss, 1, 5));
  if (key !== data.anyRating) return suppressed(answered(key, sums.answers[key]));
  // A total of several questions has no single rating.
  const rated = Object.keys(sums.answers).filter((k) => k.startsWith(data.anyRating) && sums.answers[k].n);
  return rated.length === 1 ? suppressed(answered(rated[0], sums.answers[rated[0]])) : NO_DATA;
}

const emotionShare = (sums, emotion) => suppressed(share((sums.emotions[emotion] || { n: 0 }).n, sums.documents.n_scored));

function topicEstimates(sums, topic) {
  const t = sums.topics[topic];
  return {
    share: suppressed(share(t.n, sums.documents.n_scored)),
    net: suppressed(mentionNetSentiment(t.n, t.x, t.m, t.xx, t.xm, t.mm)),
    mentions: t.n_negative + t.n_neutral + t.n_positive,
    ...t,
  };
}
