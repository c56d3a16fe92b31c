"""`cxnlp journey`: the metrics of a scored file in the terminal, as JSON or as CSV."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cxnlp.cli.console import print_json, write_utf8
from cxnlp.cli.journey_table import print_summary
from cxnlp.journey.journey_file import PERIODS
from cxnlp.journey.summarise import summarise
from cxnlp.journey.to_csv import write_summary_csv
from cxnlp.journey.to_json import summary_to_json


@click.command("journey")
@click.argument("scored", type=click.Path(path_type=Path), metavar="OUT.parquet")
@click.option("--by", metavar="COLUMN", help="Split by channel, language, a segment or a column.")
@click.option("--period", type=click.Choice(PERIODS), help="Default: that of the journey file.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("table", "json", "csv")),
    default="table",
    show_default=True,
    help="How to print.",
)
def command(scored: Path, by: str | None, period: str | None, form: str) -> None:
    """Print journey metrics of a scored file.

    Every number stands with its 95% interval; below 5 answers or comments it is not shown.
    """
    if form == "json":
        _print_as_json(scored, period=period, by=by)
        return
    summary = summarise(scored, period=period, by=by)
    if form != "table":
        write_utf8()
    if form == "csv":
        write_summary_csv(summary, sys.stdout)
    else:
        print_summary(summary, sys.stdout)


def _print_as_json(scored: Path, *, period: str | None, by: str | None) -> None:
    """Print the numbers and what they mean; only this form computes the insights."""
    from cxnlp.insights.collect import collect
    from cxnlp.insights.data import InsightData
    from cxnlp.insights.options import InsightOptions
    from cxnlp.insights.to_json import insights_to_json

    data = InsightData.open(scored, period=period)
    summary = data.summary if by is None else data.by(by)
    print_json(summary_to_json(summary) | insights_to_json(collect(data, InsightOptions(by=by))))
