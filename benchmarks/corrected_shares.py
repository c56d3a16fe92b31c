"""Measure how often intervals of corrected shares hold the truth, on real held-back predictions.

    .venv/bin/python -m benchmarks.corrected_shares --data DIR
    .venv/bin/python -m benchmarks.corrected_shares --predictions tests/data/held_back.parquet

The first asks the released model about the test texts of DIR, and with `--save` keeps gold and
predicted labels, without texts, for the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
import pyarrow.parquet as pq

from benchmarks.held_back import (
    OTHERS,
    Answered,
    ask_released,
    carried_over,
    read_predictions,
    together,
)
from benchmarks.share_coverage import Coverage, Shares, simulate, simulate_labelled
from cxnlp.errors import CxnlpError
from cxnlp.labels import TOPICS
from cxnlp.metrics.carry_over import MIN_SETS
from cxnlp.metrics.confusion import why_not_corrected

Heads = dict[str, dict[str, Answered]]  # head -> source -> answers

ALL = "all sets of feedback"
# Shares of negative, neutral and positive; of a topic, absent and present.
SENTIMENT_SHIFTS: tuple[Shares, ...] = (
    (0.02, 0.05, 0.93), (0.05, 0.10, 0.85), (0.10, 0.10, 0.80), (0.20, 0.10, 0.70),
    (0.30, 0.20, 0.50), (0.50, 0.20, 0.30), (0.70, 0.10, 0.20), (0.34, 0.33, 0.33),
)  # fmt: skip
TWO_SENTIMENTS: tuple[Shares, ...] = ((0.1, 0.0, 0.9), (0.3, 0.0, 0.7), (0.5, 0.0, 0.5))
TOPIC_SHIFTS: tuple[Shares, ...] = tuple((1 - p, p) for p in (0.02, 0.05, 0.1, 0.2, 0.3, 0.5))


def write_rows(name: str, found: Sequence[Coverage]) -> str:
    """Return one line of the table: means over shifts and labels."""
    n = sorted({item.n for item in found})
    size = f"{n[0]}" if len(n) == 1 else f"{n[0]}-{n[-1]}"

    def mean(field: str) -> float:
        return float(np.mean([getattr(item, field) for item in found]))

    lowest = min(item.corrected for item in found)
    shifts = len({item.shift for item in found})
    return (
        f"| {name} | {shifts} | {size} | {mean('raw'):.3f} | {mean('corrected'):.3f} "
        f"| {lowest:.3f} | {mean('raw_error'):.1f} | {mean('corrected_error'):.1f} "
        f"| {mean('width'):.1f} |"
    )


Found = dict[str, list[Coverage]]

_HEAD = (
    "| set | shifts | texts | raw coverage | corrected coverage | lowest | raw error | "
    "corrected error | width |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|"
)


def write_tables(heads: Heads, *, replicates: int, seed: int) -> list[str]:
    """Return the lines of the tables that docs/corrected-shares.md shows."""
    lines: list[str] = []
    for title, found in (
        ("Sentiment", _sentiment(heads, replicates, seed)),
        ("Topics", _topics(heads, replicates, seed)),
        (
            "Sentiment, corrected by the other sets of feedback",
            _elsewhere(_feedback(heads), [*SENTIMENT_SHIFTS, *TWO_SENTIMENTS], replicates, seed),
        ),
        ("Topics, corrected by two other sets", _topics_elsewhere(heads, replicates, seed)),
        ("Sentiment, 200 texts of the set labelled", _labelled(heads, replicates, seed)),
    ):
        shown = {name: rows for name, rows in found.items() if rows}
        lines += ["", title, "", _HEAD, *(write_rows(name, rows) for name, rows in shown.items())]
        lines.append(write_rows("mean", [row for rows in shown.values() for row in rows]))
    return lines


def _feedback(heads: Heads) -> dict[str, Answered]:
    return {name: texts for name, texts in heads["sentiment"].items() if name not in OTHERS}


def _sentiment_sets(heads: Heads) -> dict[str, Answered]:
    return {**heads["sentiment"], ALL: together(list(_feedback(heads).values()))}


def _sentiment(heads: Heads, replicates: int, seed: int) -> Found:
    return {
        name: simulate(texts, SENTIMENT_SHIFTS, replicates=replicates, seed=seed)
        for name, texts in _sentiment_sets(heads).items()
        if why_not_corrected(texts.confusion()) is None
    }


def _topics(heads: Heads, replicates: int, seed: int) -> Found:
    return {
        f"{topic}, {source}": simulate(texts, TOPIC_SHIFTS, replicates=replicates, seed=seed)
        for topic in TOPICS
        for source, texts in heads.get(topic, {}).items()
        if why_not_corrected(texts.confusion()) is None
    }


def _elsewhere(
    sets: dict[str, Answered],
    shifts: Sequence[Shares],
    replicates: int,
    seed: int,
    *,
    min_sets: int = MIN_SETS,
) -> Found:
    """Correct each set by the errors on all others, as a release is used on texts of its users."""
    found: Found = {}
    for name, texts in sets.items():
        others = [item for other, item in sets.items() if other != name]
        confusion = carried_over(others, min_sets=min_sets)
        if confusion is not None and why_not_corrected(confusion) is None:
            found[name] = simulate(
                texts, shifts, replicates=replicates, seed=seed, confusion=confusion
            )
    return found


def _topics_elsewhere(heads: Heads, replicates: int, seed: int) -> Found:
    """Correct topics by two other sets, for none has four: why `MIN_SETS` is what it is."""
    return {
        f"{topic}, {source}": rows
        for topic in TOPICS
        if len(heads.get(topic, {})) > 2
        for source, rows in _elsewhere(
            heads[topic], TOPIC_SHIFTS, replicates, seed, min_sets=2
        ).items()
    }


def _labelled(heads: Heads, replicates: int, seed: int) -> Found:
    return {
        name: simulate_labelled(texts, n_labelled=200, replicates=replicates, seed=seed)
        for name, texts in _sentiment_sets(heads).items()
        if len(texts.gold) >= 600
    }


@click.command()
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--predictions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--save", type=click.Path(path_type=Path), help="Keep gold and predicted labels.")
@click.option("--replicates", default=500, show_default=True, help="Of each set and shift.")
@click.option("--seed", default=0, show_default=True)
def main(
    data: Path | None, predictions: Path | None, save: Path | None, replicates: int, seed: int
) -> None:
    """Print the coverage of raw and corrected shares over class shifts."""
    if (data is None) == (predictions is None):
        raise click.UsageError("give either --data or --predictions")
    try:
        if data is not None:
            predictions = save or Path("held_back.parquet")
            pq.write_table(ask_released(data), predictions, compression="zstd")
    except CxnlpError as error:
        raise click.ClickException(str(error)) from error
    if predictions is not None:
        heads = read_predictions(predictions)
        click.echo("\n".join(write_tables(heads, replicates=replicates, seed=seed)))


if __name__ == "__main__":
    main()
