"""Control limits that vary with n, and how unlikely a value outside them is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from scipy.special import stdtr, stdtrit

from cxnlp.metrics.estimate import MIN_RELIABLE_N, Z95, Estimate
from cxnlp.metrics.trinomial import PRIOR_N

Kind = Literal["percent", "points", "mean"]

WIDTH = 3.0  # standard errors (Shewhart, 1931)
MIN_POINTS = 3  # with two, the centre lies between them and neither can be outside
# Up to here the distribution of a net share is computed exactly; above, it is normal enough.
_MAX_EXACT_N = 4_000
_SMALLEST_P = 1e-12  # what a Fourier transform in double precision can tell from zero


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPoint:
    """One period against its limits; all but n is None where the period's value is hidden."""

    n: int
    value: float | None
    low: float | None
    high: float | None
    outside: bool
    p_value: float | None  # of the period alone; None where n < 30, which is too few to test


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChart:
    """Centre and points; `centre` is None where fewer than three periods have a value."""

    centre: float | None
    points: tuple[ControlPoint, ...]
    # That some period lies as far out as the most unlikely one: its p-value times the periods
    # tested (Bonferroni). None where no period can be tested.
    p_value: float | None

    @property
    def most_unlikely(self) -> int | None:
        """Return the place of the point with the smallest p-value."""
        tested = [(p.p_value, i) for i, p in enumerate(self.points) if p.p_value is not None]
        return min(tested)[1] if tested else None


def control_limits(
    values: Sequence[Estimate],
    *,
    kind: Kind,
    variance: float,
    scale_min: float,
    scale_max: float,
) -> ControlChart:
    """Return centre ± 3 √(variance / n) for every period, clipped to the scale.

    This is the p chart for shares, and the same for net shares (NPS) and means (Shewhart, 1931;
    Montgomery, 2013). The centre is the mean of the values weighted by n.

    The p-value of a period asks for a value as far from the centre: for unweighted shares Fisher's
    exact test of the period against all others; for net shares up to n = 4,000 the exact trinomial;
    else the t distribution, for a period against a centre that it is part of.

    :param variance: of one answer, as `answer_variance` gives it.
    :param kind: "percent" (0-100), "points" (-100-100) or "mean".

    >>> months = [Estimate(value=v, low=0, high=100, n=400) for v in (50.0, 50.0, 50.0, 60.0)]
    >>> chart = control_limits(months, kind="percent", variance=2500, scale_min=0, scale_max=100)
    >>> chart.centre, chart.points[3].low, chart.points[3].high, chart.points[3].outside
    (52.5, 45.0, 60.0, False)
    """
    shown = [(e.value, e.n) for e in values if e.value is not None and e.n > 0]
    if len(shown) < MIN_POINTS:
        points = tuple(
            ControlPoint(n=e.n, value=e.value, low=None, high=None, outside=False, p_value=None)
            for e in values
        )
        return ControlChart(centre=None, points=points, p_value=None)
    total = sum(n for _, n in shown)
    centre = sum(value * n for value, n in shown) / total
    successes = sum(round(value * n / 100) for value, n in shown)
    weighted = kind == "percent" and abs(variance - centre * (100 - centre)) > 1e-3 * variance

    def p_of(value: float, n: int) -> float:
        if kind == "percent" and not weighted:
            return _fisher(round(value * n / 100), n, successes, total)
        if kind == "points" and n <= _MAX_EXACT_N:
            exact = _trinomial(value, n, centre, variance)
            if exact is not None:
                return exact
        return _student(value - centre, variance * (1 / n - 1 / total), n - 1)

    def point(e: Estimate) -> ControlPoint:
        if e.value is None or e.n == 0:
            return ControlPoint(n=e.n, value=None, low=None, high=None, outside=False, p_value=None)
        half = WIDTH * sqrt(variance / e.n)
        # Rounding must not put a series without any spread outside its own limits.
        outside = abs(e.value - centre) > half + 1e-9 * (scale_max - scale_min)
        return ControlPoint(
            n=e.n,
            value=e.value,
            low=max(centre - half, scale_min),
            high=min(centre + half, scale_max),
            outside=outside,
            p_value=p_of(e.value, e.n) if e.n >= MIN_RELIABLE_N else None,
        )

    points = tuple(point(e) for e in values)
    tested = [p.p_value for p in points if p.p_value is not None]
    return ControlChart(
        centre=centre,
        points=points,
        p_value=min(1.0, len(tested) * min(tested)) if tested else None,
    )


def answer_variance(estimate: Estimate, *, kind: Kind) -> float | None:
    """Return the variance of one answer, read back from the interval of their estimate.

    Shares: the Wilson interval is solved for its n; points: the adjusted Wald interval; means: the
    t interval. Where answers are weighted this is the variance times n / n_eff, so that dividing by
    the plain n gives the right error. None where there is no interval.

    >>> from cxnlp.metrics.share import share
    >>> round(answer_variance(share(80, 400), kind="percent"), 6)  # 20 x 80
    1600.0
    """
    value, low, high, n = estimate.value, estimate.low, estimate.high, estimate.n
    if value is None or low is None or high is None or n == 0:
        return None
    half = (high - low) / 2
    if kind == "points":
        return (half / Z95) ** 2 * (n + PRIOR_N)
    if kind == "percent":
        pq, h2 = value * (100 - value) / 1e4, (half / 100) ** 2
        # half² (1 + u)² = pq u + u²/4 with u = z²/n, a quadratic in u with one small root.
        b, square = 2 * h2 - pq, (2 * h2 - pq) ** 2 - 4 * (h2 - 0.25) * h2
        u = (-b - sqrt(max(square, 0.0))) / (2 * (h2 - 0.25)) if h2 != 0.25 else -h2 / b
        u = abs(u)
        return 1e4 * pq * n * u / Z95**2
    if n < 2:
        return None
    return n * (half / float(stdtrit(n - 1, 0.975))) ** 2


def _student(distance: float, variance: float, df: int) -> float:
    if abs(distance) < 1e-9 or df < 1:
        return 1.0
    if variance <= 0:
        return _SMALLEST_P
    # Heavier tails than the normal's: small samples of skewed answers need them.
    return float(max(2 * stdtr(df, -abs(distance) / sqrt(variance)), _SMALLEST_P))


def _fisher(successes: int, n: int, all_successes: int, total: int) -> float:
    from scipy.stats import hypergeom

    part = hypergeom(total, all_successes, n)
    tail = min(float(part.cdf(successes)), float(part.sf(successes - 1)))
    return min(1.0, max(2 * tail, _SMALLEST_P))


def _trinomial(value: float, n: int, centre: float, variance: float) -> float | None:
    """Return the exact two-sided p-value of a net share, or None where no trinomial fits."""
    mean, spread = centre / 100, variance / 1e4
    both = spread + mean * mean
    positive, negative = (both + mean) / 2, (both - mean) / 2
    if both > 1 or positive < 0 or negative < 0:
        return None
    step = np.fft.rfft(np.array([negative, 1 - both, positive]), 2 * n + 1)
    chances = np.clip(np.fft.irfft(step**n, 2 * n + 1), 0.0, None)
    net = round(value * n / 100) + n
    tail = min(float(chances[: net + 1].sum()), float(chances[net:].sum()))
    return min(1.0, max(2 * tail, _SMALLEST_P))
