"""Scored rows as an Excel workbook: the flat columns of a CSV, numbers and times as such."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from cxnlp.errors import OutputError
from cxnlp.scoring.flat import flat_arrays, flat_names, plain_texts
from cxnlp.scoring.sheets import (
    DATE,
    GENERAL,
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    TIME,
    SheetsWriter,
    Value,
)

_UNIX_EPOCH = 25_569  # days from the spreadsheet's day 0, 1899-12-30
# Earlier days are counted in two ways, for 1900 was no leap year but in Lotus 1-2-3.
_FIRST_DAY = 61
_DAY_MICROS = 86_400 * 10**6


class XlsxWriter:
    """One row per interaction; one that a sheet has no room for goes on in the next sheet."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        names = flat_names(schema)
        if len(names) > MAX_COLUMNS:
            raise OutputError(
                f"{path}: {len(names):,} columns are more than the {MAX_COLUMNS:,} of a sheet. "
                "Name an output that ends in .parquet or .csv."
            )
        kinds = [array.type for array in flat_arrays(pa.RecordBatch.from_pylist([], schema=schema))]
        self._sheets = SheetsWriter(path, names, [_style(kind) for kind in kinds])

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch."""
        columns = [_values(array) for array in flat_arrays(batch)]
        self._sheets.write(list(zip(*columns, strict=True)))

    def set_metadata(self, metadata: dict[bytes, bytes]) -> None:
        """Drop them: a sheet has no room for metadata."""

    def notes(self) -> list[str]:
        """Return what could not be written as it is."""
        notes = []
        if self._sheets.n_cut:
            notes.append(
                f"{self._sheets.n_cut:,} cells are cut to {MAX_CELL_CHARACTERS:,} characters, "
                "the most that a spreadsheet holds. They are whole in .parquet, .csv and .jsonl"
            )
        if self._sheets.n_removed:
            notes.append(
                f"{self._sheets.n_removed:,} control characters are left out, which a spreadsheet "
                "cannot hold"
            )
        return notes

    def close(self) -> None:
        """Write what makes the sheets a workbook."""
        self._sheets.close()


def _style(kind: pa.DataType) -> int:
    if pa.types.is_date(kind):
        return DATE
    return TIME if pa.types.is_timestamp(kind) else GENERAL


def _values(array: pa.Array[Any]) -> list[Value]:
    kind = array.type
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        values: list[Value] = array.to_pylist()
        return values
    if pa.types.is_floating(kind):
        # The decimal that a 32-bit float stands for, and nothing for what is no number.
        return [None if text is None else float(text) for text in plain_texts(array)]
    texts: list[Value] = list(plain_texts(array))
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        zone = getattr(kind, "tz", None)
        try:
            micros = array.cast(pa.timestamp("us", tz=zone), safe=False).cast(pa.int64())
        except pa.ArrowException:
            return texts
        serials = [None if m is None else m / _DAY_MICROS + _UNIX_EPOCH for m in micros.to_pylist()]
        return [
            text if serial is None or serial < _FIRST_DAY else round(serial, 10)
            for text, serial in zip(texts, serials, strict=True)
        ]
    return texts
