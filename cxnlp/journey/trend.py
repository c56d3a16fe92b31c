"""The change of a metric from one period to the next, with whether chance explains it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from cxnlp.journey.summary import Cell
from cxnlp.metrics.estimate import MIN_RELIABLE_N, Z95, Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A difference between two periods, in the metric's unit."""

    difference: float
    beyond_chance: bool  # |z| > 1.96 by the two intervals
    before: str
    after: str


def last_change(cells: Iterable[Cell], metric: str) -> Change | None:
    """Return the change in the last two periods that show the metric, or None where two do not.

    Periods with n of 30 or more go before others.

    The standard errors are those of the intervals, for NPS and net sentiment the adjusted ones.

    :param cells: one per period, in any order.
    """
    shown = {
        cell.period: estimate
        for cell in cells
        if cell.period is not None
        and (estimate := cell.metrics.get(metric)) is not None
        and estimate.value is not None
    }
    if len(shown) < 2:
        return None
    # A period that has just begun says little: the last two with enough answers come first.
    settled = [period for period, estimate in shown.items() if estimate.n >= MIN_RELIABLE_N]
    before, after = sorted(settled if len(settled) > 1 else shown)[-2:]
    earlier, later = shown[before], shown[after]
    difference = _value(later) - _value(earlier)
    error = sqrt(_error(earlier) ** 2 + _error(later) ** 2)
    return Change(
        difference=difference,
        beyond_chance=abs(difference) > Z95 * error,
        before=before,
        after=after,
    )


def _value(estimate: Estimate) -> float:
    return 0.0 if estimate.value is None else estimate.value


def _error(estimate: Estimate) -> float:
    if estimate.low is None or estimate.high is None:
        return 0.0
    return (estimate.high - estimate.low) / (2 * Z95)
