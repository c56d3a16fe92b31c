"""Print the tables that measuring lays out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol, TextIO

from cxnlp.cli.console import open_console


class Laid(Protocol):
    """A table of words and figures, as the training packages lay it out."""

    @property
    def title(self) -> str:
        """What stands above it."""
        ...

    @property
    def header(self) -> Sequence[str]:
        """The names of its columns."""
        ...

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        """Its cells, line by line."""
        ...

    @property
    def n_names(self) -> int:
        """How many columns of words there are, before those of figures."""
        ...


def print_tables(tables: Iterable[Laid], file: TextIO, *, piped_width: int) -> None:
    """Print tables one below the other; `piped_width` is that of a page without a terminal."""
    from rich import box
    from rich.table import Table

    console = open_console(file, piped_width=piped_width)
    for item in tables:
        shown = Table(title=item.title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
        for number, column in enumerate(item.header):
            justify: Literal["left", "right"] = "left" if number < item.n_names else "right"
            # Where a terminal is too narrow, a name goes on below: cut, it would be of no use.
            shown.add_column(column, justify=justify, overflow="fold")
        for row in item.rows:
            shown.add_row(*row)
        console.print(shown)
