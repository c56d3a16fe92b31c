"""How far apart groups lie: the gap between the best and the worst, and the spread of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMean:
    """The score of one group, with its standard error, above 0."""

    name: str
    value: float
    error: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The gap between the highest and the lowest group; None of it where there are not two."""

    status: str  # "ok" or "not_enough_data"
    highest: str | None = None
    lowest: str | None = None
    gap: float | None = None
    low: float | None = None  # simultaneous 95% interval, not below 0
    high: float | None = None
    p_value: float | None = None  # that all groups are alike
    tau: float | None = None  # standard deviation between groups beyond chance
    heterogeneity: float | None = None  # I²: the share of the scatter that is not chance


def channel_spread(groups: Sequence[GroupMean]) -> Spread:
    """Return the gap between the two groups furthest apart, and the spread of all.

    The highest and lowest of several groups are apart even by chance alone, so the interval and the
    p-value of their gap are Tukey's (1953) for unequal errors (Kramer, 1956): they hold for every
    pair at once, whichever is picked. The pair shown is the one of highest and lowest value.

    tau² is DerSimonian and Laird's (1986), I² Higgins and Thompson's (2002).

    >>> pair = [GroupMean(name="a", value=70.0, error=3.0, n=200),
    ...         GroupMean(name="b", value=60.0, error=4.0, n=100)]
    >>> spread = channel_spread(pair)
    >>> spread.gap, round(spread.low, 1), round(spread.high, 1)  # of two: ± 1.96 x 5
    (10.0, 0.2, 19.8)
    """
    if len(groups) < 2:
        return Spread(status="not_enough_data")
    for group in groups:
        if not group.error > 0:
            raise ValueError(f"The standard error of {group.name!r} must be above 0.")
    from scipy.stats import norm, studentized_range

    ordered = sorted(groups, key=lambda group: (group.value, group.name))
    lowest, highest = ordered[0], ordered[-1]
    gap = highest.value - lowest.value
    error = sqrt(highest.error**2 + lowest.error**2)
    k = len(groups)
    if k == 2:  # the studentized range of two is a normal difference, and much faster
        quantile, p_value = float(norm.isf(0.025)), float(2 * norm.sf(gap / error))
    else:
        quantile = float(studentized_range.ppf(0.95, k, float("inf"))) / sqrt(2)
        p_value = float(studentized_range.sf(sqrt(2) * gap / error, k, float("inf")))
    tau, heterogeneity = _between(groups)
    return Spread(
        status="ok",
        highest=highest.name,
        lowest=lowest.name,
        gap=gap,
        low=max(gap - quantile * error, 0.0),
        high=gap + quantile * error,
        p_value=min(max(p_value, 0.0), 1.0),
        tau=tau,
        heterogeneity=heterogeneity,
    )


def _between(groups: Sequence[GroupMean]) -> tuple[float, float]:
    weights = [group.error**-2 for group in groups]
    total = sum(weights)
    centre = sum(w * group.value for w, group in zip(weights, groups, strict=True)) / total
    q = sum(w * (group.value - centre) ** 2 for w, group in zip(weights, groups, strict=True))
    df = len(groups) - 1
    beyond = max(q - df, 0.0)
    c = total - sum(w * w for w in weights) / total
    return sqrt(beyond / c), beyond / q if q > 0 else 0.0
