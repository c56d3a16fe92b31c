"""`cxnlp sample`: texts of a scored file to label by hand."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("sample")
@click.argument("scored", type=click.Path(path_type=Path), metavar="OUT.parquet")
@click.option("-n", "n", type=click.IntRange(1), default=200, show_default=True, help="Texts.")
@click.option(
    "-o",
    "--output",
    metavar="SAMPLE.csv",
    type=click.Path(path_type=Path),
    help="Where to write; beside the input, ending in .sample.csv, unless given.",
)
@click.option("--seed", default=0, show_default=True, help="Another seed draws other texts.")
def command(scored: Path, n: int, output: Path | None, seed: int) -> None:
    """Draw texts to label by hand, stratified by score, as CSV.

    Fill in `sentiment` (negative, neutral or positive) and `topics` (names joined by `;`, or
    `none`), leave the other columns as they are, and correct the shares by your labels:
    `cxnlp insights OUT.parquet --labels SAMPLE.csv`.
    """
    from cxnlp.insights.data import InsightData
    from cxnlp.insights.labelled_sample import draw_sample, write_sample
    from cxnlp.labels import SENTIMENTS, TOPICS

    path = output or scored.with_suffix(".sample.csv")
    rows = draw_sample(InsightData.open(scored, seed=seed), n=n, seed=seed)
    write_sample(rows, path)
    click.echo(str(path))
    click.echo(f"{len(rows):,} texts to label.", err=True)
    click.echo(f"sentiment: {', '.join(SENTIMENTS)}", err=True)
    click.echo(f"topics, joined by ;, or none: {', '.join(TOPICS)}", err=True)
