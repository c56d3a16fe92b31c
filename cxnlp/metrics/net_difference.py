"""The difference of two net shares: promoters minus detractors, or positive minus negative."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt

from scipy.special import stdtr, stdtrit

from cxnlp.metrics.difference import Difference
from cxnlp.metrics.estimate import MIN_RELIABLE_N, Z95
from cxnlp.metrics.net_sentiment import linearised_error
from cxnlp.metrics.required_n import required_n
from cxnlp.metrics.trinomial import PRIOR_N, PRIOR_SHARE


@dataclass(frozen=True, slots=True, kw_only=True)
class NetCounts:
    """How many of a group count for, and how many against."""

    positives: float  # with weights, n times their weighted share; `negatives` likewise
    negatives: float
    n: int
    n_effective: float | None = None  # Kish's (Σw)²/Σw², where answers are weighted

    @property
    def size(self) -> float:
        """Return how many equally weighted answers these are worth."""
        return float(self.n) if self.n_effective is None else self.n_effective


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionSums:
    """Sums over the documents that mention a topic, of m mentions and x = positive - negative."""

    n: int  # documents
    x: float
    m: float
    xx: float
    xm: float
    mm: float


def net_difference(new: NetCounts, old: NetCounts) -> Difference | None:
    """Return the net share of `new` minus that of `old`, or None where either side is empty.

    As in the adjusted Wald interval of one net share, each side is given three imagined answers, a
    quarter of them for and a quarter against: z = Δ/√(V₁ + V₂) and the interval are those of the
    adjusted shares, the value is the raw difference.

    :returns: in points, from -200 to 200.
    :raises ValueError: where the counts do not fit into n.

    >>> new = NetCounts(positives=60, negatives=20, n=100)
    >>> d = net_difference(new, NetCounts(positives=40, negatives=30, n=100))
    >>> f"{d.value:.0f} [{d.low:.1f}, {d.high:.1f}], p = {d.p_value:.4f}, {d.n_needed} each"
    '30 [6.9, 51.4], p = 0.0102, 116 each'
    """
    for side in (new, old):
        counted = side.positives + side.negatives
        if side.positives < 0 or side.negatives < 0 or counted > side.n * (1 + 1e-9):
            raise ValueError(
                f"{side.positives} positive and {side.negatives} negative do not fit into "
                f"{side.n}. Count the same rows above and below."
            )
    if new.n == 0 or old.n == 0:
        return None
    (centre, u, n), (reference, v, m) = _adjusted(new), _adjusted(old)
    error = sqrt(u / n + v / m)
    shift = centre - reference
    value = (new.positives - new.negatives) / new.n - (old.positives - old.negatives) / old.n
    return Difference(
        value=100 * value,
        low=100 * max(min(shift - Z95 * error, value), -2.0),
        high=100 * min(max(shift + Z95 * error, value), 2.0),
        p_value=erfc(abs(shift) / error / sqrt(2)),
        enough=min(new.n, old.n) >= MIN_RELIABLE_N,
        n_needed=required_n(
            value,
            variance_new=u,
            variance_old=v,
            design_effect=(new.n + old.n) / (new.size + old.size),
        ),
    )


def _adjusted(side: NetCounts) -> tuple[float, float, float]:
    """Return the adjusted net share, the variance of one answer, and the adjusted n."""
    total = side.size + PRIOR_N
    positive = (side.size * side.positives / side.n + PRIOR_N * PRIOR_SHARE) / total
    negative = (side.size * side.negatives / side.n + PRIOR_N * PRIOR_SHARE) / total
    net = positive - negative
    return net, positive + negative - net * net, total


def mention_difference(new: MentionSums, old: MentionSums) -> Difference | None:
    """Return the mention-level net sentiment of `new` minus that of `old`.

    Each side is the ratio Σx/Σm, its variance by linearisation over documents (Woodruff, 1971), for
    mentions of one document go together. Each is given three imagined documents of average length,
    a quarter of them positive and a quarter negative: with one mention a document this is
    `net_difference`, but for Student's t with the degrees of freedom of Welch (1947).

    :returns: in points, from -200 to 200; None where a side has no mention.

    >>> new = MentionSums(n=80, x=60, m=120, xx=150, xm=90, mm=220)
    >>> d = mention_difference(new, MentionSums(n=80, x=20, m=120, xx=150, xm=30, mm=220))
    >>> f"{d.value:.1f} [{d.low:.1f}, {d.high:.1f}], p = {d.p_value:.4f}"
    '33.3 [6.0, 58.3], p = 0.0164'
    """
    if new.n == 0 or old.n == 0 or new.m <= 0 or old.m <= 0:
        return None
    (centre, u), (reference, v) = _linearised(new), _linearised(old)
    error = sqrt(u * u + v * v)
    shift = centre - reference
    freedom = error**4 / (u**4 / (new.n + 2) + v**4 / (old.n + 2))
    half = float(stdtrit(freedom, 0.975)) * error
    value = new.x / new.m - old.x / old.m
    return Difference(
        value=100 * value,
        low=100 * max(min(shift - half, value), -2.0),
        high=100 * min(max(shift + half, value), 2.0),
        p_value=float(min(2 * stdtr(freedom, -abs(shift) / error), 1.0)),
        enough=min(new.n, old.n) >= MIN_RELIABLE_N,
        n_needed=required_n(
            value,
            variance_new=u * u * (new.n + PRIOR_N),
            variance_old=v * v * (old.n + PRIOR_N),
        ),
    )


def _linearised(side: MentionSums) -> tuple[float, float]:
    """Return the adjusted ratio and its standard error."""
    length = side.m / side.n
    imagined = PRIOR_N * length * length
    m, xx = side.m + PRIOR_N * length, side.xx + 2 * PRIOR_SHARE * imagined
    error = linearised_error(side.n + int(PRIOR_N), side.x, m, xx, side.xm, side.mm + imagined)
    return side.x / m, error
