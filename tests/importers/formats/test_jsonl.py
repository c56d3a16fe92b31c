"""JSON lines: types of columns, and lines that are no object."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from cxnlp.errors import InputError
from cxnlp.importers.formats.jsonl import open_table


def read(path):
    """Return the table, its rows and the rejects."""
    rejects = []
    table = open_table(path, lambda note: None)
    rows = [
        row
        for chunk in table.chunks(4, lambda *reject: rejects.append(reject))
        for row in chunk.batch.to_pylist()
    ]
    return table, rows, rejects


def test_a_column_keeps_its_type_unless_a_later_row_differs(write):
    lines = [{"i": 1, "f": 1, "b": True, "s": "x", "late": 1, "n": None}] * 10
    lines.append({"i": 2, "f": 2.5, "b": False, "s": "y", "late": "no", "new": {"a": [1]}})
    table, rows, _ = read(write("a.jsonl", "\n".join(map(json.dumps, lines))))
    assert {field.name: field.type for field in table.schema} == {
        "i": pa.int64(),
        "f": pa.float64(),
        "b": pa.bool_(),
        "s": pa.string(),
        "late": pa.string(),
        "n": pa.string(),
        "new": pa.string(),
    }
    assert rows[0]["late"] == "1"
    assert rows[-1] == {
        "i": 2, "f": 2.5, "b": False, "s": "y", "late": "no", "n": None, "new": '{"a": [1]}',
    }  # fmt: skip


def test_bad_lines_are_rejected_by_their_number(write):
    body = '{"text": "a"}\n{"text": \n\n[1, 2]\n"x"\n{"text": "b"}\n' + "[" * 100_000 + "\n"
    _, rows, rejects = read(write("a.jsonl", body))
    assert [row["text"] for row in rows] == ["a", "b"]
    assert rejects == [
        (2, "", "not valid JSON"),
        (4, "", "not a JSON object"),
        (5, "", "not a JSON object"),
        (7, "", "not valid JSON"),
    ]


def test_odd_scalars_do_not_fail(write):
    body = '{"text": "a \\ud800 b", "n": NaN, "big": 1267650600228229401496703205376}\n'
    _, rows, _ = read(write("a.jsonl", body + '{"text": "", "n": 1, "big": 1}\n'))
    assert rows[0]["text"] == "a \ufffd b"
    assert rows[0]["n"] is None
    assert rows[0]["big"] == "1267650600228229401496703205376"
    assert rows[1]["text"] is None


def test_encodings(write):
    line = json.dumps({"text": "Café"}, ensure_ascii=False) + "\r\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert read(write("a.jsonl", line * 2, encoding))[1] == [{"text": "Café"}] * 2


def test_too_many_keys_are_refused(write):
    body = "".join(f'{{"k{n}": 1}}\n' for n in range(1_001))
    with pytest.raises(InputError, match="over 1000 different keys"):
        read(write("a.jsonl", body))
