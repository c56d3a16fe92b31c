"""Reads CSV and TSV: any usual encoding and delimiter, and rows that quotes have broken."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa

from cxnlp.errors import InputError
from cxnlp.importers.decoding import Encoding, find_encoding
from cxnlp.importers.delimited_header import (
    DELIMITERS,
    MAX_FIELD_CHARACTERS,
    MAX_LINE_CHARACTERS,
    SNIFFED_ROWS,
    find_delimiter,
    n_titles,
)
from cxnlp.importers.fields import column_list
from cxnlp.importers.table import (
    CHUNK_CHARACTERS,
    Chunk,
    Note,
    Reject,
    check_header,
    distinct_names,
    ignore_reject,
    strings,
)

SUFFIXES = (".csv", ".tsv", ".tab")


def open_table(path: Path, note: Note) -> DelimitedTable:
    """Open a CSV or TSV file."""
    encoding = find_encoding(path)
    notes = [encoding.note] if encoding.note else []
    skip_first = False
    if path.suffix.lower() in (".tsv", ".tab"):
        delimiter = "\t"
    else:
        delimiter, skip_first = find_delimiter(path, encoding)
        if delimiter != ",":
            name = DELIMITERS.get(delimiter, repr(delimiter))
            notes.append(f"fields are separated by {name}")
    table = DelimitedTable(path, encoding=encoding, delimiter=delimiter, skip_first=skip_first)
    if table.n_above:
        rows = "row" if table.n_above == 1 else f"{table.n_above} rows"
        are = "is" if table.n_above == 1 else "are"
        notes.append(f"the {rows} above the header {are} left out")
    if notes:
        note(f"{path.name}: {'; '.join(notes)}.")
    if table.renamed:
        note(f"{path.name}: columns of one name are read as {column_list(table.renamed)} too.")
    return table


class DelimitedTable:
    """A CSV or TSV file; every column holds strings, an empty cell is null."""

    def __init__(self, path: Path, *, encoding: Encoding, delimiter: str, skip_first: bool) -> None:
        self.path = path
        self.bytes_total = path.stat().st_size
        self.bytes_read = 0
        self._encoding = encoding
        self._delimiter = delimiter
        self._skip_first = skip_first
        with self._open() as stream:
            found = self._rows(_Lines(stream))
            rows = [row for _, row, problem in islice(found, SNIFFED_ROWS + 1) if not problem]
        self.n_above = n_titles(rows)
        header, following = (rows or [[]])[self.n_above], rows[self.n_above + 1 :]
        if not header:
            raise InputError(f"{path}: has no header row.")
        check_header(path, header)
        names = distinct_names([name.strip() for name in header])
        self.schema = pa.schema([(name, pa.string()) for name in names])
        self.renamed = [n for n, name in zip(names, header, strict=True) if n != name.strip() != ""]
        # One column needs no quotes: what looks like a delimiter in some of its lines is the text's
        # own. Where every line has as many, the first is rather a title above the header.
        widths = {len(row) for row in following if row != [""]}
        self._is_plain_text = len(header) == 1 and 1 in widths and len(widths) > 1
        if not any(True for _ in self.chunks(1, ignore_reject)):
            raise InputError(
                f"{path}: has a header but no row that fits it. "
                "Check that it holds feedback and how its fields are separated."
            )

    def chunks(self, rows: int, reject: Reject) -> Iterator[Chunk]:
        """Yield the rows in order; those that do not fit the header are rejected."""
        width = len(self.schema)
        numbers: list[int] = []
        cells: list[list[str]] = []
        with self._open() as stream:
            lines = _Lines(stream)
            found = self._rows(lines)
            for number, row, problem in found:
                number -= self.n_above
                if number < 1:
                    continue  # the header, and titles above it
                if self._is_plain_text and not problem:
                    row = [self._delimiter.join(row)]
                if not problem and len(row) != width:
                    problem = _width_problem(row, width)
                    row = row[:width]
                if problem:
                    reject(number, "", problem)
                    continue
                numbers.append(number)
                cells.append(row)
                if len(cells) == rows or lines.n_characters >= CHUNK_CHARACTERS:
                    self.bytes_read = stream.buffer.raw.tell()  # type: ignore[attr-defined]
                    yield self._chunk(numbers, cells)
                    numbers, cells = [], []
                    lines.n_characters = 0
        self.bytes_read = self.bytes_total
        if cells:
            yield self._chunk(numbers, cells)

    def _chunk(self, numbers: list[int], cells: list[list[str]]) -> Chunk:
        columns = [
            strings([cell or None for cell in column]) for column in zip(*cells, strict=True)
        ]
        return Chunk(rows=numbers, batch=pa.RecordBatch.from_arrays(columns, schema=self.schema))

    def _open(self) -> io.TextIOWrapper:
        try:
            stream = self.path.open(encoding=self._encoding.codec, errors="replace", newline="")
            if self._skip_first:
                stream.readline()
            return stream
        except OSError as error:
            raise InputError(f"{self.path}: cannot be read: {error.strerror}.") from error

    def _rows(self, lines: _Lines) -> Iterator[tuple[int, list[str], str]]:
        """Yield (number, row, problem); the header has the number 0.

        A quote that is never closed would swallow the rows after it, up to the end of the file or
        to the next quote. Such a record is given up, and reading goes on at its second line.
        """
        csv.field_size_limit(max(csv.field_size_limit(), MAX_FIELD_CHARACTERS))
        single_column = False
        number = -1
        while True:
            reader = csv.reader(lines, delimiter=self._delimiter)
            while True:
                lines.taken.clear()
                lines.cut = False
                problem = ""
                try:
                    row = next(reader, None)
                except csv.Error:
                    row, problem = [], f"a field of over {MAX_FIELD_CHARACTERS:,} characters"
                if row is None:
                    return
                if lines.cut:
                    problem = f"a line of over {MAX_LINE_CHARACTERS:,} characters"
                elif len(lines.taken) > 1 and not problem and not self._is_well_quoted(lines):
                    problem = "a quote that is opened and not closed"
                if not row and not problem and not single_column:
                    continue
                number += 1
                if number == 0:
                    single_column = len(row) == 1
                yield number, row or [""], problem
                if problem:
                    break
            lines.give_back()

    def _is_well_quoted(self, lines: _Lines) -> bool:
        try:
            strict = csv.reader(iter(lines.taken), delimiter=self._delimiter, strict=True)
            return len(list(strict)) == 1
        except csv.Error:
            return False


class _Lines:
    """An iterator over lines that remembers those of the current record."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self.taken: list[str] = []
        self.cut = False
        self.n_characters = 0  # read so far; the reader of chunks sets it back
        self._stream = stream
        self._returned: deque[str] = deque()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._returned:
            line = self._returned.popleft()
        else:
            line = self._stream.readline(MAX_LINE_CHARACTERS)
            if not line:
                raise StopIteration
            if len(line) == MAX_LINE_CHARACTERS and line[-1] not in "\r\n":
                self.cut = True
                while (rest := self._stream.readline(MAX_LINE_CHARACTERS)) and rest[-1] not in (
                    "\r\n"
                ):
                    pass
        self.taken.append(line)
        self.n_characters += len(line)
        return line

    def give_back(self) -> None:
        """Let the lines of the current record, but for the first, be read again."""
        self._returned.extendleft(reversed(self.taken[1:]))
        self.taken.clear()


def _width_problem(row: list[str], width: int) -> str:
    if len(row) < width:
        return f"fewer fields than the header's {width}"
    # A spreadsheet pads rows with empty cells; nothing is lost without them.
    return f"more fields than the header's {width}" if any(row[width:]) else ""
