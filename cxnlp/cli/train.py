"""`cxnlp train`: make a model of one's own, from an encoder or from a released model."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxnlp.cli.score import read_mapping

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from training.trainer import Observer, Progress

_NEEDS_CHECKOUT = (
    "cxnlp train needs a checkout of cxnlp with its training packages: "
    "run pip install -e '.[train]' there."
)


@click.command("train")
@click.argument(
    "recipe", metavar="RECIPE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--data", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The recipe's sources, a folder each. May be left out with --labels and --from.",
)  # fmt: skip
@click.option(
    "--base", metavar="DIR|NAME",
    help="The encoder: a folder, or its name on the model hub. Not needed with --from a folder.",
)  # fmt: skip
@click.option(
    "--out", metavar="DIR", required=True, type=click.Path(path_type=Path),
    help="The model folder to make; a run that was broken off there goes on.",
)  # fmt: skip
@click.option(
    "--labels", multiple=True, metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Labels of your own (.csv .tsv .xlsx .jsonl .parquet); may be repeated.",
)  # fmt: skip
@click.option(
    "--map", "mapping", multiple=True, metavar="FIELD=COLUMN", callback=read_mapping,
    help="Read a field of the labels from this column, such as text=Comment; may be repeated.",
)  # fmt: skip
@click.option(
    "--from", "start", metavar="DIR|FILE", type=click.Path(path_type=Path),
    help="Start from a model folder, the name of an installed model, or trained weights.",
)  # fmt: skip
@click.option(
    "--soft-labels", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What a teacher says of the texts: the file of training.teach.",
)  # fmt: skip
@click.option("--name", help="Of the model; default: the name of the folder.")
@click.option("--revision", help="Of the model; default: made from the trained weights.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=300, show_default=True,
    help="Texts of each source that calibrate, and that measure.",
)  # fmt: skip
@click.option("--baselines", is_flag=True, help="Fit TF-IDF beside (minutes).")
@click.option("--any-data", is_flag=True, help="Take data files other than data.toml describes.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but the result and errors.")
def command(start: Path | None, quiet: bool, **options: Any) -> None:
    """Train RECIPE and write a model folder that `cxnlp score --model DIR` uses.

    The same command again resumes from the last checkpoint. Beside the model, DIR/run holds the
    recipe as it was resolved with the checksums of all that was read, and the curves of the losses
    (curves.svg, curves.csv). What a label file holds: docs/labels.md.
    """
    try:
        from training.build import BuildOptions, build_model
    except ImportError as error:
        raise click.ClickException(_NEEDS_CHECKOUT) from error
    from cxnlp.model.folder import read_config

    if start is not None and not start.exists():
        from cxnlp.model.locate import locate_model

        start = locate_model(str(start))
    build = BuildOptions(start=start, **options)
    with _progress(quiet=quiet) as (note, observer):
        folder = build_model(build, note=note, observer=observer)
    click.echo(f"{folder}: {read_config(folder).label}")


class _TrainingBar:
    """Shows the share of a run that is done, its step, loss, and the time left."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._task = bar.add_task("Training", total=1.0, said="", visible=False)
        self._loss: float | None = None

    def note(self, line: str) -> None:
        """Print a line above the bar."""
        self._bar.console.print(line, highlight=False, markup=False, soft_wrap=True)

    def observe(self, progress: Progress, loss: float) -> None:
        """Show a step; the loss is a running mean, for batches differ much."""
        self._loss = loss if self._loss is None else 0.95 * self._loss + 0.05 * loss
        said = f"step {progress.step:,}, loss {self._loss:.3f}"
        self._bar.update(self._task, completed=progress.spent, said=said, visible=True)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[tuple[Any, Observer | None]]:
    """Yield where to note lines and whom to tell of steps; a bar only on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield (lambda line: None if quiet else click.echo(line, err=True)), None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[said]}"), TimeRemainingColumn(compact=True),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        shown = _TrainingBar(bar)
        yield shown.note, shown.observe
