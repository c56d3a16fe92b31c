"""Open the console that tables are printed to, the same for every command."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

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
