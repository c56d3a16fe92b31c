"""`cxnlp report`: an offline HTML report of a scored file."""

from __future__ import annotations

from pathlib import Path

import click

from cxnlp.journey.journey_file import PERIODS


@click.command()
@click.argument("scored", metavar="OUT.parquet", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="REPORT.html",
    type=click.Path(path_type=Path),
    help="Where to write; beside the input, ending in .html, unless given.",
)
@click.option("--by", metavar="COLUMN", help="Break the journey down by a column or segment too.")
@click.option("--period", type=click.Choice(PERIODS), help="Default: what the journey file says.")
@click.option("--compare", metavar="COLUMN=A,B", help="Two groups; else the last two periods.")
@click.option(
    "--labels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The labelled sample of `cxnlp sample`; corrects the shares.",
)
@click.option(
    "--show-personal-data",
    "uncovered",
    is_flag=True,
    help="Leave e-mail, phone, card, IBAN and IP in the comments that are shown.",
)
def command(
    scored: Path,
    output: Path | None,
    by: str | None,
    period: str | None,
    compare: str | None,
    labels: Path | None,
    uncovered: bool,
) -> None:
    """Write one HTML file about a scored file; it opens without a network."""
    from cxnlp.report.build import write_report

    facts = write_report(
        scored,
        output or scored.with_suffix(".html"),
        by=by,
        period=period,
        compare=compare,
        labels=labels,
        covered=not uncovered,
    )
    click.echo(str(facts.output))
    for sentence in facts.headlines:
        click.echo(sentence)
