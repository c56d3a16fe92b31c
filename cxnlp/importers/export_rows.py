"""A table of an export's rows: without further headers and dropped rows, with derived columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from cxnlp.importers.cells import cell_texts
from cxnlp.importers.table import Chunk, Reject, Table, strings

Cells = list[str | None]


class Rows:
    """Some rows of an export, its cells as text."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self._batch = batch
        self._seen: dict[str, Cells] = {}

    def __len__(self) -> int:
        return len(self._batch)

    def cells(self, name: str | None) -> Cells:
        """Return the cells of a column, blank ones as None; of none, None for every row."""
        if name is None:
            return [None] * len(self)
        if name not in self._seen:
            texts = cell_texts(self._batch.column(name))
            self._seen[name] = [t if t is not None and not t.isspace() else None for t in texts]
        return [cell or None for cell in self._seen[name]]


# What a column's cells are, given the rows; and, of each row, (column, reason) where it is dropped.
Derive = Callable[[Rows], Cells]
Drop = Callable[[Rows], list[tuple[str, str] | None]]


def drop_none(rows: Rows) -> list[tuple[str, str] | None]:
    """Drop no row."""
    return [None] * len(rows)


class ExportRows:
    """A table whose further headers are left out, rows dropped and columns derived.

    :param headers: the numbers of rows under the header that are no data. Rows that are counted
        from the header are counted from the last of them.
    :param drop: which rows are rejected, and why.
    :param derive: makes, for each reading of the file, what gives the cells of a column: a new one,
        or one of that name.
    """

    def __init__(
        self,
        table: Table,
        *,
        headers: Sequence[int] = (),
        drop: Drop = drop_none,
        derive: Mapping[str, Callable[[], Derive]] | None = None,
    ) -> None:
        self.path = table.path
        self.bytes_total = table.bytes_total
        self.bytes_read = 0
        self._table = table
        self._last_header = max(headers, default=0)
        # A spreadsheet's rows are not counted from the header, and keep their numbers.
        self._shift = self._last_header if min(headers, default=0) == 1 else 0
        self._drop = drop
        self._derive = derive or {}
        fields = {field.name: field for field in table.schema}
        fields |= {name: pa.field(name, pa.string()) for name in self._derive}
        self.schema = pa.schema(list(fields.values()))

    def chunks(self, rows: int, reject: Reject) -> Iterator[Chunk]:
        """Yield the rows in order; those that are dropped are rejected with their reason."""
        derive = {name: make() for name, make in self._derive.items()}

        def reject_data(row: int, column: str, reason: str) -> None:
            if row > self._last_header:
                reject(row - self._shift, column, reason)

        for chunk in self._table.chunks(rows, reject_data):
            self.bytes_read = self._table.bytes_read
            found = self._data(chunk)
            if not found.rows:
                continue
            dropped = self._drop(Rows(found.batch))
            for row, why in zip(found.rows, dropped, strict=True):
                if why is not None:
                    reject(row, *why)
            kept = [i for i, why in enumerate(dropped) if why is None]
            if not kept:
                continue
            if len(kept) < len(found.rows):
                found = _take(found, kept)
            yield Chunk(rows=found.rows, batch=self._with_derived(found.batch, derive))
        self.bytes_read = self.bytes_total

    def _data(self, chunk: Chunk) -> Chunk:
        """Return the rows after the headers, under their own numbers."""
        kept = [i for i, row in enumerate(chunk.rows) if row > self._last_header]
        if len(kept) < len(chunk.rows):
            chunk = _take(chunk, kept)
        return Chunk(rows=[row - self._shift for row in chunk.rows], batch=chunk.batch)

    def _with_derived(self, batch: pa.RecordBatch, derive: Mapping[str, Derive]) -> pa.RecordBatch:
        rows = Rows(batch)
        columns: list[pa.Array[Any]] = [
            strings(derive[field.name](rows)) if field.name in derive else batch.column(field.name)
            for field in self.schema
        ]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


def _take(chunk: Chunk, kept: list[int]) -> Chunk:
    batch = chunk.batch.take(pa.array(kept, pa.int64()))
    return Chunk(rows=[chunk.rows[i] for i in kept], batch=batch)


def free_name(name: str, names: tuple[str, ...]) -> str:
    """Return `name`, changed until no column bears it."""
    while name in names:
        name += "_"
    return name


def constant(value: str) -> Callable[[], Derive]:
    """Return a column that says the same in every row."""
    return lambda: lambda rows: [value] * len(rows)


def by_row(derive: Derive) -> Callable[[], Derive]:
    """Return a column that needs to know nothing of earlier rows."""
    return lambda: derive
