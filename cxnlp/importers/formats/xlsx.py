"""Reads Excel workbooks: one sheet, its numbers and dates as such.

The first sheet with data is read unless another is named. Rows above the header (a title, a date)
are passed over: the header is the first row of text cells that is at least half as wide as the
widest of the first fifty. `row` is the number that the spreadsheet program shows.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cxnlp.errors import InputError
from cxnlp.importers.fields import column_list, nearest
from cxnlp.importers.sheet_cells import kind_of, text_of, type_of, typed
from cxnlp.importers.table import (
    CHUNK_CHARACTERS,
    Chunk,
    Note,
    Reject,
    check_header,
    distinct_names,
    strings,
)
from cxnlp.importers.workbook import Row, Workbook, open_workbook

SUFFIXES = (".xlsx", ".xlsm")

_LOOKED_AT_ROWS = 50
_MAX_COLUMNS = 1_000
_CHUNK_ROWS = 16_384


def open_table(path: Path, note: Note, *, sheet: str | None = None) -> XlsxTable:
    """Open a workbook.

    :param sheet: the name of the sheet to read; default: the first with data that is not hidden.
    """
    with open_workbook(path) as workbook:
        chosen = _choose(workbook, sheet, note)
        table = XlsxTable(workbook, chosen)
        uncomputed = workbook.n_uncomputed(chosen)
    notes = []
    if path.suffix.lower() == ".xlsm":
        notes.append("its macros are not run")
    if table.n_above:
        notes.append(f"the header is row {table.header_row}, what stands above it is left out")
    if table.renamed:
        notes.append(f"columns of one name are read as {column_list(table.renamed)} too")
    if uncomputed:
        notes.append(
            f"formulas saved without their results are read as empty cells ({uncomputed:,}): "
            "open the file in a spreadsheet program and save it"
        )
    if notes:
        note(f"{path.name}: {'; '.join(notes)}.")
    return table


def _choose(workbook: Workbook, sheet: str | None, note: Note) -> str:
    path, filled = workbook.path, workbook.sheets
    if sheet is not None:
        if sheet not in filled:
            raise InputError(
                f"{path}: there is no sheet {sheet!r} with data{nearest(sheet, filled)} "
                f"The sheets are {column_list(filled) or 'all empty'}."
            )
        return sheet
    if not filled:
        raise InputError(f"{path}: is empty. Give a file with rows of feedback.")
    shown = [name for name in filled if name not in workbook.hidden] or list(filled)
    with_rows = [name for name in shown if len(list(islice(workbook.rows(name), 2))) > 1] or shown
    others = [name for name in filled if name != with_rows[0]]
    if others:
        note(
            f"{path.name}: the sheet {with_rows[0]!r} is read. There is data in "
            f"{column_list(others)} too: --sheet NAME reads another."
        )
    return with_rows[0]


class XlsxTable:
    """One sheet. A column of one kind keeps it (bool, int64, float64, date32, timestamp).

    XML has to be parsed whole, at some hundred thousand cells a second, so the sheet is read once,
    into a Parquet file in the folder for temporary files, which goes when the table does.
    """

    def __init__(self, workbook: Workbook, sheet: str) -> None:
        self.path = workbook.path
        self.bytes_total = self.path.stat().st_size
        self.bytes_read = 0
        where = f"{self.path}: sheet {sheet!r}"
        first = list(islice(workbook.rows(sheet), _LOOKED_AT_ROWS))
        at = _find_header(first)
        self.n_above = at
        self.header_row, cells = first[at]
        header = [text_of(cell) or "" for cell in _trimmed(cells)]
        if len(header) > _MAX_COLUMNS:
            raise InputError(f"{where} has over {_MAX_COLUMNS:,} columns. Leave some out.")
        check_header(self.path, header)
        names = distinct_names([name.strip() for name in header])
        self._kinds: list[set[str]] = [set() for _ in names]
        self._wrong: list[int] = []  # rows that are wider than the header
        self._folder = Path(tempfile.mkdtemp(prefix="cxnlp-"))
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        try:
            self._n_rows = self._stage(workbook.rows(sheet), len(names))
        except OSError as error:
            raise InputError(
                f"{where} cannot be unpacked in {tempfile.gettempdir()}: {error.strerror}. "
                "Make room there, or name another folder by TMPDIR."
            ) from error
        if not self._n_rows:
            raise InputError(f"{where} has a header but no row. Check that it holds feedback.")
        # What has neither name nor content is a gap, not a column.
        self._columns = [i for i, kinds in enumerate(self._kinds) if header[i].strip() or kinds]
        self.schema = pa.schema([(names[i], type_of(self._kinds[i])) for i in self._columns])
        self.renamed = [names[i] for i in self._columns if names[i] != header[i].strip() != ""]

    def chunks(self, rows: int, reject: Reject) -> Iterator[Chunk]:
        """Yield the rows in order; those wider than the header are rejected."""
        problem = f"more fields than the header's {len(self._kinds)}"
        wrong = iter([*self._wrong, 0])
        next_wrong = next(wrong)
        n_read = 0
        with pq.ParquetFile(self._folder / "rows.parquet") as file:
            for batch in file.iter_batches(batch_size=rows, use_threads=False):
                numbers = [number or 0 for number in batch.column(0).to_pylist()]
                while 0 < next_wrong < numbers[-1]:
                    reject(next_wrong, "", problem)
                    next_wrong = next(wrong)
                columns = [
                    typed(batch.column(i + 1), field.type)
                    for i, field in zip(self._columns, self.schema, strict=True)
                ]
                n_read += len(batch)
                self.bytes_read = self.bytes_total * n_read // self._n_rows
                yield Chunk(
                    rows=numbers, batch=pa.RecordBatch.from_arrays(columns, schema=self.schema)
                )
        while next_wrong:
            reject(next_wrong, "", problem)
            next_wrong = next(wrong)

    def _stage(self, rows: Iterator[tuple[int, Row]], width: int) -> int:
        """Write the rows under the header as texts, with their numbers; return how many."""
        names = ["number", *(f"cell_{i}" for i in range(width))]
        types: list[pa.DataType] = [pa.int64(), *[pa.string()] * width]
        schema = pa.schema(list(zip(names, types, strict=True)))
        numbers: list[int] = []
        cells: list[list[str | None]] = []
        n_rows = n_characters = 0
        with pq.ParquetWriter(
            self._folder / "rows.parquet", schema, compression="zstd", use_dictionary=False
        ) as writer:

            def flush() -> None:
                columns = [strings(list(column)) for column in zip(*cells, strict=True)]
                writer.write_batch(
                    pa.RecordBatch.from_arrays([pa.array(numbers), *columns], schema=schema)
                )
                numbers.clear()
                cells.clear()

            for number, row in rows:
                if number <= self.header_row:
                    continue
                if len(row) > width and any(cell is not None for cell in row[width:]):
                    self._wrong.append(number)
                    continue
                if not any(cell is not None for cell in row[:width]):
                    continue
                texts = [text_of(cell) for cell in row[:width]]
                for cell, kinds in zip(row, self._kinds, strict=False):
                    if cell is not None:
                        kinds.add(kind_of(cell))
                numbers.append(number)
                cells.append(texts + [None] * (width - len(texts)))
                n_rows += 1
                n_characters += sum(len(text) for text in texts if text)
                if len(cells) == _CHUNK_ROWS or n_characters >= CHUNK_CHARACTERS:
                    flush()
                    n_characters = 0
            if cells:
                flush()
        return n_rows


def _find_header(rows: list[tuple[int, Row]]) -> int:
    """Return the position of the header among the first rows that are not blank."""
    widths = [sum(cell is not None for cell in row) for _, row in rows]
    enough = max(2, (max(widths) + 1) // 2) if max(widths) > 1 else 1
    for position, (width, (_, row)) in enumerate(zip(widths, rows, strict=True)):
        n_texts = sum(isinstance(cell, str) for cell in row)
        if width >= enough and 2 * n_texts > width and position < len(rows) - 1:
            return position
    return 0


def _trimmed(row: Row) -> Row:
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]
