"""A progress bar on stderr, when it is a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class ScoringProgress:
    """Shows rows scored, the rate and the time left; silent without a terminal."""

    def __init__(self, bar: Progress | None) -> None:
        self._bar = bar
        self._task: TaskID | None = None
        self._started = time.monotonic()

    def update(self, rows: int, share: float) -> None:
        """Tell how many rows are scored and what share of the input is read."""
        if self._bar is None:
            return
        if self._task is None:
            self._task = self._bar.add_task("Scoring", total=1.0, rate="")
        elapsed = max(time.monotonic() - self._started, 1e-6)
        self._bar.update(
            self._task, completed=share, rate=f"{rows:,} rows, {rows / elapsed:,.0f}/s"
        )

    def note(self, line: str) -> None:
        """Print a line above the bar."""
        if self._bar is None:
            click.echo(line, err=True)
        else:
            self._bar.console.print(line, highlight=False, markup=False, soft_wrap=True)


@contextmanager
def show_progress(*, quiet: bool) -> Iterator[ScoringProgress]:
    """Yield a progress bar that is gone when the block ends."""
    if quiet or not sys.stderr.isatty():
        yield ScoringProgress(None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[rate]}"), TimeRemainingColumn(compact=True),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield ScoringProgress(bar)
