"""The contract of every format reader: the same table, whatever the file is."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxnlp.errors import InputError
from cxnlp.importers.formats import formats, open_table
from cxnlp.importers.table import ignore_reject

ROWS = [
    {"id": str(n), "text": text, "empty": None}
    for n, text in enumerate(
        ["Good", None, 'say "hi", now', "two\nlines", "naïve 🙂 日本", " padded ", "=1+1"] * 300
    )
]


def _delimited(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter="," if path.suffix == ".csv" else "\t")
        writer.writerow(ROWS[0])
        writer.writerows([value or "" for value in row.values()] for row in ROWS)


def _json_lines(path: Path) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))


def _json(path: Path) -> None:
    path.write_text(json.dumps(ROWS))


def _parquet(path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(ROWS), path)


def _workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(list(ROWS[0]))
    for number, row in enumerate(ROWS, start=2):
        book.active.append(list(row.values()))
        book.active.cell(number, 2).data_type = "s"  # no formula
    book.save(path)


WRITERS: dict[str, Callable[[Path], None]] = {
    ".csv": _delimited,
    ".tsv": _delimited,
    ".tab": _delimited,
    ".json": _json,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".parquet": _parquet,
    ".pq": _parquet,
    ".xlsx": _workbook,
    ".xlsm": _workbook,
}
# A sheet's rows have the numbers that a spreadsheet shows, the header's first.
HEADER_ROWS = {".xlsx": 1, ".xlsm": 1}


def test_every_format_has_a_contract_file():
    assert set(formats()) == set(WRITERS)


@pytest.fixture(params=sorted(formats()))
def path(request, tmp_path):
    """Return a file of each format, holding ROWS."""
    path = tmp_path / f"rows{request.param}"
    WRITERS[request.param](path)
    return path


def test_rows_come_in_order_with_their_numbers(path):
    table = open_table(path, lambda note: None)
    assert table.schema.names == ["id", "text", "empty"]
    rejects = []
    chunks = list(table.chunks(256, lambda *reject: rejects.append(reject)))
    assert rejects == []
    assert all(len(chunk.batch) == len(chunk.rows) <= 256 for chunk in chunks)
    assert all(chunk.batch.schema == table.schema for chunk in chunks)
    first = 1 + HEADER_ROWS.get(path.suffix, 0)
    numbers = [number for chunk in chunks for number in chunk.rows]
    assert numbers == list(range(first, len(ROWS) + first))
    assert [row for chunk in chunks for row in chunk.batch.to_pylist()] == ROWS
    assert table.bytes_read == table.bytes_total == path.stat().st_size


def test_a_table_can_be_read_twice(path):
    table = open_table(path, lambda note: None)
    first = [chunk.rows for chunk in table.chunks(100, ignore_reject)]
    assert [chunk.rows for chunk in table.chunks(100, ignore_reject)] == first


def test_a_cut_file_is_read_or_refused_but_never_crashes(path):
    content = path.read_bytes()
    for size in (1, 7, len(content) // 2, len(content) - 3):
        path.write_bytes(content[:size])
        try:
            table = open_table(path, lambda note: None)
            n_rows = sum(len(chunk.rows) for chunk in table.chunks(100, ignore_reject))
        except InputError:
            continue
        assert 0 < n_rows <= len(ROWS)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_long_rows_make_smaller_chunks(tmp_path, suffix):
    path = tmp_path / f"long{suffix}"
    text = "x" * 900_000
    line = json.dumps({"text": text}) if suffix == ".jsonl" else text
    head = "" if suffix == ".jsonl" else "text\n"
    path.write_text(head + f"{line}\n" * 40)
    table = open_table(path, lambda note: None)
    assert [len(chunk.rows) for chunk in table.chunks(2048, ignore_reject)] == [19, 19, 2]
