"""The difference of two independent means, from sums."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from scipy.special import stdtr, stdtrit

from cxnlp.metrics.difference import Difference, difference
from cxnlp.metrics.estimate import MIN_RELIABLE_N, Estimate
from cxnlp.metrics.mean import mean
from cxnlp.metrics.required_n import required_n


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanSums:
    """Sums over the answers of a group."""

    n: int
    total: float  # Σx; with weights, n times the weighted mean
    total_squares: float  # Σx², likewise
    n_effective: float | None = None  # Kish's (Σw)²/Σw², where answers are weighted

    @property
    def size(self) -> float:
        """Return how many equally weighted answers these are worth."""
        return float(self.n) if self.n_effective is None else self.n_effective

    @property
    def variance(self) -> float | None:
        """Return the variance of an answer, or None where all are equal or there is only one."""
        if self.n < 2 or self.size <= 1 + 1e-9:
            return None
        squares = self.total_squares / self.n
        spread = squares - (self.total / self.n) ** 2
        # Below this share of the squares it is lost digits, not spread.
        if spread <= 1e-12 * max(squares, 1e-300):
            return None
        return spread * self.size / (self.size - 1)

    def estimate(self, scale_min: float, scale_max: float) -> Estimate:
        """Return the mean with its t interval."""
        return mean(
            self.n,
            self.total,
            self.total_squares,
            scale_min=scale_min,
            scale_max=scale_max,
            n_effective=self.n_effective,
        )


def welch(new: MeanSums, old: MeanSums, *, scale_min: float, scale_max: float) -> Difference | None:
    """Return the mean of `new` minus that of `old` by Welch's (1947) unequal variances t-test.

    :returns: in units of the scale; None where a side has one answer, or none that differs from
        the others: its variance is then unknown, not 0.

    >>> new = MeanSums(n=4, total=16.0, total_squares=66.0)  # 3, 4, 4, 5
    >>> old = MeanSums(n=4, total=8.0, total_squares=18.0)  # 1, 2, 2, 3
    >>> d = welch(new, old, scale_min=1, scale_max=5)
    >>> f"{d.value} [{d.low:.3f}, {d.high:.3f}], p = {d.p_value:.4f}"
    '2.0 [0.587, 3.413], p = 0.0134'
    """
    u, v = new.variance, old.variance
    if u is None or v is None:
        return None
    a, b = u / new.size, v / old.size
    freedom = (a + b) ** 2 / (a * a / (new.size - 1) + b * b / (old.size - 1))
    return _difference(new, old, sqrt(a + b), freedom, widest=scale_max - scale_min)


def mean_difference(
    new: MeanSums, old: MeanSums, *, scale_min: float, scale_max: float
) -> Difference | None:
    """Return the mean of `new` minus that of `old`, where neither side's spread can mislead.

    Most customers give the same best answer. A small side then shows too little spread by chance,
    and against a large side Welch's test calls that a difference: with 30 answers against 1,000, of
    which 90% are the best, one null comparison in 17 has p < .001. So this is the wider of Welch's
    test and Student's, which takes the spread from both sides; on sides of one size they agree.
    Where all answers of a side are equal, the interval is recovered from those of the two means,
    of which the one without spread follows the rule of three.

    :returns: in units of the scale; None where a side is empty, or below 5 and without spread.

    >>> new = MeanSums(n=4, total=16.0, total_squares=66.0)  # 3, 4, 4, 5
    >>> old = MeanSums(n=40, total=80.0, total_squares=240.0)
    >>> d = mean_difference(new, old, scale_min=1, scale_max=5)
    >>> f"{d.value} [{d.low:.3f}, {d.high:.3f}], p = {d.p_value:.4f}"
    '2.0 [0.521, 3.479], p = 0.0092'
    """
    if new.n == 0 or old.n == 0:
        return None
    found = welch(new, old, scale_min=scale_min, scale_max=scale_max)
    u, v = new.variance, old.variance
    if found is None or u is None or v is None:
        return difference(new.estimate(scale_min, scale_max), old.estimate(scale_min, scale_max))
    freedom = new.size + old.size - 2
    pooled = ((new.size - 1) * u + (old.size - 1) * v) / freedom
    error = sqrt(pooled / new.size + pooled / old.size)
    student = _difference(new, old, error, freedom, widest=scale_max - scale_min)
    return student if student.p_value > found.p_value else found


def _difference(
    new: MeanSums, old: MeanSums, error: float, freedom: float, *, widest: float
) -> Difference:
    value = new.total / new.n - old.total / old.n
    half = float(stdtrit(freedom, 0.975)) * error
    return Difference(
        value=value,
        low=min(max(value - half, -widest), value),
        high=max(min(value + half, widest), value),
        p_value=float(min(2 * stdtr(freedom, -abs(value) / error), 1.0)),
        enough=min(new.n, old.n) >= MIN_RELIABLE_N,
        n_needed=required_n(
            value,
            variance_new=new.variance or 0.0,
            variance_old=old.variance or 0.0,
            design_effect=(new.n + old.n) / (new.size + old.size),
        ),
    )
