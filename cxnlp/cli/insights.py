"""`cxnlp insights`: what the numbers of a scored file mean, each with a verdict."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cxnlp.cli.console import print_json, write_utf8
from cxnlp.insights.choices import check_choices
from cxnlp.insights.collect import Collected, collect
from cxnlp.insights.data import InsightData
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.to_json import insights_to_json
from cxnlp.insights.to_markdown import insights_to_markdown
from cxnlp.journey.journey_file import PERIODS


@click.command("insights")
@click.argument("scored", type=click.Path(path_type=Path), metavar="OUT.parquet")
@click.option(
    "--compare",
    metavar="WHAT",
    help="period, the name of a column with two groups, or COLUMN=A,B. Default: period.",
)
@click.option("--by", metavar="COLUMN", help="A column or segment whose groups are looked at.")
@click.option("--period", type=click.Choice(PERIODS), help="Default: that of the journey file.")
@click.option(
    "--labels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The labelled sample of `cxnlp sample`; corrects the shares.",
)
@click.option("--seed", default=0, show_default=True, help="Of samples and resamples.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("table", "md", "json")),
    default="table",
    show_default=True,
    help="How to print.",
)
@click.option(
    "--show-personal-data",
    "uncovered",
    is_flag=True,
    help="Leave e-mail, phone, card, IBAN and IP in the comments that are shown.",
)
def command(
    scored: Path, form: str, period: str | None, uncovered: bool, **choices: object
) -> None:
    """Print what changed, what drives the scores, what hurts, and how sure that is.

    Every comparison has a verdict: real, within noise, or not enough data; they are corrected for
    how many were made (Benjamini and Hochberg).
    """
    options = InsightOptions(**choices)  # type: ignore[arg-type]
    data = InsightData.open(scored, period=period, seed=options.seed, covered=not uncovered)
    check_choices(data, options)
    collected = collect(data, options)
    if form == "json":
        print_json(insights_to_json(collected))
    elif form == "md":
        rows = [row for finding in collected.three for row in finding.evidence]
        quotes = {verbatim.row: verbatim for verbatim in data.texts(rows)}
        title = data.journey.title or scored.stem
        write_utf8()
        click.echo(insights_to_markdown(collected, title=title, quotes=quotes), nl=False)
    else:
        _print(collected, data)


def _print(collected: Collected, data: InsightData) -> None:
    from cxnlp.cli.insights_table import print_insights

    rows = [row for finding in collected.three for row in finding.evidence]
    print_insights(collected, data.texts(rows), sys.stdout)
