"""One of two workers is killed under load: what clients saw."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from cxnlp.client import Client, ServiceError

from .connection import Pool
from .generate import send_at
from .outcome import Latency, Outcome, Tally, accepted_latency, recovery_s, tally
from .rates import Arrivals
from .schedule import Phase
from .server import Server

_BEFORE = 0.25  # of the run, until the kill
_LIMIT_S = 0.05
_CLIENTS = 2
_PAUSE_S = 0.1  # between two requests of a client
_USES = 20  # of a connection, so that the new worker gets its share
_LOOK_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Killed:
    """Requests without a retry, and those of `cxnlp.client`, which tries again."""

    rate: float
    before: Latency | None
    after: Latency | None
    tally_before: Tally
    tally_after: Tally
    calm_s: float | None  # until all was accepted again, in time
    worker_back_s: float | None  # until a new worker answered beside the other
    full_speed_s: float | None  # until both
    client_requests: int
    client_errors: dict[str, int]
    client_slowest_s: float


@dataclass(slots=True, kw_only=True)
class _Seen:
    """What the clients saw."""

    n_requests: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0


async def kill_one(
    server: Server,
    requests: Sequence[bytes],
    text: str,
    *,
    rate: float,
    seconds: float,
    arrivals: Arrivals,
) -> Killed:
    """Kill a worker after a quarter of the time, and watch until the end of it."""
    pool, seen, stop = Pool(server.port, max_uses=_USES), _Seen(), threading.Event()
    clients = [
        asyncio.to_thread(_keep_asking, f"http://127.0.0.1:{server.port}", text, seen, stop)
        for _ in range(_CLIENTS)
    ]
    asking = asyncio.gather(*clients)
    watching = asyncio.create_task(_kill_after(server, _BEFORE * seconds, seconds))
    outcomes = await send_at(pool, requests, arrivals([Phase(rate=rate, seconds=seconds)]))
    killed_at, back_at = await watching
    stop.set()
    await asking
    pool.close()
    # What was on its way when the worker was killed belongs to what came of it.
    before = [outcome for outcome in outcomes if outcome.ended < killed_at]
    after = [outcome for outcome in outcomes if outcome.ended >= killed_at]
    calm_s = recovery_s(outcomes, after=killed_at, limit_s=_calm_limit(before))
    worker_back_s = None if back_at is None else back_at - killed_at
    return Killed(
        rate=rate,
        before=accepted_latency(before),
        after=accepted_latency(after),
        tally_before=tally(before),
        tally_after=tally(after),
        calm_s=calm_s,
        worker_back_s=worker_back_s,
        full_speed_s=None
        if calm_s is None or worker_back_s is None
        else max(calm_s, worker_back_s),
        client_requests=seen.n_requests,
        client_errors=dict(seen.errors),
        client_slowest_s=seen.slowest_s,
    )


async def _kill_after(server: Server, wait_s: float, seconds: float) -> tuple[float, float | None]:
    """Return when a worker was killed, and when another was ready in its place, if it was."""
    end = time.monotonic() + seconds
    await asyncio.sleep(wait_s)
    workers = server.workers()
    os.kill(workers[0], signal.SIGKILL)
    killed_at = time.monotonic()
    while time.monotonic() < end:
        await asyncio.sleep(_LOOK_S)
        if server.serving() - set(workers):
            return killed_at, time.monotonic()
    return killed_at, None


def _keep_asking(url: str, text: str, seen: _Seen, stop: threading.Event) -> None:
    with Client(url) as client:
        while not stop.wait(_PAUSE_S):
            started = time.monotonic()
            try:
                client.score([text])
            except ServiceError as error:
                seen.errors[error.code] += 1
            seen.n_requests += 1
            seen.slowest_s = max(seen.slowest_s, time.monotonic() - started)


def _calm_limit(before: Sequence[Outcome]) -> float:
    usual = accepted_latency(before)
    return max(_LIMIT_S, 2 * usual.p99_ms / 1000 if usual else 0.0)
