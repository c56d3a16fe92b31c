"""`cxnlp models`: what models there are, what they are, and whether they are unaltered."""

from __future__ import annotations

import json
from typing import Any

import click

from cxnlp.model.folder import list_models, locate_model, read_config, verify_model


@click.group()
def command() -> None:
    """List, show and verify model folders."""


@command.command("list")
def list_command() -> None:
    """List the models that came with this installation."""
    for folder in list_models():
        click.echo(f"{read_config(folder).label}\t{folder}")


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
    for head, sets in metrics["test"].items():
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
