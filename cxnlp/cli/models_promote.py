"""`cxnlp models promote`, `rollback` and `history`: which model is current."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from cxnlp.model.history import Entry


@click.command("promote")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--on", "data", metavar="DATA", type=click.Path(path_type=Path),
    help="Compare with the current model on these labelled texts first.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Whatever a comparison says; needs --why.")
@click.option("--why", metavar="REASON", help="Kept in the history, with --force.")
def promote_command(folder: Path, data: Path | None, force: bool, why: str | None) -> None:
    """Make the model in DIR the current one, at once and whole.

    It is refused where it is significantly worse than the current one on the guard sets of its
    recipe, or on any data set where it names none; also where the two were not compared. DIR is
    copied: it can go afterwards.
    """
    from cxnlp.model.folder import verify_model
    from cxnlp.model.store import ModelStore

    if force != bool(why and why.strip()):
        raise click.UsageError("--force and --why REASON belong together.")
    verify_model(folder)
    if data is not None and not force:
        from cxnlp.cli.models_compare import print_comparison, run_comparison

        print_comparison(run_comparison(None, folder, data))
    entry = ModelStore().promote(folder, guards=_guards(folder), why=why)
    click.echo(f"{entry.model.label} is the current model; it was {entry.other.label}.")


def _guards(folder: Path) -> tuple[str, ...]:
    """Return the data sets that the recipe of a model names as its guards."""
    try:
        metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
        return tuple(str(name) for name in metrics.get("guards", ()))
    except (OSError, ValueError, AttributeError, TypeError):
        return ()


@click.command("rollback")
def rollback_command() -> None:
    """Make the model current again that was so before."""
    from cxnlp.model.store import ModelStore

    entry = ModelStore().rollback()
    click.echo(f"{entry.model.label} is the current model again; it was {entry.other.label}.")


@click.command("history")
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line, with every figure.")
def history_command(as_json: bool) -> None:
    """Tell who was current when, and who beat whom on what."""
    from cxnlp.model.store import ModelStore

    history = ModelStore().history
    if as_json:
        if history.path.is_file():
            click.echo(history.path.read_text(encoding="utf-8"), nl=False)
        return
    for entry in history.entries():
        click.echo(f"{entry.at[:19].replace('T', ' ')}  {_describe(entry)}")


def _describe(entry: Entry) -> str:
    if entry.action == "promote":
        why = f", by force: {entry.why}" if entry.why else ""
        return f"{entry.model.label} promoted over {entry.other.label}{why}"
    if entry.action == "rollback":
        return f"back to {entry.model.label} from {entry.other.label}"
    n = Counter(result["verdict"] for result in entry.results)
    return (
        f"{entry.model.label} compared with {entry.other.label} on {entry.on}: better in "
        f"{n['better']}, worse in {n['worse']} of {len(entry.results)} measures"
    )
