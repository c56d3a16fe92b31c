"""Round values along an axis."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A straight axis: values from `low` to `high` lie between the places `start` and `end`."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Return the place of a value, kept within the axis."""
        inside = min(max(value, self.low), self.high)
        share = (inside - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def make_axis(
    low: float,
    high: float,
    *,
    start: float,
    end: float,
    bounds: tuple[float, float] = (float("-inf"), float("inf")),
    steps: int = 4,
) -> Axis:
    """Return an axis whose ends are round and enclose low and high.

    :param bounds: what values cannot lie beyond, so that no tick does.
    :param steps: about how many ticks there are, less one.

    >>> make_axis(3, 42, start=0, end=100, bounds=(0, 100)).ticks
    (0.0, 10.0, 20.0, 30.0, 40.0, 50.0)
    """
    span = max(high - low, 1e-6)  # of a single value too
    rough = span / steps
    magnitude = 10.0 ** floor(log10(rough))
    step = next(m * magnitude for m in (1, 2, 2.5, 5, 10) if m * magnitude >= rough * 0.999)
    first = floor(max(low, bounds[0]) / step + 1e-9)
    last = max(ceil(min(high, bounds[1]) / step - 1e-9), first + 1)
    ticks = tuple(round(i * step, 9) + 0.0 for i in range(first, last + 1))
    return Axis(low=ticks[0], high=ticks[-1], start=start, end=end, ticks=ticks)
