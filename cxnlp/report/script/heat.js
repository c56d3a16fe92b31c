// The journey heatmap: colours, intervals and n of every cell, and what opens from it.
const heat = $("heat");
const state = { map: 0, metric: null, chosen: null, computed: null };

// A capital at the start of an abbreviation stays.
const lowered = (text) => (text[1] === text[1].toLowerCase() ? text[0].toLowerCase() : text[0]) + text.slice(1);

// What is shown: the grids that Python wrote, or those computed under the filter.
function heatNow() {
  const map = state.computed || data.heatmaps[state.map];
  const shown = map.grids[state.metric] || map.grids[""];
  return { map, shown, scores: Boolean(map.grids[""]) };
}

function metricOf(column) {
  const { scores } = heatNow();
  return data.metrics[scores ? Object.keys(data.metrics)[column] : state.metric];
}

function drawCell(td, cell) {
  td.className = "";
  td.replaceChildren();
  if (cell === 0) {
    td.className = "empty";
    td.append(el("span", "sr", "no data"));
  } else if (typeof cell === "number") {
    td.className = "hidden-cell";
    td.append(el("span", "n", "n = " + cell));
  } else {
    td.className = "d" + cell[3] + (cell[2] < 30 ? " few" : "") + (cell[4] ? " apart" : "");
    td.append(el("span", "v", cell[0]), el("span", "n", count(cell[2])));
  }
  td.tabIndex = -1;
}

function drawHeat() {
  state.computed = state.chosen ? computeHeat(state.chosen) : null;
  const { map, shown, scores } = heatNow();
  const head = heat.tHead.rows[0];
  while (head.cells.length > 1) head.deleteCell(1);
  map.columns.forEach((label) => {
    const th = el("th", scores ? "wrap-head" : "");
    th.scope = "col";
    th.title = label;
    th.append(el("bdi", "", label));
    head.append(th);
  });
  let stage = null;
  for (const row of heat.tBodies[0].rows) {
    if (row.dataset.row === undefined) {
      row.cells[0].colSpan = map.columns.length + 1;
      stage = row;
      stage.hidden = Boolean(state.chosen);
      continue;
    }
    while (row.cells.length > 1) row.deleteCell(1);
    const cells = shown.cells[Number(row.dataset.row)];
    cells.forEach((cell) => drawCell(row.insertCell(), cell));
    // Questions of several touchpoints have no total: a blank row would look like missing data.
    const blank = cells.every((cell) => cell === 0);
    row.hidden = blank && (row.classList.contains("total") ? !shown.compared : Boolean(state.chosen));
    if (stage && !row.hidden) stage.hidden = false;
  }
  // One cell is reached by Tab, the others from it by arrows.
  const reachable = [...heat.tBodies[0].rows].find((row) => row.dataset.row !== undefined && !row.hidden);
  if (reachable && reachable.cells[1]) reachable.cells[1].tabIndex = 0;
  $("heat-metric").disabled = scores;
  $("heat-low").textContent = shown.low;
  $("heat-high").textContent = shown.high;
  $("heat-centre").textContent = "grey: " + shown.centre;
  $("heat-bold").hidden = !shown.compared;
  document.querySelectorAll("#journey .ramp, #heat-centre").forEach((node) => { node.hidden = !shown.low; });
  $("heat-how").textContent = scores ? "Every score over all periods." : data.metrics[state.metric][0] + ": " + lowered(data.metrics[state.metric][1]) + ".";
  $("heat-readout").textContent = "";
}

function place(td) {
  const row = td.parentElement;
  const button = row.querySelector("button");
  return { row, button, column: td.cellIndex - 1, name: row.cells[0].textContent.trim() };
}

function readOut(td) {
  const { row, column, name } = place(td);
  const { map, shown, scores } = heatNow();
  const cell = shown.cells[Number(row.dataset.row)][column];
  const metric = metricOf(column);
  let text = name + (scores ? "" : ", " + map.columns[column]) + ": " + metric[0] + " ";
  if (cell === 0) text += "no data";
  else if (typeof cell === "number") text += "suppressed (n < 5), n = " + cell + " " + metric[2];
  else text += cell[0] + ", 95% interval " + cell[1] + ", n = " + count(cell[2]) + " " + metric[2] + (cell[2] < 30 ? ", indicative" : "");
  $("heat-readout").textContent = text;
}

function openCell(td) {
  if (!comments.length) return;
  const { button, column } = place(td);
  const key = heatNow().map.keys[column];
  const wanted = key ? { [key[0]]: key[1] } : {};
  if (button) wanted.t = button.dataset.t;
  openReader(wanted);
}

function drawHeatWithin(chosen) {
  state.chosen = chosen;
  const choice = $("heat-columns");
  data.heatmaps.forEach((map, i) => {
    // A segment that is not crossed with the chosen one cannot stand in columns beside it.
    const possible = !chosen || partFor(chosen, map) !== null;
    if (choice) choice.options[i].disabled = !possible;
    if (!possible && state.map === i) {
      state.map = data.heatmaps.findIndex((other) => partFor(chosen, other) !== null);
      choice.value = String(state.map);
    }
  });
  drawHeat();
}

if (heat) {
  followFilter(drawHeatWithin);
  liveTables.journey = () => ({ columns: data.tables.journey.columns, rows: heatTableRows() });
  state.metric = Object.keys(data.metrics)[0];
  $("heat-metric").addEventListener("change", (event) => { state.metric = event.target.value; drawHeat(); });
  if ($("heat-columns")) $("heat-columns").addEventListener("change", (event) => { state.map = Number(event.target.value); drawHeat(); });
  if ($("heat-all")) $("heat-all").addEventListener("click", (event) => { heat.classList.add("show-all"); event.target.remove(); });
  const cellOf = (event) => event.target.closest("td");
  heat.addEventListener("mouseover", (event) => { if (cellOf(event)) readOut(cellOf(event)); });
  heat.addEventListener("focusin", (event) => {
    if (!cellOf(event)) return;
    heat.querySelectorAll('td[tabindex="0"]').forEach((td) => { td.tabIndex = -1; });
    cellOf(event).tabIndex = 0;
    readOut(cellOf(event));
  });
  heat.addEventListener("click", (event) => { if (cellOf(event)) openCell(cellOf(event)); });
  heat.addEventListener("keydown", (event) => {
    const at = event.target.closest("td, th");
    if (!at) return;
    if (event.key === "Enter" && at.tagName === "TD") { openCell(at); return; }
    const rows = [...heat.tBodies[0].rows].filter((r) => r.dataset.row !== undefined && r.offsetParent);
    const i = rows.indexOf(at.parentElement);
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (!step || i < 0 || !rows[i + step[0]]) return;
    const target = rows[i + step[0]].cells[at.cellIndex + step[1]];
    if (!target) return;
    event.preventDefault();
    (target.querySelector("button") || target).focus();
  });
  drawHeat();
  // The latest periods and the total are what a narrow screen should show first.
  heat.parentElement.scrollLeft = heat.parentElement.scrollWidth;
}
