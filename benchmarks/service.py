"""Measure the service under load, as its clients see it.

    .venv/bin/python -m benchmarks.service --output service.json
    .venv/bin/python -m benchmarks.service --part rates --part kill --seconds 5

Starts `cxnlp serve` for each part and stops it again. The load comes from this process, on the
same cores, so that every figure includes its client. Nothing else should be running.
"""

from __future__ import annotations

import asyncio
import json
import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import click

from benchmarks.comments import read_chats, read_comments
from benchmarks.load.connection import Pool
from benchmarks.load.killed import Killed, kill_one
from benchmarks.load.lots import N_ITEMS, Lots, measure_bare, texts_per_s
from benchmarks.load.messages import score_singly, write_json
from benchmarks.load.mixed import mix
from benchmarks.load.overload import Overload, measure_capacity, overload
from benchmarks.load.rates import Arrivals, Step, climb
from benchmarks.load.schedule import even_times, poisson_times, rising_rates
from benchmarks.load.server import Server, bentoml_server, cxnlp_server
from benchmarks.load.tables import (
    killed_table,
    lots_table,
    mixed_table,
    overload_table,
    rates_table,
)
from benchmarks.machine import describe_machine
from cxnlp.errors import CxnlpError
from cxnlp.model.folder import locate_model, read_config

PACKAGES = ("bentoml", "openvino", "uvicorn", "starlette")
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


@click.command()
@click.option(
    "--part", "parts", type=click.Choice(list(PARTS)), multiple=True, help="Default: all of them."
)
@click.option(
    "--seconds", default=20.0, show_default=True, help="Of each rate, and of each measurement."
)
@click.option("--minutes", default=10.0, show_default=True, help="Of the mixed load.")
@click.option(
    "--kill-seconds", default=60.0, show_default=True, help="Of the load around the kill."
)
@click.option("--workers", default=1, show_default=True, help="Of the service; to kill one, 2.")
@click.option("--max-rate", default=2000.0, show_default=True, help="The highest rate to try.")
@click.option("--even", is_flag=True, help="Send like a metronome, not like customers.")
@click.option("--model", metavar="NAME|FOLDER", help="Default: the model that came with cxnlp.")
@click.option("--output", type=click.Path(path_type=Path), help="Write the figures as JSON too.")
def main(
    parts: tuple[str, ...],
    seconds: float,
    minutes: float,
    kill_seconds: float,
    workers: int,
    max_rate: float,
    even: bool,
    model: str | None,
    output: Path | None,
) -> None:
    """Print what the service does under load, part by part."""
    _allow_many_connections()
    comments = read_comments()
    bench = Bench(
        seconds=seconds,
        minutes=minutes,
        kill_seconds=kill_seconds,
        workers=workers,
        max_rate=max_rate,
        arrivals=even_times if even else poisson_times,
        model=model,
        texts=[comment.text for comment in comments],
        short=[comment.text for comment in comments if comment.is_short],
    )
    machine = describe_machine(PACKAGES)
    config = read_config(locate_model(model))
    arrivals = "evenly spaced" if even else "Poisson"
    print(f"{machine}\n{config.label}, {workers} workers, {seconds:g} s a step, {arrivals}")
    print(f"{len(bench.texts)} comments, {len(bench.short)} of them short", flush=True)
    found: dict[str, Any] = {
        "machine": asdict(machine),
        "model": config.label,
        "workers": workers,
        "seconds": seconds,
        "arrivals": arrivals,
        "parts": {},
    }
    for name in parts or PARTS:
        found["parts"][name], text = PARTS[name](bench)
        print(f"\n{text}", flush=True)
        if output is not None:  # after each part: the last one may be interrupted
            output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _allow_many_connections() -> None:
    """Raise the limit of open files as far as allowed: an overload opens thousands."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    try:
        main()
    except CxnlpError as error:
        raise SystemExit(f"Error: {error}") from error
