"""Reads Parquet, a part of a row group at a time; columns keep their types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cxnlp.errors import InputError
from cxnlp.importers.table import Chunk, Note, Reject, check_header, distinct_names

SUFFIXES = (".parquet", ".pq")

_BUFFER_BYTES = 1 << 20


def open_table(path: Path, note: Note) -> ParquetTable:
    """Open a Parquet file."""
    return ParquetTable(path)


class ParquetTable:
    """A Parquet file; dictionaries are decoded, and every kind of string is read as one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.bytes_total = path.stat().st_size
        self.bytes_read = 0
        if not self.bytes_total:
            raise InputError(f"{path}: is empty. Give a file with rows of feedback.")
        with self._open() as file:
            self._n_rows = file.metadata.num_rows
            schema = file.schema_arrow
        if not self._n_rows:
            raise InputError(f"{path}: has columns but no row. Give a file with rows of feedback.")
        check_header(path, schema.names)
        names = distinct_names([name.strip() for name in schema.names])
        self.schema = pa.schema(
            [(name, _plain_type(field.type)) for name, field in zip(names, schema, strict=True)]
        )

    def chunks(self, rows: int, reject: Reject) -> Iterator[Chunk]:
        """Yield the rows in order; none is rejected."""
        n_read = 0
        with self._open() as file:
            try:
                for batch in file.iter_batches(batch_size=rows, use_threads=False):
                    columns = [
                        _plain(column, field.type)
                        for column, field in zip(batch.columns, self.schema, strict=True)
                    ]
                    numbers = list(range(n_read + 1, n_read + len(batch) + 1))
                    n_read += len(batch)
                    self.bytes_read = self.bytes_total * n_read // self._n_rows
                    yield Chunk(
                        rows=numbers,
                        batch=pa.RecordBatch.from_arrays(columns, schema=self.schema),
                    )
            except (pa.ArrowException, OSError) as error:
                raise InputError(
                    f"{self.path}: is broken after row {n_read} and cannot be read on."
                ) from error

    def _open(self) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(self.path, buffer_size=_BUFFER_BYTES, pre_buffer=False)
        except PermissionError as error:
            raise InputError(f"{self.path}: cannot be read: {error.strerror}.") from error
        except (pa.ArrowException, OSError) as error:
            raise InputError(f"{self.path}: is broken or not a Parquet file.") from error


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return _plain_type(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    # A time of nanoseconds has no Python value, and no feedback is that exact.
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", tz=kind.tz)
    return kind


def _plain(column: pa.Array[Any], kind: pa.DataType) -> pa.Array[Any]:
    return column if column.type == kind else column.cast(kind, safe=False)
