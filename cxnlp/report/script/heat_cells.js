// The cells of the heatmap under a filter: the twin of cxnlp/report/heatmap.py.
const HEAT_STEPS = 9;

// Columns that are values of --by need the cells split by it.
function partFor(chosen, map) {
  const grouped = map.keys.some(([kind]) => kind === "g");
  if (!grouped) return partOf(chosen);
  return data.cube.by === null ? null : partOf(chosen, [data.cube.by]);
}

function heatView(e, score, centre, reach, compared) {
  if (statusOf(e) === "suppressed") return e.n;
  if (!isShown(e)) return 0;
  const half = Math.floor(HEAT_STEPS / 2);
  const distance = ((score.higher ? 1 : -1) * (e.value - centre)) / reach;
  const step = half + Number(fixed(Math.max(-1, Math.min(1, distance)) * half, 0));
  const apart = compared && (e.low > centre || e.high < centre);
  return [formatValue(e.value, score.unit, false), describeInterval(e, score.unit), e.n, step, apart ? 1 : 0];
}

function heatGrid(table, score, overall) {
  const shown = table.flat().filter(isShown);
  const values = shown.map((e) => e.value).sort((a, b) => a - b);
  const compared = overall.value !== null;
  const centre = compared ? overall.value : values.length ? values[Math.floor(values.length / 2)] : 0;
  const reliable = shown.filter((e) => statusOf(e) === "ok");
  const reach = Math.max(score.floor, ...(reliable.length ? reliable : shown).map((e) => Math.abs(e.value - centre)));
  const ends = [Math.max(score.min, centre - reach), Math.min(score.max, centre + reach)];
  const words = [values.length && values[0] < ends[0] ? " or less" : "", values.length && values.at(-1) > ends[1] ? " or more" : ""];
  const labels = ends.map((end, i) => formatValue(end, score.unit) + words[i]);
  if (!score.higher) labels.reverse();
  return {
    cells: table.map((line) => line.map((e) => heatView(e, score, centre, reach, compared))),
    low: shown.length ? labels[0] : "",
    centre: (compared ? "the overall value, " : "the middle of all cells, ") + formatValue(centre, score.unit),
    high: shown.length ? labels[1] : "",
    compared,
  };
}

// Return the sums of every row and column, by "row/column"; "all" is the last column.
function heatSums(chosen, map, keys) {
  const part = partFor(chosen, map);
  const rowOf = part.places.map(([stage, t]) => data.heatRows.findIndex((place) => place && place[0] === stage && place[1] === t));
  const total = data.heatRows.indexOf(null);
  const grouped = keys.some(([kind]) => kind === "g");
  const column = grouped ? part.split.indexOf(data.cube.by) : -1;
  const names = grouped ? part.values[column] : part.periods;
  const values = grouped ? part.cells[2 + column] : part.cells[1];
  const columnOf = names.map((name) => keys.findIndex(([, value]) => value === name));
  const sums = addUp(part, chosen, (cell) => {
    const found = [total + "/all"];
    const row = rowOf[part.cells[0][cell]];
    const at = columnOf[values[cell]];
    if (at >= 0) found.push(total + "/" + at);
    if (row >= 0) found.push(row + "/all");
    if (row >= 0 && at >= 0) found.push(row + "/" + at);
    return found;
  });
  return { sums, known: new Set(names) };
}

function computeHeat(chosen) {
  const map = data.heatmaps[state.map];
  const within = new Set(periodsWithin(chosen));
  const dated = chosen.from !== undefined || chosen.to !== undefined;
  const first = heatSums(chosen, map, map.keys);
  const kept = map.keys.map((key, i) => i).filter((i) => {
    const [kind, value] = map.keys[i];
    return first.known.has(value) && !(kind === "p" && dated && !within.has(value));
  });
  const all = data.heatRows.indexOf(null) + "/all";
  const filled = kept.filter((i) => data.heatRows.some((_, row) => estimate(first.sums.get(row + "/" + i), state.metric).n));
  const total = (key) => estimate(first.sums.get(all), key);
  if (map.grids[""]) {
    const grids = Object.keys(data.metrics).slice(0, map.columns.length).map((key) => {
      const table = data.heatRows.map((_, row) => [estimate(first.sums.get(row + "/all"), key)]);
      return heatGrid(table, scoreOf(key), total(key));
    });
    const cells = data.heatRows.map((_, row) => grids.map((grid) => grid.cells[row][0]));
    return { ...map, grids: { "": { ...map.grids[""], cells } } };
  }
  const table = data.heatRows.map((_, row) => [...filled, "all"].map((column) => estimate(first.sums.get(row + "/" + column), state.metric)));
  return {
    ...map,
    columns: [...filled.map((i) => map.columns[i]), map.columns.at(-1)],
    keys: filled.map((i) => map.keys[i]),
    grids: { [state.metric]: heatGrid(table, scoreOf(state.metric), total(state.metric)) },
  };
}

// The heatmap's ratings of all questions have the scale of any one of them.
const scoreOf = (key) => data.scores[key];

// The table as it is shown, a row per cell.
function heatTableRows() {
  const { map, shown } = heatNow();
  const number = (text) => Number(text.replace(MINUS, "-").replace(/[+,%]/g, ""));
  return data.heatRows.flatMap((place, row) =>
    shown.cells[row].map((cell, column) => {
      const names = place ? [data.stages[place[0]], touchpointLabel(place[1])] : ["", "All touchpoints"];
      const score = metricOf(column)[0];
      const start = [...names, map.columns[column], score];
      if (typeof cell === "number") return [...start, null, null, null, cell, cell ? "suppressed" : "no_data"];
      const [low, high] = cell[1].split(" to ").map(number);
      return [...start, number(cell[0]), low, high, cell[2], cell[2] < MIN_RELIABLE_N ? "indicative" : "ok"];
    }),
  );
}
