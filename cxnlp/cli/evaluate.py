"""`cxnlp evaluate`: how well a model does on labelled texts, beside what it has to beat."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from cxnlp.cli.laid_tables import print_tables
from cxnlp.cli.score import read_mapping

_JSON, _PAGE = "evaluation.json", "evaluation.md"
_PIPED_WIDTH = 300  # wide enough for every name and interval on one line
_NEEDS_CHECKOUT = (
    "cxnlp evaluate needs a checkout of cxnlp with its training packages: "
    "run pip install -e '.[train]' there."
)


@click.command("evaluate")
@click.argument("model", required=False, metavar="[NAME|FOLDER]")
@click.option(
    "--data",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="A folder a data set, each with data.parquet or one other table; or one such folder; "
    "or a file (.parquet, .csv, .tsv, .jsonl).",
)
@click.option("--only", multiple=True, metavar="SOURCE", help="This data set; may be repeated.")
@click.option(
    "--map", "mapping", multiple=True, metavar="FIELD=COLUMN", callback=read_mapping,
    help="Read a field from this column, such as text=Comment; may be repeated.",
)  # fmt: skip
@click.option("--split", type=click.Choice(("test", "val")), default="test", show_default=True)
@click.option("--against", metavar="NAME|FOLDER", help="Another model to measure beside.")
@click.option("--baselines/--no-baselines", default=True, help="Fit TF-IDF beside (minutes).")
@click.option(
    "--baseline-data", metavar="DIR", type=click.Path(path_type=Path),
    help="Where the recipe's training texts are, if not in --data.",
)  # fmt: skip
@click.option(
    "--recipe", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Whose training texts TF-IDF is fitted on; default: that of cx-mini-en.",
)  # fmt: skip
@click.option(
    "--cache", metavar="FOLDER", type=click.Path(path_type=Path),
    help="Keep the fitted TF-IDF here for the next time.",
)  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(min=0), default=3000, show_default=True,
    help="Texts of each data set at most; 0 for all.",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option(
    "-o", "--output", metavar="OUT", type=click.Path(path_type=Path), default=Path("evaluation"),
    show_default=True, help="Folder for evaluation.json and evaluation.md.",
)  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but the results and errors.")
def command(output: Path, recipe: Path | None, quiet: bool, **options: Any) -> None:
    """Measure a model on labelled texts, beside TF-IDF, VADER and another model.

    A folder of DIR that cxnlp knows is read as it was for training. Of any other, and of a file,
    these columns are read: text, question, sentiment (negative, neutral, positive), satisfaction
    or rating (1-5), emotions, topics, polarities (one a topic), split, language. In a CSV, lists
    are joined by semicolons, and "none" says that there is no topic or emotion.
    """
    try:
        from training.evaluation.files import write_json, write_text
        from training.evaluation.page import describe, to_markdown
        from training.evaluation.run import RECIPE, EvaluationOptions, evaluate_model
        from training.evaluation.tables import lay_out
        from training.evaluation.test_sets import UnknownSourceError
    except ImportError as error:
        raise click.ClickException(_NEEDS_CHECKOUT) from error

    def note(line: str) -> None:
        if not quiet:
            click.echo(line, err=True)

    chosen = EvaluationOptions(recipe=recipe or RECIPE, **options)
    with _folder(output):  # before the minutes that measuring takes
        try:
            evaluation = evaluate_model(chosen, note=note)
        except UnknownSourceError as error:
            raise click.BadParameter(str(error), param_hint="--only") from error
        write_json(output / _JSON, evaluation)
        write_text(output / _PAGE, to_markdown(evaluation))
    click.echo(f"{evaluation['model']}: {describe(evaluation)}")
    brief = (item for item in lay_out(evaluation) if item.brief)
    print_tables(brief, sys.stdout, piped_width=_PIPED_WIDTH)
    if evaluation["notes"]:
        click.echo("Notes")
    for line in evaluation["notes"]:
        click.echo(f"- {line}")
    note(f"{output}: {_JSON}, and {_PAGE} with every label and bin.")


@contextlib.contextmanager
def _folder(output: Path) -> Iterator[None]:
    """Make the folder of the results; where none come, one that was not there goes again."""
    from cxnlp.errors import OutputError

    new = not output.exists()
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{output}: no folder can be made here: {error.strerror}.") from error
    if not os.access(output, os.W_OK):
        raise OutputError(f"{output}: cannot be written to. Name another folder with -o.")
    for name in (_JSON, _PAGE):
        if (output / name).is_dir():
            raise OutputError(f"{output / name}: is a folder. Name another place with -o.")
    try:
        yield
    finally:
        if new:
            with contextlib.suppress(OSError):  # it is not empty: there are results
                output.rmdir()
