"""Numbers as sentences say them: a value with its interval and what it was counted on."""

from __future__ import annotations

from cxnlp.metrics.estimate import Estimate
from cxnlp.metrics.numbers import (
    MEAN,
    PERCENT,
    POINTS,
    Unit,
    describe,
    describe_interval,
    format_n,
)

UNITS: dict[str, Unit] = {"points": POINTS, "percent": PERCENT, "mean": MEAN}
# What stands after a difference of two values.
DIFFERENCES: dict[str, str] = {"points": " points", "percent": " percentage points", "mean": ""}


def interval_text(estimate: Estimate, unit: str, *, counted: str = "answers") -> str:
    """Return the value, its 95% interval and n, or the words that stand in their place.

    >>> interval_text(Estimate(value=69.2, low=59.9, high=77.1, n=107), "percent")
    '69.2% (95% interval 59.9 to 77.1%, 107 answers)'
    """
    used = UNITS.get(unit, MEAN)
    value, interval = describe(estimate, used), describe_interval(estimate, used)
    n = f"{format_n(estimate.n)} {counted}"
    return f"{value} (95% interval {interval}, {n})" if interval else f"{value} ({n})"


def shorten(text: str, most: int) -> str:
    """Return text on one line of about `most` characters, cut between two words.

    >>> shorten("It is  far too late", 12)
    'It is far …'
    """
    text = " ".join(text.split())
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"
