"""Measure texts a second on real survey comments: ours, its parts and its peers, interleaved.

    .venv/bin/python -m benchmarks.throughput --rounds 7

Every round runs every system once, in turn, so that a slow moment of the machine falls on all of
them; medians are printed. Nothing else should be running.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from benchmarks.comments import read_comments, thin_out
from benchmarks.machine import describe_machine
from benchmarks.systems import OURS, System, missing_packages, open_systems
from cxnlp import Classifier
from cxnlp.model.locate import locate_model
from cxnlp.model.runtime import count_cores

PACKAGES = ("openvino", "torch", "transformers", "onnxruntime", "textblob", "vaderSentiment")
# The threads of some runtimes spin for a while after their last work.
_REST_S = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How fast one system was, over all rounds."""

    name: str
    texts_per_s: float  # of the median round
    lowest: float
    highest: float
    ours_is: float  # times as fast, end to end
    note: str


def measure(systems: Sequence[System], *, n_rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each round of each system, all run in turn."""
    for system in systems:
        system.run()  # warm: buffers are allocated, kernels chosen
    seconds: dict[str, list[float]] = {system.name: [] for system in systems}
    for _ in range(n_rounds):
        for system in systems:
            time.sleep(_REST_S)
            start = time.perf_counter()
            system.run()
            seconds[system.name].append(time.perf_counter() - start)
    return seconds


def compare(systems: Sequence[System], seconds: dict[str, list[float]]) -> list[Speed]:
    """Return how fast each system was, and beside ours; the first system is ours."""
    ours = systems[0].n_texts / statistics.median(seconds[systems[0].name])
    speeds = []
    for system in systems:
        times = seconds[system.name]
        rate = system.n_texts / statistics.median(times)
        speeds.append(
            Speed(
                name=system.name,
                texts_per_s=rate,
                lowest=system.n_texts / max(times),
                highest=system.n_texts / min(times),
                ours_is=ours / rate,
                note=system.note,
            )
        )
    return speeds


def write_table(speeds: Sequence[Speed]) -> str:
    """Return the figures as lines of text."""
    lines = [f"{'':<32}{'texts/s':>9}{'lowest':>9}{'highest':>9}{'ours is':>10}"]
    for speed in speeds:
        rates = f"{speed.texts_per_s:>9,.0f}{speed.lowest:>9,.0f}{speed.highest:>9,.0f}"
        ratio = "" if speed.name == OURS else f"{speed.ours_is:>8.3g} x"
        lines.append(f"{speed.name:<32}{rates}{ratio:>10}  {speed.note}".rstrip())
    return "\n".join(lines)


@click.command()
@click.option("--rounds", default=7, show_default=True, help="How often each system runs.")
@click.option("--texts", "n_texts", type=click.IntRange(2), help="So many texts, not all.")
@click.option("--model", metavar="NAME|FOLDER", help="Default: the model that came with cxnlp.")
@click.option("--output", type=click.Path(path_type=Path), help="Write the figures as JSON too.")
def main(rounds: int, n_texts: int | None, model: str | None, output: Path | None) -> None:
    """Print texts a second of every system, and how many times as fast ours is."""
    folder = locate_model(model)
    classifier = Classifier.load(folder)
    comments = thin_out(read_comments(), n_texts)
    for line in missing_packages():
        click.echo(line, err=True)
    systems = list(open_systems(classifier, folder, comments, count_cores()))
    speeds = compare(systems, measure(systems, n_rounds=rounds))

    machine = describe_machine(PACKAGES)
    plans = classifier.prepare(
        [comment.text for comment in comments],
        questions=[comment.question for comment in comments],
    ).scored
    n_sentences = sum(len(plan.sentences) for plan in plans)
    print(f"{machine}\n{classifier.config.label} in {classifier.precision}")
    print(f"{len(comments)} comments, {len(plans)} scored, {n_sentences} sentences; ", end="")
    print(f"medians of {rounds} rounds\n\n{write_table(speeds)}")
    print(f'\n"ours is": {OURS}, with all heads and all sentences, as a multiple of that system')
    for line in missing_packages():
        print(line)
    if output is not None:
        found = {
            "machine": asdict(machine),
            "model": classifier.config.label,
            "precision": classifier.precision,
            "n_comments": len(comments),
            "n_scored": len(plans),
            "n_sentences": n_sentences,
            "n_rounds": rounds,
            "systems": [asdict(speed) for speed in speeds],
        }
        output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
