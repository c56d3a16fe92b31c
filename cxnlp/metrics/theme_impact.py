"""What a theme adds to a score, or takes from it: the score of all against that without it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxnlp.metrics.bootstrap import N_RESAMPLES, percentile_interval, resample_sums
from cxnlp.metrics.estimate import MIN_RELIABLE_N, Z95, Estimate
from cxnlp.metrics.required_n import MOST
from cxnlp.metrics.weights import effective_n
from cxnlp.metrics.welch import MeanSums, mean_difference

Floats = NDArray[np.float64]

_POWER_80 = 0.8416212335729143  # the 80% quantile of the standard normal distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeImpact:
    """A theme's leave-out impact on a score, in units of the score."""

    # "ok", "no_mention", "always_mentioned" (nobody is left without it), "all_equal" (the answers)
    status: str
    n_theme: int  # answers that mention it
    impact: Estimate  # score(all) - score(without); n is all answers; no value unless ok
    score_with: float | None  # score of those who mention it
    score_without: float | None
    p_value: float | None  # of no difference between those who mention it and those who do not
    n_needed: int | None  # answers at which this impact would be found four times in five


def theme_impacts(
    points: ArrayLike,
    themes: ArrayLike,
    *,
    scale: tuple[float, float],
    weight: ArrayLike | None = None,
    seed: int = 0,
    n_resamples: int = N_RESAMPLES,
) -> tuple[ThemeImpact, ...]:
    """Return each theme's impact: score(all) - score(without the theme's answers).

    With n_t answers of score S_t out of N of score S it is n_t (S_t - S)/(N - n_t), for any score
    that is a mean of points per answer: an NPS (+100, 0, -100), a share (100, 0) or a mean (the
    answer itself). With weights, n_t and N are sums of weights. The interval is the percentile
    bootstrap's over answers; the p-value that of Welch's (1947) test of S_t against the rest, for
    the impact is zero just where they are equal.

    :param points: [n] what each answer adds to the score.
    :param themes: bool [n, k], whether it mentions each theme.
    :param scale: the least and the most that an answer can add.
    :param weight: [n], > 0.

    >>> themes = [[False], [False], [True], [False]]  # only the detractor mentions it
    >>> found, = theme_impacts([100, 100, -100, 0], themes, scale=(-100, 100))
    >>> f"{found.impact.value:.1f} = 25.0 - {found.score_without:.1f}"
    '-41.7 = 25.0 - 66.7'
    """
    c = np.asarray(points, dtype=np.float64)
    t = np.asarray(themes, dtype=bool)
    t = t[:, None] if t.ndim == 1 else t
    w = np.ones(len(c)) if weight is None else np.asarray(weight, dtype=np.float64)
    if len(c) == 0:
        return tuple(_undefined("no_mention", 0, 0) for _ in range(t.shape[1]))
    centre = float(w @ c / w.sum())
    d = c - centre  # the impact is the same wherever zero lies, and sums keep more digits
    n_theme = t.sum(axis=0)
    sums = (w[:, None] * np.column_stack([np.ones(len(c)), d, t, t * d[:, None]])).sum(axis=0)
    impact = _impacts(sums[None])[0]
    low, high = _interval(w, d, t, n_resamples=n_resamples, seed=seed)
    equal = bool(np.ptp(c) == 0)
    return tuple(
        _one(
            _status(int(n_theme[j]), len(c), equal),
            float(impact[j]),
            (float(low[j]), float(high[j])),
            _groups(c, w, t[:, j]),
            scale,
        )
        for j in range(t.shape[1])
    )


def _impacts(sums: Floats) -> Floats:
    """Return the impacts [m, k] from sums of w, wd, wt and wtd per theme: [m, 2 + 2k]."""
    k = (sums.shape[1] - 2) // 2
    total, points = sums[:, :1], sums[:, 1:2]
    rest = total - sums[:, 2 : 2 + k]
    # In a resample without anybody else there is no score to compare with.
    safe = np.where(rest > 1e-9 * total, rest, np.nan)
    return points / total - (points - sums[:, 2 + k :]) / safe


def _interval(
    w: Floats, d: Floats, t: NDArray[np.bool_], *, n_resamples: int, seed: int
) -> tuple[Floats, Floats]:
    columns = np.column_stack([w, w * d, w[:, None] * t, (w * d)[:, None] * t])
    resampled = _impacts(resample_sums(columns, n_resamples=n_resamples, seed=seed))
    return percentile_interval(np.where(np.isnan(resampled).all(axis=0), 0.0, resampled))


def _status(n_theme: int, n: int, equal: bool) -> str:
    if n_theme == 0:
        return "no_mention"
    if n_theme == n:
        return "always_mentioned"
    return "all_equal" if equal else "ok"


def _one(
    status: str,
    impact: float,
    interval: tuple[float, float],
    groups: tuple[MeanSums, MeanSums],
    scale: tuple[float, float],
) -> ThemeImpact:
    with_, without = groups
    n = with_.n + without.n
    if status != "ok":
        return _undefined(status, with_.n, n)
    test = mean_difference(with_, without, scale_min=scale[0], scale_max=scale[1])
    return ThemeImpact(
        status=status,
        n_theme=with_.n,
        impact=Estimate(
            value=impact, low=min(interval[0], impact), high=max(interval[1], impact), n=n
        ),
        score_with=with_.total / with_.n,
        score_without=without.total / without.n,
        p_value=1.0 if test is None else test.p_value,
        n_needed=_needed(with_, without),
    )


def _undefined(status: str, n_theme: int, n: int) -> ThemeImpact:
    return ThemeImpact(
        status=status,
        n_theme=n_theme,
        impact=Estimate(value=None, low=None, high=None, n=n),
        score_with=None,
        score_without=None,
        p_value=None,
        n_needed=None,
    )


def _groups(c: Floats, w: Floats, mentioned: NDArray[np.bool_]) -> tuple[MeanSums, MeanSums]:
    """Return the sums over those who mention a theme, and over the others."""

    def sums(chosen: NDArray[np.bool_]) -> MeanSums:
        x, v = c[chosen], w[chosen]
        n, total = len(x), max(float(v.sum()), 1e-300)
        return MeanSums(
            n=n,
            total=n * float(v @ x) / total,
            total_squares=n * float(v @ (x * x)) / total,
            n_effective=effective_n(total, float(v @ v)),
        )

    return sums(mentioned), sums(~mentioned)


def _needed(with_: MeanSums, without: MeanSums) -> int | None:
    """Return at how many answers, of this mix, the difference is found four times in five."""
    u, v = with_.variance, without.variance
    gap = with_.total / with_.n - without.total / without.n
    if u is None or v is None or gap == 0:
        return None
    error = sqrt(u / with_.size + v / without.size)
    n = with_.n + without.n
    # Fewer than 30 mentions never get a verdict.
    return max(
        ceil(min(n * ((Z95 + _POWER_80) * error / gap) ** 2, MOST)),
        ceil(n * MIN_RELIABLE_N / min(with_.n, without.n)),
    )
