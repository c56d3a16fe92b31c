// The filter: its form, its words, its place in the address, and who follows it.
//
// A view calls followFilter(fn); fn(filter) is called with null when nothing is chosen. Sections
// without data-live are not computed again, and are labelled "all data" while a filter is on.
const OTHER = "(other)";
const followers = [];
let filter = null;

function followFilter(fn) {
  followers.push(fn);
}

const emptyFilter = () => ({ v: {} });
const cube = data.cube;

const valueLabel = (value) => (value === OTHER ? "Other" : value || "Not given");
const touchpointLabel = (t) => (t === OTHER ? "Other" : data.touchpoints[t] || t);
const periodLabel = (p) => (p === OTHER ? "Earlier" : p);

function filterFields() {
  const [part] = cube.parts;
  const unique = (values) => [...new Set(values)];
  const stages = unique(part.places.map(([stage]) => stage));
  const touchpoints = unique(part.places.map(([, t]) => t));
  const periods = part.periods.filter((p) => p !== "").map((p) => [p, periodLabel(p)]);
  const fields = [];
  if (stages.length > 1) fields.push({ name: "stage", label: "Stage", options: stages.map((s) => [s, data.stages[s]]) });
  if (touchpoints.length > 1) fields.push({ name: "touchpoint", label: "Touchpoint", options: touchpoints.map((t) => [t, touchpointLabel(t)]) });
  cube.choices.forEach((choice, i) => {
    const at = cube.splits.findIndex((split) => split.includes(i));
    const values = cube.parts[at].values[cube.splits[at].indexOf(i)];
    const sorted = [...values].sort((a, b) => (a === OTHER) - (b === OTHER) || (a === "") - (b === "") || a.localeCompare(b, "en", { numeric: true }));
    fields.push({ name: choice.key, label: choice.label, options: sorted.map((v) => [v, valueLabel(v)]), choice: i });
  });
  if (periods.length > 1) {
    fields.push({ name: "from", label: "From", options: periods, all: "the start" }, { name: "to", label: "To", options: periods, all: "the end" });
  }
  return fields;
}

function selectOf(field) {
  const label = el("label", "", field.label + " ");
  const select = el("select");
  select.name = field.name;
  // An empty value means "not given", so what selects everything needs another.
  select.append(new Option(field.all || "All", "*"));
  field.options.forEach(([value, text]) => select.append(new Option(text, "=" + value)));
  label.append(select);
  return label;
}

const filterForm = $("filters");
const fields = cube ? filterFields() : [];

function readForm() {
  const read = emptyFilter();
  fields.forEach((field) => {
    const chosen = filterForm.elements[field.name].value;
    if (chosen === "*") return;
    if (field.choice !== undefined) read.v[field.choice] = chosen.slice(1);
    else read[{ touchpoint: "t" }[field.name] || field.name] = chosen.slice(1);
  });
  const any = Object.keys(read).length > 1 || Object.keys(read.v).length > 0;
  return any ? read : null;
}

// What the form cannot mean at once: a touchpoint of another stage, an end before the start, and
// two segments that are not crossed.
function settleForm(changed) {
  const box = (name) => filterForm.elements[name];
  const stage = box("stage") && box("stage").value;
  if (stage && box("touchpoint")) {
    for (const option of box("touchpoint").options) {
      const known = cube.parts[0].places.some(([s, t]) => "=" + s === stage && "=" + t === option.value);
      option.disabled = option.value !== "*" && stage !== "*" && !known;
      if (option.disabled && option.selected) box("touchpoint").value = "*";
    }
  }
  if (box("from") && box("from").value !== "*" && box("to").value !== "*" && box("from").selectedIndex > box("to").selectedIndex) {
    const other = changed === "from" ? "to" : "from";
    box(other).value = box(changed === "to" ? "to" : "from").value;
  }
  const read = readForm();
  if (read && !partOf(read)) {
    const kept = fields.find((f) => f.name === changed && f.choice !== undefined);
    fields.filter((f) => f.choice !== undefined && f !== kept && f.name !== "channel").forEach((f) => { box(f.name).value = "*"; });
  }
}

function describeFilter() {
  return fields
    .filter((f) => filterForm.elements[f.name].value !== "*")
    .map((f) => f.label + ": " + filterForm.elements[f.name].selectedOptions[0].textContent)
    .join("; ");
}

function showState() {
  const words = filter ? describeFilter() : "";
  $("filter-clear").hidden = !filter;
  document.documentElement.classList.toggle("filtered", Boolean(filter));
  if (!filter) {
    $("filter-state").textContent = "All data: " + count(data.totals.n) + " interactions.";
  } else {
    const sums = addUp(partOf(filter), filter, () => "all").get("all") || emptySums();
    const answers = Object.values(sums.answers).reduce((n, a) => n + a.n, 0);
    const parts = [[sums.documents.n, data.totals.n, "interactions"], [answers, data.totals.answers, "survey answers"], [sums.documents.n_scored, data.totals.scored, "comments read"]];
    const of = parts.filter(([, all]) => all).map(([n, all, what]) => count(n) + " of " + count(all) + " " + what);
    $("filter-state").textContent = words + ". " + of.join(", ") + ".";
  }
  document.querySelectorAll("main > section:not([data-live])").forEach((section) => {
    const heading = section.querySelector("h2");
    const tag = section.querySelector(".all-data");
    if (filter && heading && !tag) {
      const holder = el("span", "all-data");
      holder.append(" ", el("span", "tag", "all data, not filtered"));
      heading.append(holder);
    }
    if (!filter && tag) tag.remove();
  });
}

let writtenAt = -Infinity; // when the address was last changed, in ms

// The address: #section?touchpoint=web&from=2024-Q1, so that a filter can be sent and kept.
const sectionOf = (hash) => hash.slice(1).split("?")[0];

function queryOfForm() {
  const query = new URLSearchParams();
  fields.forEach((f) => {
    const value = filterForm.elements[f.name].value;
    if (value !== "*") query.set(f.name, value.slice(1));
  });
  return String(query);
}

function writeAddress(section) {
  const query = queryOfForm();
  const hash = section || query ? "#" + section + (query ? "?" + query : "") : "";
  // Back undoes a choice; values that the arrow keys only pass through are no choices.
  const isPassing = performance.now() - writtenAt < 1000;
  writtenAt = performance.now();
  history[isPassing ? "replaceState" : "pushState"](null, "", hash || location.pathname + location.search);
}

function readAddress() {
  const query = new URLSearchParams(location.hash.split("?")[1] || "");
  fields.forEach((f) => {
    const select = filterForm.elements[f.name];
    const wanted = query.has(f.name) ? "=" + query.get(f.name) : "*";
    select.value = [...select.options].some((o) => o.value === wanted) ? wanted : "*";
  });
  settleForm("");
}

function applyFilter() {
  filter = readForm();
  showState();
  followers.forEach((fn) => fn(filter));
}

function showSection(id) {
  const section = id && document.getElementById(id);
  if (section) section.scrollIntoView();
}

function startFilters() {
  if (!fields.length) return;
  filterForm.hidden = false;
  fields.forEach((field) => $("filter-fields").append(selectOf(field)));
  $("filter-notes").textContent = cube.notes.join(" ");
  $("filter-notes").hidden = !cube.notes.length;
  $("filter-box").open = innerWidth > 640;
  filterForm.addEventListener("submit", (event) => event.preventDefault());
  filterForm.addEventListener("change", (event) => {
    settleForm(event.target.name);
    applyFilter();
    writeAddress(sectionOf(location.hash));
  });
  $("filter-clear").addEventListener("click", () => {
    fields.forEach((f) => { filterForm.elements[f.name].value = "*"; });
    settleForm("");
    applyFilter();
    writeAddress(sectionOf(location.hash));
    $("filter-box").querySelector("summary").focus();
  });
  document.querySelectorAll('nav a[href^="#"]').forEach((link) => {
    link.addEventListener("click", (event) => {
      if (!filter) return;
      event.preventDefault();
      const id = link.getAttribute("href").slice(1);
      history.pushState(null, "", "#" + id + "?" + queryOfForm());
      showSection(id);
    });
  });
  addEventListener("hashchange", () => { readAddress(); applyFilter(); showSection(sectionOf(location.hash)); });
  readAddress();
  applyFilter();
  if (filter) showSection(sectionOf(location.hash));
}
