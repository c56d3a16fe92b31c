"""The parts of the service's benchmark: each starts a server, loads it, stops it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import takewhile
from typing import Any

from benchmarks.comments import read_chats

from .connection import Pool
from .killed import Killed, kill_one
from .lots import N_ITEMS, Lots, measure_bare, texts_per_s
from .messages import score_singly, write_json
from .mixed import mix
from .overload import Overload, measure_capacity, overload
from .rates import Arrivals, Step, climb
from .schedule import rising_rates
from .server import Server, bentoml_server, cxnlp_server
from .tables import killed_table, lots_table, mixed_table, overload_table, rates_table

_KILL_SHARE = 0.5  # of capacity, for one worker has to do for a while


@dataclass(slots=True, kw_only=True)
class Bench:
    """What the parts share."""

    seconds: float
    minutes: float
    kill_seconds: float
    workers: int
    max_rate: float
    arrivals: Arrivals
    model: str | None
    texts: list[str]
    short: list[str]
    capacity: float | None = None  # of `cxnlp serve`, once it was measured

    def rates(self) -> Iterator[float]:
        """Return the rates to try."""
        return takewhile(lambda rate: rate <= self.max_rate, rising_rates())


Found = tuple[Any, str]  # for the JSON file, and for the screen


def measure_rates(bench: Bench) -> Found:
    """Hold rising rates until p99 is too high."""

    async def run(port: int) -> list[Step]:
        requests = score_singly(bench.short)
        return await climb(
            Pool(port),
            requests,
            rates=bench.rates(),
            seconds=bench.seconds,
            arrivals=bench.arrivals,
        )

    with cxnlp_server(workers=bench.workers, model=bench.model) as server:
        steps = asyncio.run(run(server.port))
    return [asdict(step) for step in steps], rates_table(steps, "cxnlp serve")


def measure_lots(bench: Bench) -> Found:
    """Send 64 texts a request; the classifier alone is measured before and after."""
    found = []
    for name, texts in (("short comments", bench.short), ("all comments", bench.texts)):
        before = measure_bare(texts, seconds=bench.seconds, model=bench.model)
        with cxnlp_server(workers=bench.workers, model=bench.model) as server:
            rate, counts, latency = asyncio.run(
                texts_per_s(Pool(server.port), texts, seconds=bench.seconds)
            )
        after = measure_bare(texts, seconds=bench.seconds, model=bench.model)
        found.append(
            Lots(
                texts=name,
                n_items=N_ITEMS,
                bare_before=before,
                service=rate,
                bare_after=after,
                share=2 * rate / (before + after),
                tally=counts,
                latency=latency,
            )
        )
    return [asdict(lots) for lots in found], lots_table(found)


def measure_overload(bench: Bench) -> Found:
    """Offer five times what can be answered."""

    async def run(port: int) -> Overload:
        requests = score_singly(bench.short)
        return await _rush(bench, Pool(port), requests)

    with cxnlp_server(workers=bench.workers, model=bench.model) as server:
        found = asyncio.run(run(server.port))
    bench.capacity = found.capacity
    return asdict(found), overload_table(found, "cxnlp serve")


def measure_bentoml(bench: Bench) -> Found:
    """Put the same rates and the same overload on BentoML's own batching."""

    async def run(port: int) -> tuple[list[Step], Overload]:
        requests = [write_json("/score", {"texts": [text]}) for text in bench.short]
        pool = Pool(port)
        steps = await climb(
            pool, requests, rates=bench.rates(), seconds=bench.seconds, arrivals=bench.arrivals
        )
        return steps, await _rush(bench, pool, requests)

    with bentoml_server(workers=bench.workers, model=bench.model) as server:
        steps, rush = asyncio.run(run(server.port))
    title = "BentoML's own batching"
    return (
        {"rates": [asdict(step) for step in steps], "overload": asdict(rush)},
        f"{rates_table(steps, title)}\n\n{overload_table(rush, title)}",
    )


def measure_mixed(bench: Bench) -> Found:
    """Send everything for minutes, and watch the memory."""
    with cxnlp_server(workers=bench.workers, model=bench.model) as server:
        found = asyncio.run(
            mix(
                server,
                minutes=bench.minutes,
                short=bench.short,
                texts=bench.texts,
                chats=read_chats(),
            )
        )
    return asdict(found), mixed_table(found)


def measure_kill(bench: Bench) -> Found:
    """Kill one of two workers under load."""

    async def run(server: Server) -> Killed:
        requests, pool = score_singly(bench.short), Pool(server.port)
        capacity = await measure_capacity(pool, requests, seconds=min(5.0, bench.seconds))
        pool.close()
        return await kill_one(
            server,
            requests,
            bench.short[0],
            rate=max(1.0, _KILL_SHARE * capacity),
            seconds=bench.kill_seconds,
            arrivals=bench.arrivals,
        )

    with cxnlp_server(workers=2, model=bench.model) as server:
        found = asyncio.run(run(server))
    return asdict(found), killed_table(found)


async def _rush(bench: Bench, pool: Pool, requests: Sequence[bytes]) -> Overload:
    """Overload with five times the capacity of ours, or of the service itself if that is new."""
    capacity = bench.capacity
    if capacity is None:
        capacity = await measure_capacity(pool, requests, seconds=min(5.0, bench.seconds))
    return await overload(
        pool, requests, capacity=capacity, seconds=bench.seconds, arrivals=bench.arrivals
    )


PARTS: dict[str, Callable[[Bench], Found]] = {
    "rates": measure_rates,
    "lots": measure_lots,
    "overload": measure_overload,
    "bentoml": measure_bentoml,
    "mixed": measure_mixed,
    "kill": measure_kill,
}
