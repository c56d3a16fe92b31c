"""`cxnlp report`: the report of a scored file, as an offline page, Markdown or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cxnlp.cli.console import write_utf8
from cxnlp.journey.journey_file import PERIODS

if TYPE_CHECKING:
    from cxnlp.report.build import Form

FORMS: tuple[Form, ...] = ("html", "md", "json")
_BY_SUFFIX: dict[str, Form] = {".md": "md", ".markdown": "md", ".json": "json"}
PRINTED = Path("-")


@click.command()
@click.argument("scored", metavar="OUT.parquet", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="REPORT",
    type=click.Path(path_type=Path),
    help="Where to write, or - to print; beside the input unless given.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    help="A page that opens offline, Markdown, or JSON for programs. Default: by the ending of -o, "
    "html where it says nothing.",
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
    form: Form | None,
    by: str | None,
    period: str | None,
    compare: str | None,
    labels: Path | None,
    uncovered: bool,
) -> None:
    """Write the report of a scored file; as a page it opens without a network."""
    from cxnlp.report.build import render_report, write_report

    chosen = form or _BY_SUFFIX.get("" if output is None else output.suffix.lower(), "html")
    if output == PRINTED:
        rendered = render_report(
            scored, form=chosen, by=by, period=period, compare=compare, labels=labels,
            covered=not uncovered,
        )  # fmt: skip
        _print(rendered.text)
        return
    facts = write_report(
        scored, output or scored.with_suffix(f".{chosen}"), form=chosen, by=by, period=period,
        compare=compare, labels=labels, covered=not uncovered,
    )  # fmt: skip
    click.echo(str(facts.output))
    for sentence in facts.headlines:
        click.echo(sentence)


def _print(text: str) -> None:
    write_utf8()
    click.echo(text, nl=False)
