"""One place with what makes it a pain point: many people, a low score, getting worse."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from cxnlp.insights.decline import Decline, find_decline
from cxnlp.insights.series import Series
from cxnlp.metrics.difference import Difference, difference
from cxnlp.metrics.estimate import MIN_RELIABLE_N, Estimate
from cxnlp.metrics.share import share


@dataclass(frozen=True, slots=True, kw_only=True)
class PainPoint:
    """One place with its three parts: many people, a low score, getting worse."""

    series: Series
    touchpoint: str
    stage: str | None
    volume: Estimate  # of all answers or comments, in percent
    score: Estimate
    gap: Difference  # against all else, negative where worse
    decline: Decline | None  # None where there are too few periods
    index: float

    @property
    def p_value(self) -> float | None:
        """Return the p-value that it is both low and getting worse, or None if not testable.

        Both must hold, so the larger one is that of the two together (Berger, 1982).
        """
        if self.decline is None:
            return None
        return max(self.gap.p_value, self.decline.p_value)

    @property
    def is_low(self) -> bool:
        """Return whether the score is on the worse side of all else."""
        return self.gap.value * better_sign(self.series) < 0

    @property
    def is_worsening(self) -> bool:
        """Return whether the score is moving to the worse side."""
        return self.decline is not None and self.decline.change * better_sign(self.series) < 0


def pain_index(volume: float, gap: float, decline: float) -> float:
    """Return the index of a pain point, 0 to 100: the geometric mean of its three parts.

    A geometric mean is 0 where any part is, for a pain point needs all three.

    :param volume: share of all answers or comments, 0-1.
    :param gap: how much lower than all else, as a share of the scale; below 0 counts as 0.
    :param decline: how much it fell, as a share of the scale; below 0 counts as 0.

    >>> round(pain_index(0.2, 0.1, 0.05), 1)
    10.0
    >>> pain_index(0.9, 0.5, -0.1)
    0.0
    """
    parts = [min(max(part, 0.0), 1.0) for part in (volume, gap, decline)]
    product = parts[0] * parts[1] * parts[2]
    return float(100 * product ** (1 / 3))


def find_pain_point(
    series: Series, *, touchpoint: str, stage: str | None, score: Estimate, rest: Estimate | None,
    n_all: int, length: str,
) -> PainPoint | None:  # fmt: skip
    """Return the three parts of one place, or None where n is below 30 or it is all there is.

    :param score: of the place, over all periods.
    :param rest: of everything else.
    :param n_all: answers or comments of everything, for the place's volume.
    """
    if score.value is None or score.n < MIN_RELIABLE_N or rest is None:
        return None
    gap = difference(score, rest)
    if gap is None:
        return None
    volume = share(min(score.n, n_all), n_all)
    decline = find_decline(series, length=length)
    better = better_sign(series)
    return PainPoint(
        series=series,
        touchpoint=touchpoint,
        stage=stage,
        volume=volume,
        score=score,
        gap=gap,
        decline=decline,
        index=pain_index(
            (volume.value or 0.0) / 100,
            -better * gap.value / series.width,
            0.0 if decline is None else -better * decline.change / series.width,
        ),
    )


def without(whole: Estimate, part: Estimate) -> Estimate | None:
    """Return the estimate of a whole without one of its parts, or None where nothing is left.

    With w = n_part / n the rest is (whole - w part) / (1 - w), and the variance of its mean, the
    part's own being independent, (V_whole - w² V_part) / (1 - w)²; where that is not above 0, the
    part's spread at the rest's n.

    >>> one = Estimate(value=40.0, low=30.2, high=49.8, n=100)
    >>> rest = without(Estimate(value=50.0, low=43.07, high=56.93, n=200), one)
    >>> rest.value, rest.n, round(rest.low, 1)
    (60.0, 100, 50.2)
    """
    n = whole.n - part.n
    if n <= 0 or whole.value is None or part.value is None:
        return None
    w = part.n / whole.n
    value = (whole.value - w * part.value) / (1 - w)
    half, part_half = _half(whole), _half(part)
    left = half**2 - w**2 * part_half**2
    width = sqrt(left) / (1 - w) if left > 0 else part_half * sqrt(part.n / n)
    return Estimate(value=value, low=value - width, high=value + width, n=n)


def _half(estimate: Estimate) -> float:
    if estimate.low is None or estimate.high is None:
        return 0.0
    return (estimate.high - estimate.low) / 2


def better_sign(series: Series) -> int:
    """Return 1 where higher is better, else -1."""
    return -1 if series.higher_is_better is False else 1
