"""Several times more than can be answered: what is accepted, refused, lost, and how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .connection import Pool
from .generate import send_at, send_in_turn
from .outcome import (
    Latency,
    Outcome,
    Tally,
    accepted_latency,
    recovery_s,
    summarise_latency,
    tally,
)
from .rates import Arrivals, answered_per_s
from .schedule import Phase

TIMES = 5.0
_SENDERS = 32
_CALM = 0.5  # of capacity: the load before and after
_CALM_S = 15.0
_LIMIT_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Overload:
    """Half the capacity, then a multiple of it, then half of it again."""

    capacity: float  # single texts a second, closed loop, the generator on the same cores
    offered_per_s: float
    sent_per_s: float  # less than offered where the generator could not keep up
    answered_per_s: float
    before: Latency | None
    during: Latency | None  # from when it was due
    during_from_sent: Latency | None  # without the generator's lateness
    refusals: Latency | None  # how long a refusal took, from when it was sent
    tally: Tally  # of the overload alone
    tally_after: Tally
    recovery_s: float | None


async def measure_capacity(pool: Pool, requests: Sequence[bytes], *, seconds: float) -> float:
    """Return how many single texts a second are answered when there is always another."""
    await send_in_turn(pool, requests, n_senders=_SENDERS, seconds=min(2.0, seconds))
    outcomes = await send_in_turn(pool, requests, n_senders=_SENDERS, seconds=seconds)
    return answered_per_s(outcomes)


async def overload(
    pool: Pool, requests: Sequence[bytes], *, capacity: float, seconds: float, arrivals: Arrivals
) -> Overload:
    """Offer five times the capacity for so long, between calm before and after."""
    calm_s = min(_CALM_S, seconds)
    calm = Phase(rate=max(1.0, _CALM * capacity), seconds=calm_s)
    rush = Phase(rate=max(1.0, TIMES * capacity), seconds=seconds)
    times = arrivals([calm, rush, calm])
    outcomes = await send_at(pool, requests, times)
    start = outcomes[0].due - times[0]
    begin, end = start + calm_s, start + calm_s + seconds
    before = [o for o in outcomes if o.due < begin]
    during = [o for o in outcomes if begin <= o.due < end]
    usual = accepted_latency(before)
    limit_s = max(_LIMIT_S, 2 * usual.p99_ms / 1000 if usual else 0.0)
    accepted = [o for o in during if o.accepted]
    return Overload(
        capacity=capacity,
        offered_per_s=rush.rate,
        sent_per_s=_sent_per_s(during),
        answered_per_s=answered_per_s(during),
        before=usual,
        during=accepted_latency(during),
        during_from_sent=summarise_latency([o.ended - o.sent for o in accepted]),
        refusals=summarise_latency([o.ended - o.sent for o in during if o.refused]),
        tally=tally(during),
        tally_after=tally([o for o in outcomes if o.due >= end]),
        recovery_s=recovery_s(outcomes, after=end, limit_s=limit_s),
    )


def _sent_per_s(outcomes: Sequence[Outcome]) -> float:
    if len(outcomes) < 2:
        return 0.0
    return (len(outcomes) - 1) / max(1e-9, outcomes[-1].sent - outcomes[0].sent)
