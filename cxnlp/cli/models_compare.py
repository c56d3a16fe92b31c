"""`cxnlp models compare`: two models on the same labelled texts."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cxnlp.cli.laid_tables import print_tables
from cxnlp.errors import OutputError

if TYPE_CHECKING:
    from training.evaluation.compare import Comparison

NEEDS_CHECKOUT = (
    "Comparing models needs a checkout of cxnlp with its training packages: "
    "run pip install -e '.[train]' there."
)
_PIPED_WIDTH = 200


@click.command("compare")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option(
    "--on", "data", required=True, metavar="DATA", type=click.Path(path_type=Path),
    help="Labelled texts, as `cxnlp evaluate --data` takes them: a folder, or a file.",
)  # fmt: skip
@click.option("--only", multiple=True, metavar="SOURCE", help="This data set; may be repeated.")
@click.option("--split", type=click.Choice(("test", "val")), default="test", show_default=True)
@click.option(
    "--limit", type=click.IntRange(min=0), default=3000, show_default=True,
    help="Texts of each data set at most; 0 for all.",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option(
    "--texts", "n_differing", type=click.IntRange(min=0), default=5, show_default=True,
    help="Of each head, how many texts are shown on which the two differ most.",
)  # fmt: skip
@click.option(
    "-o", "--output", metavar="OUT", type=click.Path(path_type=Path),
    help="Write the whole comparison here too: .json or .md.",
)  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but the results and errors.")
def compare_command(
    a: str,
    b: str,
    data: Path,
    only: tuple[str, ...],
    split: str,
    limit: int,
    seed: int,
    n_differing: int,
    output: Path | None,
    quiet: bool,
) -> None:
    """Measure models A and B on the same texts, and say where B is better for sure.

    A and B are folders, names, or CURRENT. Differences have paired bootstrap intervals; verdicts
    are corrected for how many were made. The result is kept in the history, where `cxnlp models
    promote` looks for it.
    """
    if output is not None and output.suffix.lower() not in (".json", ".md"):
        raise click.BadParameter("ends in neither .json nor .md.", param_hint="-o")
    found = run_comparison(
        None if a.upper() == "CURRENT" else a,
        None if b.upper() == "CURRENT" else b,
        data, only=only, split=split, limit=limit, seed=seed, n_differing=n_differing, quiet=quiet,
    )  # fmt: skip
    print_comparison(found)
    if output is not None:
        _write(found, output)


def run_comparison(
    a: str | Path | None,
    b: str | Path | None,
    data: Path,
    *,
    only: Sequence[str] = (),
    split: str = "test",
    limit: int = 3000,
    seed: int = 0,
    n_differing: int = 5,
    quiet: bool = False,
) -> Comparison:
    """Compare two models and keep the result in the history; None is the current model."""
    try:
        from training.evaluation.compare import compare_models
    except ImportError as error:
        raise click.ClickException(NEEDS_CHECKOUT) from error
    from cxnlp.model.history import Entry
    from cxnlp.model.locate import locate_model
    from cxnlp.model.store import ModelStore, identify

    def note(line: str) -> None:
        if not quiet:
            click.echo(line, err=True)

    folders = locate_model(a), locate_model(b)
    found = compare_models(
        *folders, data, only=only, split=split, limit=limit, seed=seed,
        n_differing=n_differing, note=note,
    )  # fmt: skip
    results = tuple(
        {
            "source": c.source,
            "head": c.head,
            "measure": c.paired.measure,
            "n": c.paired.n,
            "a": round(c.paired.a, 4),
            "b": round(c.paired.b, 4),
            "low": round(c.paired.low, 4),
            "high": round(c.paired.high, 4),
            "verdict": c.verdict,
        }
        for c in found.heads
    )
    history = ModelStore().history
    try:
        with history.locked():
            history.add(
                Entry(
                    action="compare",
                    model=identify(folders[1]),
                    other=identify(folders[0]),
                    on=str(data),
                    results=results,
                )
            )
    except OutputError as error:
        note(f"Not kept in the history: {error}")
    return found


def print_comparison(found: Comparison) -> None:
    """Print the sentence, the table of heads, the labels that differ, and the texts."""
    from training.evaluation.compare_page import differing_lines, head_table, summary, told_labels

    click.echo(summary(found))
    tables = (item for item in (head_table(found), told_labels(found)) if item.rows)
    print_tables(tables, sys.stdout, piped_width=_PIPED_WIDTH)
    for line in differing_lines(found):
        click.echo(line)
    for line in found.notes:
        click.echo(f"- {line}")


def _write(found: Comparison, output: Path) -> None:
    from training.evaluation.compare_page import to_markdown
    from training.evaluation.files import write_json, write_text

    if output.suffix.lower() == ".json":
        write_json(output, found.to_json())
    else:
        write_text(output, to_markdown(found))
    click.echo(f"{output}: every label, and the texts on which the two differ most.", err=True)
