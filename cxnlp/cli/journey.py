"""`cxnlp journey`: the metrics of a scored file in the terminal, as JSON or as CSV."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import click

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
    summary = summarise(scored, period=period, by=by)
    if form != "table" and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # whatever the terminal's, as JSON must be
    if form == "json":
        click.echo(
            json.dumps(summary_to_json(summary), allow_nan=False, ensure_ascii=False, indent=2)
        )
    elif form == "csv":
        write_summary_csv(summary, sys.stdout)
    else:
        print_summary(summary, sys.stdout)
