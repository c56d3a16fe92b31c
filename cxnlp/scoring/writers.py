"""Writers of scored rows: Parquet, CSV, JSON lines and Excel, in place only when whole."""

from __future__ import annotations

import contextlib
import csv
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from cxnlp.atomic_file import write_beside, writing
from cxnlp.errors import OutputError
from cxnlp.scoring.flat import flat_columns, flat_names, plain
from cxnlp.scoring.xlsx import XlsxWriter
from cxnlp.spreadsheet import spreadsheet_safe

_ROW_GROUP_ROWS = 16_384
_ROW_GROUP_BYTES = 1 << 25


class Writer(Protocol):
    """Takes batches of one schema."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch."""
        ...

    def set_metadata(self, metadata: dict[bytes, bytes]) -> None:
        """Keep key-value pairs in the file, where its format has room for them (Parquet)."""
        ...

    def notes(self) -> list[str]:
        """Return what could not be written as it is, each without a full stop."""
        ...

    def close(self) -> None:
        """Write what is still held back."""
        ...


@contextlib.contextmanager
def open_writer(
    path: Path, schema: pa.Schema, *, inputs: Sequence[Path] = (), raw_csv: bool = False
) -> Iterator[Writer]:
    """Open an output by its suffix: .parquet, .csv, .jsonl or .xlsx.

    The file appears when the block ends; on an exception it does not, and an earlier one stays.

    :param inputs: files that must not be overwritten.
    :param raw_csv: whether CSV has texts as they are, those too that a spreadsheet would run.
    :raises OutputError: at once, where `path` cannot be written, has another suffix or is an input.
    """
    path = check_output(path, inputs=inputs)
    suffix = path.suffix.lower()
    with write_beside(path) as beside:
        with writing(path):
            make = _RawCsvWriter if raw_csv and suffix == ".csv" else _WRITERS[suffix]
            writer = make(beside, schema)
        try:
            yield _Checked(writer, path)
        except BaseException:
            with contextlib.suppress(pa.ArrowException, OSError):
                writer.close()
            raise
        with writing(path):
            writer.close()


def check_output(path: Path, *, inputs: Sequence[Path] = ()) -> Path:
    """Return `path` where an output of its name can be written.

    :raises OutputError: else.
    """
    path = Path(path)
    if path.suffix.lower() not in _WRITERS:
        raise OutputError(
            f"{path}: outputs of type {path.suffix or 'no extension'!r} cannot be written. "
            f"Supported are {', '.join(sorted(_WRITERS))}."
        )
    if not path.parent.is_dir():
        raise OutputError(f"{path}: there is no folder {str(path.parent)!r}. Make it first.")
    for written in (path, path.with_suffix(".rejects.csv")):
        for given in inputs:
            if written.exists() and Path(given).exists() and written.samefile(given):
                raise OutputError(f"{written}: is an input. Name another file for the output.")
    return path


class _Checked:
    """A writer whose errors name the output, not the file beside it."""

    def __init__(self, writer: Writer, path: Path) -> None:
        self._writer = writer
        self._path = path

    def write(self, batch: pa.RecordBatch) -> None:
        with writing(self._path):
            self._writer.write(batch)

    def set_metadata(self, metadata: dict[bytes, bytes]) -> None:
        self._writer.set_metadata(metadata)

    def notes(self) -> list[str]:
        return self._writer.notes()

    def close(self) -> None:
        with writing(self._path):
            self._writer.close()


class _ParquetWriter:
    """Row groups of at least 16,384 rows, but for the last, or 32 MiB."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = schema
        # A stored Arrow schema would hide the metadata that is added at the end from readers of
        # the schema; Parquet's own types give back every type of the records.
        self._writer = pq.ParquetWriter(path, schema, compression="zstd", store_schema=False)
        self._held: list[pa.RecordBatch] = []
        self._held_rows = self._held_bytes = 0

    def write(self, batch: pa.RecordBatch) -> None:
        self._held.append(batch)
        self._held_rows += len(batch)
        self._held_bytes += batch.nbytes
        if self._held_rows >= _ROW_GROUP_ROWS or self._held_bytes >= _ROW_GROUP_BYTES:
            self._flush()

    def set_metadata(self, metadata: dict[bytes, bytes]) -> None:
        self._writer.add_key_value_metadata(
            {key.decode(): value.decode() for key, value in metadata.items()}
        )

    def notes(self) -> list[str]:
        return []

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._held:
            # One chunk a column: how the rows came in batches must not show in the bytes.
            table = pa.Table.from_batches(self._held, schema=self._schema).combine_chunks()
            self._writer.write_table(table, row_group_size=max(1, len(table)))
            self._held.clear()
            self._held_rows = self._held_bytes = 0


class _TextWriter:
    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = schema
        self._stream: TextIO = path.open("w", encoding="utf-8", newline="")

    def set_metadata(self, metadata: dict[bytes, bytes]) -> None:
        """Drop them: rows of text have no room for metadata."""

    def notes(self) -> list[str]:
        return []

    def close(self) -> None:
        self._stream.close()


class _CsvWriter(_TextWriter):
    """One flat row per interaction, as `cxnlp.scoring.flat` says."""

    raw = False

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        super().__init__(path, schema)
        # Lines end in CR LF (RFC 4180): the csv module quotes only those of the two characters that
        # stand in its line end, and a bare CR within a text would end a row.
        self._csv = csv.writer(self._stream, lineterminator="\r\n")
        names = flat_names(schema)
        self._csv.writerow(names if self.raw else [spreadsheet_safe(name) for name in names])

    def write(self, batch: pa.RecordBatch) -> None:
        self._csv.writerows(zip(*flat_columns(batch, raw=self.raw), strict=True))


class _RawCsvWriter(_CsvWriter):
    """The same for programs, which have no use for apostrophes."""

    raw = True


class _JsonLinesWriter(_TextWriter):
    """One object per interaction, nested as in the records; times as ISO 8601."""

    def write(self, batch: pa.RecordBatch) -> None:
        names = batch.schema.names
        columns = [plain(column) for column in batch.columns]
        for row in zip(*columns, strict=True):
            line = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
            self._stream.write(line + "\n")


_WRITERS: dict[str, Callable[[Path, pa.Schema], Writer]] = {
    ".parquet": _ParquetWriter,
    ".csv": _CsvWriter,
    ".jsonl": _JsonLinesWriter,
    ".xlsx": XlsxWriter,
}
