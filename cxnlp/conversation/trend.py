"""Whether scores rise or fall from turn to turn, or merely vary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

IMPROVING = "improving"
WORSENING = "worsening"
STEADY = "steady"
TOO_SHORT = "too_short"
TRENDS: tuple[str, ...] = (IMPROVING, WORSENING, STEADY, TOO_SHORT)

MIN_TURNS = 3
# Pairs grow with the square of the turns; a feeling of fifty turns ago is history.
MAX_TURNS = 50
# Two-sided p of .15 by Kendall's test: of chats that merely vary, one in seven is called a trend.
# Four turns reach it in full order, five with nine of ten pairs in order. Three turns cannot
# reach it (in full order p is 1/3), so they must be in full order, and move further.
MIN_Z = 1.44
# From the first turn to the last, on the scale from -1 to 1.
MIN_CHANGE = 0.3
MIN_CHANGE_OF_THREE = 0.5
_DECIMALS = 2  # scores differ by up to .01 between machines


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The direction, and the median change per turn (None where there are too few)."""

    label: str  # one of TRENDS
    slope: float | None


def find_trend(scores: Sequence[float]) -> Trend:
    """Return the trend of scores in order.

    The slope is the median of the slopes between all pairs (Theil-Sen; Sen, 1968). It is called a
    trend where Kendall's rank test with ties says that the order is hardly chance (Mann, 1945),
    and where slope x (n - 1) is a change that a reader would notice.

    >>> find_trend([0.2, -0.3, -0.6, -0.9]).label
    'worsening'
    """
    n = len(scores)
    if n < MIN_TURNS:
        return Trend(label=TOO_SHORT, slope=None)
    recent = [round(score, _DECIMALS) for score in scores[-MAX_TURNS:]]
    n = len(recent)
    pairs = [
        (recent[later] - recent[earlier], later - earlier)
        for earlier in range(n)
        for later in range(earlier + 1, n)
    ]
    slope = median(change / distance for change, distance in pairs)
    order = sum((change > 0) - (change < 0) for change, _ in pairs)
    if n == MIN_TURNS:
        ordered, least = abs(order) == len(pairs), MIN_CHANGE_OF_THREE
    else:
        ordered, least = abs(_kendall_z(order, recent)) >= MIN_Z, MIN_CHANGE
    # A change and the order of the turns may disagree where one pair is far apart.
    if not ordered or abs(slope) * (n - 1) < least or slope * order <= 0:
        return Trend(label=STEADY, slope=slope)
    return Trend(label=IMPROVING if slope > 0 else WORSENING, slope=slope)


def _kendall_z(order: int, scores: Sequence[float]) -> float:
    """Return Kendall's S in standard deviations, with his corrections for ties and continuity."""
    variance = _spread(len(scores)) - sum(_spread(n) for n in Counter(scores).values())
    if variance <= 0:
        return 0.0
    return max(abs(order) - 1, 0) / sqrt(variance)


def _spread(n: int) -> float:
    return n * (n - 1) * (2 * n + 5) / 18
