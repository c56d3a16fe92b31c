"""The list of what could not be read, kept beside the output.

`OUT.rejects.csv` has the columns file, row, field, reason. `row` counts the data rows of the file
from 1, the header not counted; for JSON lines it is the line, for a workbook the row as a
spreadsheet numbers it. `field` is the input column, empty where the whole row is meant. No value of
the input stands in it.
"""

from __future__ import annotations

import contextlib
import csv
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any

from cxnlp.atomic_file import write_beside, writing
from cxnlp.spreadsheet import spreadsheet_safe

_HEADER = ["file", "row", "field", "reason"]


class RejectLog:
    """Counts rejects by reason and writes them to a file that appears only if there are any.

    A context manager: the file is put in place on success and dropped on an exception. Without a
    path rejects are counted only.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.counts: Counter[str] = Counter()
        self._stack = contextlib.ExitStack()
        self._writer: Any = None

    @classmethod
    def beside(cls, output: Path) -> RejectLog:
        """Return the log of an output: OUT.rejects.csv beside OUT.parquet."""
        return cls(Path(output).with_suffix(".rejects.csv"))

    @property
    def total(self) -> int:
        """Return the number of rejects so far."""
        return self.counts.total()

    def add(self, file: str, row: int, field: str, reason: str) -> None:
        """Count one reject and write its line."""
        self.counts[reason] += 1
        if self.path is None:
            return
        with writing(self.path):
            name = " ".join(field.split())  # a column's name may be broken into lines
            self._write([spreadsheet_safe(file), row, spreadsheet_safe(name), reason])

    def _write(self, line: list[object]) -> None:
        if self._writer is None and self.path is not None:
            beside = self._stack.enter_context(write_beside(self.path))
            stream = self._stack.enter_context(beside.open("w", encoding="utf-8", newline=""))
            self._writer = csv.writer(stream, lineterminator="\n")
            self._writer.writerow(_HEADER)
        self._writer.writerow(line)

    def __enter__(self) -> RejectLog:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None and self._writer is None:
            self._remove_stale()
        self._stack.__exit__(kind, error, trace)

    def _remove_stale(self) -> None:
        """Remove the rejects of an earlier run, which would be read as this one's."""
        if self.path is None or not self.path.is_file():
            return
        with contextlib.suppress(OSError, UnicodeDecodeError):
            with self.path.open(encoding="utf-8") as stream:
                is_ours = stream.readline().strip() == ",".join(_HEADER)
            if is_ours:
                self.path.unlink()
