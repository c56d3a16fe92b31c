// The estimates that the filters need, each the twin of a module in cxnlp/metrics.
//
// Only NPS and net sentiment (adjusted Wald), shares (Wilson), means (t) and a topic's net
// sentiment (linearised) are computed here; a test holds every cell equal to Python's.
const Z95 = 1.959963984540054;
const MIN_SHOWN_N = 5;
const MIN_RELIABLE_N = 30;
const NO_DATA = { value: null, low: null, high: null, n: 0 };

const effectiveN = (w, ww) => (ww > 0 ? (w * w) / ww : 0);

function suppressed(e) {
  return e.n >= MIN_SHOWN_N ? e : { value: null, low: null, high: null, n: e.n };
}

function statusOf(e) {
  if (e.n === 0) return "no_data";
  if (e.n < MIN_SHOWN_N) return "suppressed";
  return e.n < MIN_RELIABLE_N ? "indicative" : "ok";
}

function share(successes, n, size = n) {
  if (n === 0) return NO_DATA;
  const p = Math.min(Math.max(successes / n, 0), 1);
  const z2 = Z95 * Z95;
  const centre = (p + z2 / (2 * size)) / (1 + z2 / size);
  const half = (Z95 * Math.sqrt((p * (1 - p)) / size + z2 / (4 * size * size))) / (1 + z2 / size);
  return {
    value: 100 * p,
    low: 100 * Math.min(Math.max(centre - half, 0), p),
    high: 100 * Math.max(Math.min(centre + half, 1), p),
    n,
  };
}

function netShare(positives, negatives, n, size = n) {
  if (n === 0) return NO_DATA;
  const total = size + 3;
  const positive = ((size * positives) / n + 0.75) / total;
  const negative = ((size * negatives) / n + 0.75) / total;
  const centre = positive - negative;
  const half = Z95 * Math.sqrt(Math.max(positive + negative - centre * centre, 0) / total);
  const value = (100 * (positives - negatives)) / n;
  return {
    value: Math.max(Math.min(value, 100), -100),
    low: Math.max(Math.min(100 * (centre - half), value), -100),
    high: Math.min(Math.max(100 * (centre + half), value), 100),
    n,
  };
}

function mean(n, total, squares, min, max, size = n) {
  if (n === 0) return NO_DATA;
  const value = Math.min(Math.max(total / n, min), max);
  if (n === 1 || size <= 1 + 1e-9) return { value, low: min, high: max, n };
  const spread = squares / n - (total / n) ** 2;
  if (spread <= 1e-12 * Math.max(squares / n, 1e-300)) {
    const reach = Math.min(3 / size, 1);
    return { value, low: value - reach * (value - min), high: value + reach * (max - value), n };
  }
  const half = studentQuantile(size - 1) * Math.sqrt(spread / (size - 1));
  return { value, low: Math.max(value - half, min), high: Math.min(value + half, max), n };
}

function linearisedError(n, x, m, xx, xm, mm) {
  if (n < 2) return 0;
  const ratio = x / m;
  const residual = Math.max(xx - 2 * ratio * xm + ratio * ratio * mm, 0);
  return Math.sqrt((residual * n) / (n - 1)) / m;
}

function mentionNetSentiment(n, x, m, xx, xm, mm) {
  if (n === 0 || m <= 0) return NO_DATA;
  const ratio = x / m;
  let error = linearisedError(n, x, m, xx, xm, mm);
  let centre = ratio;
  if (error <= 1e-9) {
    const meanM = m / n;
    const imagined = 3 * meanM * meanM;
    const more = [m + 3 * meanM, xx + 0.5 * imagined, mm + imagined];
    centre = x / more[0];
    error = linearisedError(n + 3, x, more[0], more[1], xm, more[2]);
  }
  return {
    value: 100 * ratio,
    low: Math.max(Math.min(100 * (centre - Z95 * error), 100 * ratio), -100),
    high: Math.min(Math.max(100 * (centre + Z95 * error), 100 * ratio), 100),
    n,
  };
}

// One answer's variance, read back from the interval of their estimate (metrics/control_limits.py).
function answerVariance(e, unit) {
  if (e.value === null || e.n === 0) return null;
  const half = (e.high - e.low) / 2;
  if (unit === "points") return (half / Z95) ** 2 * (e.n + 3);
  if (unit === "percent") {
    const pq = (e.value * (100 - e.value)) / 1e4;
    const h2 = (half / 100) ** 2;
    const b = 2 * h2 - pq;
    const square = b ** 2 - 4 * (h2 - 0.25) * h2;
    const u = h2 !== 0.25 ? (-b - Math.sqrt(Math.max(square, 0))) / (2 * (h2 - 0.25)) : -h2 / b;
    return (1e4 * pq * e.n * Math.abs(u)) / Z95 ** 2;
  }
  return e.n < 2 ? null : e.n * (half / studentQuantile(e.n - 1)) ** 2;
}
