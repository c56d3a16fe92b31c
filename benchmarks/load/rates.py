"""Single short texts at rising rates, until the slowest hundredth is too slow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .connection import Pool
from .generate import send_at
from .outcome import Latency, Outcome, Tally, accepted_latency, percentile, tally
from .schedule import Phase

LIMIT_MS = 50.0

Arrivals = Callable[[Sequence[Phase]], list[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rate, and what it was like; latencies count from when a request was due."""

    rate: float
    answered_per_s: float
    tally: Tally
    latency: Latency | None
    late_p99_ms: float  # how late the generator was: part of the latencies

    @property
    def is_good(self) -> bool:
        """Return whether all were accepted, and the slowest hundredth in time."""
        all_accepted = self.tally.accepted == self.tally.sent
        return all_accepted and self.latency is not None and self.latency.p99_ms <= LIMIT_MS


async def climb(
    pool: Pool,
    requests: Sequence[bytes],
    *,
    rates: Iterable[float],
    seconds: float,
    arrivals: Arrivals,
) -> list[Step]:
    """Hold each rate for so long; the first that is not good is the last."""
    steps: list[Step] = []
    await send_at(pool, requests, arrivals([Phase(rate=10, seconds=min(3.0, seconds))]))
    for rate in rates:
        times = arrivals([Phase(rate=rate, seconds=seconds)])
        steps.append(describe_step(rate, await send_at(pool, requests, times)))
        if not steps[-1].is_good:
            break
    return steps


def describe_step(rate: float, outcomes: Sequence[Outcome]) -> Step:
    """Return what one rate was like."""
    return Step(
        rate=rate,
        answered_per_s=answered_per_s(outcomes),
        tally=tally(outcomes),
        latency=accepted_latency(outcomes),
        late_p99_ms=1000 * percentile([o.sent - o.due for o in outcomes], 99) if outcomes else 0.0,
    )


def answered_per_s(outcomes: Sequence[Outcome]) -> float:
    """Return how many were accepted in a second, from the first sent to the last answered."""
    good = [outcome for outcome in outcomes if outcome.accepted]
    if not good:
        return 0.0
    return len(good) / (max(o.ended for o in good) - min(o.due for o in outcomes))
