"""What commands print to: consoles for tables, and UTF-8 for programs."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from rich.console import Console


def open_console(file: TextIO, *, piped_width: int) -> Console:
    """Return a console; without colour or control codes where the file is not a terminal."""
    from rich.console import Console

    terminal = file.isatty()
    return Console(
        file=file,
        force_terminal=terminal,
        width=None if terminal else piped_width,
        highlight=False,
        emoji=False,
        markup=False,
    )


def write_utf8() -> None:
    """Write UTF-8 whatever the terminal's encoding: what programs read must be it."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


def print_json(found: Any) -> None:
    """Print JSON in UTF-8; a number that JSON has none for is a fault."""
    write_utf8()
    click.echo(json.dumps(found, allow_nan=False, ensure_ascii=False, indent=2))
