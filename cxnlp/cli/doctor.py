"""`cxnlp doctor`: what a file looks like before anything is scored."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from cxnlp.cli.progress import show_progress
from cxnlp.cli.score import read_mapping


@click.command()
@click.argument(
    "inputs", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--map", "mapping", multiple=True, metavar="FIELD=COLUMN", callback=read_mapping,
    help="Read a field from this input column, as in cxnlp score; may be repeated.",
)  # fmt: skip
@click.option(
    "--format", "format_name", default="auto", metavar="NAME",
    help="Of the inputs, as in cxnlp score; auto recognises known exports.",
)  # fmt: skip
@click.option(
    "--journey", "journey_path", metavar="FILE", type=click.Path(path_type=Path),
    help="Stages, touchpoints and scores; default: journey.toml beside the input.",
)  # fmt: skip
@click.option("--sheet", metavar="NAME", help="Of a workbook; default: the first with data.")
@click.option("--model", metavar="NAME|FOLDER", help="The model whose time is taken.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
def command(
    inputs: tuple[Path, ...],
    mapping: dict[str, str],
    format_name: str,
    journey_path: Path | None,
    sheet: str | None,
    model: str | None,
    as_json: bool,
) -> None:
    """Say what FILEs look like and what scoring them will do, without scoring them.

    Rows, columns and scales as they would be read, dates, languages, repetitions, rejects with
    their reasons and first rows, and how long scoring will take on this machine. No text of a
    customer is printed.
    """
    from cxnlp.declarations import JourneyFile
    from cxnlp.doctor.examine import examine
    from cxnlp.doctor.to_text import describe
    from cxnlp.journey.journey_file import find_journey_file, read_journey_file
    from cxnlp.model.classifier import Classifier

    path = journey_path or find_journey_file(inputs)
    with show_progress(quiet=False) as progress:
        found = examine(
            inputs,
            load=lambda: Classifier.load(model),
            mapping=mapping,
            journey=JourneyFile() if path is None else read_journey_file(path),
            format_name=format_name,
            sheet=sheet,
            progress=progress.update,
        )
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, allow_nan=False, indent=2))
        return
    for line in found.notes:
        click.echo(line, err=True)
    if path is not None:
        click.echo(f"Journey   {path}")
    for line in describe(found):
        click.echo(line)
