"""Measure the report of many scored interactions: time, peak memory, and how both grow.

    .venv/bin/python -m benchmarks.journey
    .venv/bin/python -m benchmarks.journey --size 100000 --rounds 1

Synthetic files are made once and kept in the cache folder. Every figure comes from a process of its
own, so that its peak memory is that of one report. Nothing else should be running.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from benchmarks.machine import describe_machine
from benchmarks.scored_rows import write_scored_rows
from cxnlp.errors import CxnlpError

PACKAGES = ("duckdb", "ibis-framework", "pyarrow", "numpy")
SIZES = (1_000_000, 10_000_000)
TOTAL = "whole report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one process took."""

    seconds: dict[str, float]  # by part, in the order they ran
    peak_mib: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What one part took at one size: the median of all rounds, and their range."""

    part: str
    n: int  # interactions
    seconds: float
    lowest: float
    highest: float
    peak_mib: float | None  # of the process; None where it ran other parts too


def make_file(folder: Path, n: int) -> Path:
    """Return the scored file of n interactions in a folder, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{n}.parquet"
    return path if path.exists() else write_scored_rows(path, n)


def measure_report(scored: Path) -> Measured:
    """Write the whole report of a scored file once, as `cxnlp report` does."""
    from cxnlp.report.build import write_report

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        write_report(scored, Path(folder) / "report.html")
        seconds = {TOTAL: time.perf_counter() - start}
    return Measured(seconds=seconds, peak_mib=_peak_mib())


def measure_parts(scored: Path) -> Measured:
    """Do what the report needs part by part; each part finds what those before it have read."""
    from cxnlp.insights.collect import insight_modules
    from cxnlp.insights.data import InsightData
    from cxnlp.insights.options import InsightOptions
    from cxnlp.report.sample import draw_sample, open_comments

    seconds: dict[str, float] = {}
    data, options = InsightData.open(scored), InsightOptions()
    with _timed(seconds, "journey"):
        summary = data.summary
    if data.main is not None:
        with _timed(seconds, "respondents"):
            data.respondents(data.main)
    for module in insight_modules():
        with _timed(seconds, f"insight {module.NAME}"):
            _run(lambda module=module: module.run(data, options))  # type: ignore[misc]
    with _timed(seconds, "comments to show"), closing(open_comments(scored)) as connection:
        draw_sample(connection, cube=data.cube, period=summary.period)
    return Measured(seconds=seconds, peak_mib=_peak_mib())


def _run(insight: Callable[[], object]) -> None:
    try:
        insight()
    except CxnlpError:
        return  # it does not apply to these data: then finding that out is what is measured


@contextmanager
def _timed(seconds: dict[str, float], part: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[part] = time.perf_counter() - start


def _peak_mib() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def summarise_rounds(n: int, rounds: Sequence[Measured]) -> list[Figure]:
    """Return the median and range of every part over all rounds at one size."""
    figures = []
    for part in rounds[0].seconds:
        times = [measured.seconds[part] for measured in rounds]
        peaks = [measured.peak_mib for measured in rounds]
        figures.append(
            Figure(
                part=part,
                n=n,
                seconds=statistics.median(times),
                lowest=min(times),
                highest=max(times),
                peak_mib=statistics.median(peaks) if len(rounds[0].seconds) == 1 else None,
            )
        )
    return figures


def write_table(figures: Sequence[Figure]) -> str:
    """Return the figures as lines of text, with what a part takes more at each larger size."""
    lines = [f"{'':<38}{'interactions':>13}{'s':>8}{'range':>15}{'MiB':>8}{'grows':>8}"]
    smaller: dict[str, Figure] = {}
    for figure in figures:
        before = smaller.get(figure.part)
        grows = f"x{figure.seconds / before.seconds:.1f}" if before else ""
        peak = "" if figure.peak_mib is None else f"{figure.peak_mib:,.0f}"
        span = f"{figure.lowest:.2f}-{figure.highest:.2f}"
        lines.append(
            f"{figure.part:<38}{figure.n:>13,}{figure.seconds:>8.2f}{span:>15}{peak:>8}{grows:>8}"
        )
        smaller[figure.part] = figure
    return "\n".join(lines)


MEASURES: dict[str, Callable[[Path], Measured]] = {
    "report": measure_report,
    "parts": measure_parts,
}


def _in_a_process(measure: str, scored: Path) -> Measured:
    command = [sys.executable, "-m", "benchmarks.journey", "--measure", measure, str(scored)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise click.ClickException(f"measuring {measure} of {scored} failed:\n{run.stderr}")
    return Measured(**json.loads(run.stdout.splitlines()[-1]))


@click.command()
@click.option("--size", "sizes", type=int, multiple=True, help="Interactions; default 1 and 10 M.")
@click.option("--rounds", default=3, show_default=True)
@click.option(
    "--cache",
    type=click.Path(path_type=Path),
    default=Path(tempfile.gettempdir()) / "cxnlp-bench",
    show_default=True,
    help="Where the files are kept; 10 million interactions take 0.9 GB.",
)
@click.option("--output", type=click.Path(path_type=Path), help="Write the figures as JSON too.")
@click.option("--measure", type=click.Choice(tuple(MEASURES)), hidden=True)
@click.argument("scored", type=click.Path(path_type=Path), required=False)
def main(
    sizes: tuple[int, ...],
    rounds: int,
    cache: Path,
    output: Path | None,
    measure: str | None,
    scored: Path | None,
) -> None:
    """Print what a report takes over files of several sizes."""
    if measure is not None and scored is not None:
        print(json.dumps(asdict(MEASURES[measure](scored))))
        return
    machine = describe_machine(PACKAGES)
    print(f"{machine}\nMedians of {rounds} rounds", flush=True)
    figures: list[Figure] = []
    for n in sorted(sizes or SIZES):
        path = make_file(cache, n)
        for name in MEASURES:
            figures += summarise_rounds(n, [_in_a_process(name, path) for _ in range(rounds)])
    print(write_table(sorted(figures, key=lambda figure: (figure.part != TOTAL, figure.n))))
    if output is not None:
        found = {"machine": asdict(machine), "figures": [asdict(figure) for figure in figures]}
        output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except CxnlpError as error:
        raise SystemExit(f"Error: {error}") from error
