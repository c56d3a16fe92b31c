"""`cxnlp models`: what models there are, how they compare, and which one is current."""

from __future__ import annotations

import json
from typing import Any

import click

from cxnlp.cli.models_compare import compare_command
from cxnlp.cli.models_promote import history_command, promote_command, rollback_command
from cxnlp.model.folder import read_config, verify_model
from cxnlp.model.locate import known_models, locate_model


@click.group()
def command() -> None:
    """List, show, verify and compare models, and choose the current one."""


command.add_command(compare_command)
command.add_command(promote_command)
command.add_command(rollback_command)
command.add_command(history_command)


@command.command("list")
def list_command() -> None:
    """List the models that came with cxnlp and those that were promoted; * is current."""
    current = locate_model(None)
    for folder in known_models():
        mark = "*" if folder == current else " "
        click.echo(f"{mark} {read_config(folder).label}\t{folder}")


@command.command("show")
@click.argument("model", required=False, metavar="[NAME|FOLDER]")
def show_command(model: str | None) -> None:
    """Show what a model is and how well it does."""
    folder = locate_model(model)
    config = read_config(folder)
    click.echo(f"{config.label}  ({', '.join(config.languages)})  {folder}")
    click.echo(f"Encoder: {config.encoder.n_layers} layers of {config.encoder.width}.")
    path = folder / "metrics.json"
    if path.is_file():
        _show_metrics(json.loads(path.read_text(encoding="utf-8")))
    click.echo(f"The whole card: {folder / 'README.md'}")


def _show_metrics(metrics: dict[str, Any]) -> None:
    """Print ours beside the baselines, a line a data set."""
    for head, sets in metrics.get("test", {}).items():
        measure = "spearman" if head == "satisfaction" else "macro_f1"
        click.echo(f"\n{head}, {measure.replace('_', ' ')} on test texts")
        for source, systems in sets.items():
            figures = "  ".join(f"{name} {m[measure]:.3f}" for name, m in systems.items())
            click.echo(f"  {source:<32} {figures}")


@command.command("verify")
@click.argument("model", required=False, metavar="[NAME|FOLDER]")
def verify_command(model: str | None) -> None:
    """Compare every file of a model folder with its checksum."""
    folder = locate_model(model)
    names = verify_model(folder)
    config = read_config(folder)
    click.echo(f"{config.label}: {len(names)} files are as released.")
