"""Measure the service under load, as its clients see it.

    .venv/bin/python -m benchmarks.service --output service.json
    .venv/bin/python -m benchmarks.service --part rates --part kill --seconds 5

Starts `cxnlp serve` for each part and stops it again. The load comes from this process, on the
same cores, so that every figure includes its client. Nothing else should be running.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from benchmarks.comments import read_comments
from benchmarks.load.parts import PARTS, Bench
from benchmarks.load.schedule import even_times, poisson_times
from benchmarks.machine import describe_machine
from cxnlp.errors import CxnlpError
from cxnlp.model.folder import read_config
from cxnlp.model.locate import locate_model

PACKAGES = ("bentoml", "openvino", "uvicorn", "starlette")


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
    # Told to end, it must still stop the server that it started.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        main()
    except CxnlpError as error:
        raise SystemExit(f"Error: {error}") from error
