// Every chart's table as a CSV file.
//
// An element with data-table="ID" gets a button "Download table (CSV)" where data.tables[ID] is
// {name, columns, rows}: cells are text, numbers, or null. Sections only have to put their table
// under that id in the page's data (report/chart_table.py). A chart that follows the filters sets
// liveTables[ID] to a function that returns {columns, rows} as they are shown now.
const liveTables = {};

// A text that begins so would be computed by a spreadsheet; as in cxnlp/spreadsheet.py.
const FORMULA = /^(?:[\t\r\n]|[\s\x00-\x1f\u200b-\u200d\u2060\ufeff]*[=+\-@＝＋－＠﹦﹢﹣﹫⁺⁻−])/;

function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? "'" + value : String(value);
  return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

function csvOf(columns, rows) {
  return [columns, ...rows].map((row) => row.map(csvCell).join(",") + "\r\n").join("");
}

function downloadTable(id) {
  const table = liveTables[id] ? liveTables[id]() : data.tables[id];
  // The mark at the front tells a spreadsheet that this is UTF-8.
  const blob = new Blob(["\ufeff" + csvOf(table.columns, table.rows)], { type: "text/csv" });
  const link = el("a");
  link.href = URL.createObjectURL(blob);
  link.download = data.tables[id].name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").toLowerCase() + ".csv";
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function addDownloads() {
  document.querySelectorAll("[data-table]").forEach((holder) => {
    const id = holder.dataset.table;
    if (!data.tables[id]) return;
    const button = el("button", "download needs-js", "Download table (CSV)");
    button.type = "button";
    button.setAttribute("aria-label", "Download the table of " + data.tables[id].name + " as CSV");
    button.addEventListener("click", () => downloadTable(id));
    holder.append(button);
  });
}
