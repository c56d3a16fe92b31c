"""When requests are sent, in seconds from the start of a load."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A rate that is held for a while."""

    rate: float  # requests a second
    seconds: float


def poisson_times(phases: Sequence[Phase], *, seed: int = 0) -> list[float]:
    """Return when independent customers ask: exponential gaps, phase after phase."""
    draw = random.Random(seed)
    times: list[float] = []
    start = 0.0
    for phase in phases:
        end = start + phase.seconds
        at = start + draw.expovariate(phase.rate)
        while at < end:
            times.append(at)
            at += draw.expovariate(phase.rate)
        start = end
    return times


def even_times(phases: Sequence[Phase]) -> list[float]:
    """Return the times of a metronome.

    >>> even_times([Phase(rate=2, seconds=1), Phase(rate=1, seconds=2)])
    [0.0, 0.5, 1.0, 2.0]
    """
    times: list[float] = []
    start = 0.0
    for phase in phases:
        count = round(phase.rate * phase.seconds)
        times += [start + number / phase.rate for number in range(count)]
        start += phase.seconds
    return times


def rising_rates() -> Iterator[float]:
    """Yield the rates of the ladder, without end.

    >>> from itertools import islice
    >>> list(islice(rising_rates(), 7))
    [10.0, 25.0, 50.0, 100.0, 150.0, 200.0, 250.0]
    """
    yield from (10.0, 25.0, 50.0)
    rate = 100.0
    while True:
        yield rate
        rate += 50.0
