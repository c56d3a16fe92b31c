// Numbers as the page writes them: the twin of cxnlp/metrics/numbers.py.
const MINUS = "\u2212";

// Round half to even, as Python does: only a value that is exactly half way differs from toFixed.
function fixed(value, decimals) {
  const halves = value * 2 ** (decimals + 1);
  if (Number.isInteger(halves) && Math.abs(halves % 2) === 1) {
    const scaled = value * 10 ** decimals;
    const down = Math.floor(scaled);
    if (scaled - down === 0.5) return ((down % 2 === 0 ? down : down + 1) / 10 ** decimals).toFixed(decimals);
  }
  return value.toFixed(decimals);
}

function formatValue(value, unit, suffix = true) {
  const text = fixed(Math.abs(value), unit.decimals);
  const zero = Number(text) === 0;
  const sign = zero ? "" : value < 0 ? MINUS : unit.signed ? "+" : "";
  const [whole, part] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return sign + grouped + (part ? "." + part : "") + (suffix ? unit.suffix : "");
}

const POINTS = { decimals: 1, signed: true, suffix: "" };
const PERCENT = { decimals: 1, signed: false, suffix: "%" };

const isShown = (e) => e.value !== null && e.n >= MIN_SHOWN_N;

function describe(e, unit) {
  if (statusOf(e) === "suppressed") return "suppressed (n < 5)";
  return e.value === null ? "no data" : formatValue(e.value, unit);
}

function describeInterval(e, unit) {
  if (!isShown(e)) return "";
  return formatValue(e.low, unit, false) + " to " + formatValue(e.high, unit);
}
