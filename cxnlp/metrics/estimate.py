"""A number with its 95% interval and the n behind it."""

from __future__ import annotations

from dataclasses import dataclass

MIN_SHOWN_N = 5
MIN_RELIABLE_N = 30

# The two-sided 95% quantile of the standard normal distribution.
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A metric's value with its 95% interval; `value` is None where there is nothing to show."""

    value: float | None
    low: float | None
    high: float | None
    n: int  # raw count of answers or documents, never a weighted one

    @property
    def status(self) -> str:
        """Return "no_data" (n = 0), "suppressed" (n < 5), "indicative" (n < 30) or "ok"."""
        if self.n == 0:
            return "no_data"
        if self.n < MIN_SHOWN_N:
            return "suppressed"
        return "indicative" if self.n < MIN_RELIABLE_N else "ok"

    def suppressed(self) -> Estimate:
        """Return this estimate without its numbers where n is below 5, else unchanged.

        >>> Estimate(value=50.0, low=9.5, high=90.5, n=2).suppressed()
        Estimate(value=None, low=None, high=None, n=2)
        """
        if self.n >= MIN_SHOWN_N:
            return self
        return Estimate(value=None, low=None, high=None, n=self.n)


NO_DATA = Estimate(value=None, low=None, high=None, n=0)
