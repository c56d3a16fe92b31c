"""Send requests: at given times, whatever becomes of them, or each after its answer."""

from __future__ import annotations

import asyncio
import gc
import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from .connection import Pool
from .outcome import NO_ANSWER, Outcome

TIMEOUT_S = 60.0


async def send_at(
    pool: Pool, requests: Sequence[bytes], times: Sequence[float], *, timeout_s: float = TIMEOUT_S
) -> list[Outcome]:
    """Send a request at each time (seconds from now), in turn; return one outcome each.

    Open loop: nobody waits for an answer before the next asks, as customers do not.
    """
    loop = asyncio.get_running_loop()
    tasks: list[asyncio.Task[Outcome]] = []
    with _no_collection():
        start = time.monotonic()
        for request, at in zip(itertools.cycle(requests), times, strict=False):
            delay = start + at - time.monotonic()
            # Where it is late it still lets the answers in.
            await asyncio.sleep(max(0.0, delay))
            tasks.append(loop.create_task(ask(pool, request, due=start + at, timeout_s=timeout_s)))
        return list(await asyncio.gather(*tasks))


async def send_in_turn(
    pool: Pool,
    requests: Sequence[bytes],
    *,
    n_senders: int,
    seconds: float,
    timeout_s: float = TIMEOUT_S,
) -> list[Outcome]:
    """Let each sender send its next request when the last is answered, for so long."""
    following = itertools.cycle(requests)
    end = time.monotonic() + seconds
    outcomes: list[Outcome] = []

    async def send() -> None:
        while (now := time.monotonic()) < end:
            outcomes.append(await ask(pool, next(following), due=now, timeout_s=timeout_s))

    with _no_collection():
        await asyncio.gather(*(send() for _ in range(n_senders)))
    return outcomes


async def ask(pool: Pool, request: bytes, *, due: float, timeout_s: float) -> Outcome:
    """Send one request; an outcome says what became of it, come what may."""
    sent = time.monotonic()
    status, error, n_bytes = NO_ANSWER, "", 0
    try:
        reply = await pool.ask(request, timeout_s=timeout_s)
        status, n_bytes = reply.status, len(reply.body)
    except TimeoutError:
        error = "no answer in time"
    except OSError as failure:
        error = failure.strerror or str(failure) or type(failure).__name__
    ended = time.monotonic()
    return Outcome(due=due, sent=sent, ended=ended, status=status, error=error, n_bytes=n_bytes)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Hold the collector back: its pauses would be counted as the service's."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
