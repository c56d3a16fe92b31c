"""All that a help desk sends, at once and for minutes, while memory is watched."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .connection import Pool
from .generate import send_at
from .memory import Growth, Sample, judge_growth, watch_memory
from .messages import bad_requests, score_chats, score_in_lots, score_singly
from .outcome import Latency, Outcome, Tally, accepted_latency, tally
from .schedule import Phase, poisson_times
from .server import Server

# Requests a second: well below the capacity of two cores, for refusals would hide growth.
SINGLE, LOTS, LONG, CHATS, BAD, GONE = "single", "64 texts", "long", "chats", "bad", "hung up"
RATES = {SINGLE: 25.0, LOTS: 0.5, LONG: 0.2, CHATS: 2.0, BAD: 2.0, GONE: 2.0}

_LONG_CHARACTERS = (2_000, 10_000, 50_000)
_LONGEST_WAIT_S = 0.05  # before a client hangs up


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of request, and what became of all of it."""

    name: str
    tally: Tally
    latency: Latency | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """What became of each kind, and of the memory of the workers."""

    minutes: float
    kinds: list[Kind]
    n_hung_up: int
    growth: Growth | None
    samples: list[Sample]


async def mix(
    server: Server,
    *,
    minutes: float,
    short: Sequence[str],
    texts: Sequence[str],
    chats: Sequence[Sequence[dict[str, Any]]],
) -> Mixed:
    """Send all kinds for so long, each at its rate."""
    requests = {
        SINGLE: score_singly(short),
        LOTS: score_in_lots(texts, 64),
        LONG: score_singly([_lengthen(texts, size) for size in _LONG_CHARACTERS]),
        CHATS: score_chats(chats),
        BAD: bad_requests(),
    }
    samples: list[Sample] = []
    watching = asyncio.create_task(watch_memory(server.workers, samples))
    times = {
        name: poisson_times([Phase(rate=rate, seconds=60 * minutes)], seed=number)
        for number, (name, rate) in enumerate(RATES.items())
    }
    leaving = asyncio.create_task(_hang_up(server.port, requests[LOTS], times[GONE]))
    pools = {name: Pool(server.port) for name in requests}
    found: list[list[Outcome]] = await asyncio.gather(
        *(send_at(pools[name], requests[name], times[name]) for name in requests)
    )
    await leaving
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
    for pool in pools.values():
        pool.close()
    return Mixed(
        minutes=minutes,
        kinds=[
            Kind(name=name, tally=tally(outcomes), latency=accepted_latency(outcomes))
            for name, outcomes in zip(requests, found, strict=True)
        ],
        n_hung_up=len(times[GONE]),
        growth=judge_growth(samples),
        samples=samples,
    )


async def _hang_up(port: int, requests: Sequence[bytes], times: Sequence[float]) -> None:
    """Connect, send all or half of a request, and leave before it is answered."""
    draw = random.Random(0)
    pool, start = Pool(port), time.monotonic()
    for number, at in enumerate(times):
        await asyncio.sleep(max(0.0, start + at - time.monotonic()))
        request = requests[number % len(requests)]
        with contextlib.suppress(OSError):
            connection = await pool.connect()
            answer = connection.send(request if number % 2 else request[: len(request) // 2])
            answer.cancel()
            await asyncio.sleep(draw.uniform(0.0, _LONGEST_WAIT_S))
            connection.close()


def _lengthen(texts: Sequence[str], n_characters: int) -> str:
    """Return one text of many comments, a paragraph each."""
    joined = "\n".join(texts)
    return (joined * (1 + n_characters // len(joined)))[:n_characters]
