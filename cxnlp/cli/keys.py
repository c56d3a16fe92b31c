"""`cxnlp keys`: who may ask the service."""

from __future__ import annotations

from pathlib import Path

import click

from cxnlp.cli.service_package import service_module

_file = click.option(
    "--file",
    "path",
    required=True,
    envvar="CXNLP_API_KEYS_FILE",
    show_envvar=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file of keys; only hashes are in it.",
)


@click.group()
def command() -> None:
    """Add, list and remove API keys of the service."""


@command.command("add")
@click.argument("name")
@_file
@click.option("--rate", type=float, help="Requests a second at most; no limit unless given.")
def add_command(name: str, path: Path, rate: float | None) -> None:
    """Make a key, and print it: it is shown this once, for only its hash is kept."""
    click.echo(service_module("keys").add_key(path, name, rate=rate))


@command.command("list")
@_file
def list_command(path: Path) -> None:
    """List names and rates."""
    for key in service_module("keys").read_key_file(path):
        rate = "no limit" if key.rate is None else f"{key.rate:g}/s"
        click.echo(f"{key.name}\t{rate}")


@command.command("remove")
@click.argument("name")
@_file
def remove_command(name: str, path: Path) -> None:
    """Remove a key; a running service refuses it within a second."""
    service_module("keys").remove_key(path, name)
