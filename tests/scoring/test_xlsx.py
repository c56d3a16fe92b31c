"""Scored rows as a workbook: typed cells, no formula, and what a sheet cannot hold."""

from __future__ import annotations

import datetime
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxnlp.errors import OutputError
from cxnlp.importers.formats.xlsx import open_table
from cxnlp.importers.table import ignore_reject
from cxnlp.records import PREDICTION
from cxnlp.scoring import sheets
from cxnlp.scoring.writers import open_writer

NOON = datetime.datetime(2021, 10, 3, 12, 30, 15, tzinfo=datetime.UTC)
FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1"]


def write(path: Path, **columns: Any) -> list[str]:
    """Write columns to a workbook and return what it tells."""
    table = pa.table(columns)
    with open_writer(path, table.schema) as writer:
        for batch in table.to_batches(max_chunksize=3):
            writer.write(batch)
        writer.set_metadata({b"k": b"v"})
        return writer.notes()


def cells(path: Path) -> list[list[Any]]:
    return [list(row) for row in openpyxl.load_workbook(path).active.iter_rows()]


def texts_of(path: Path) -> list[str | None]:
    chunks = open_table(path, lambda note: None).chunks(100, ignore_reject)
    return [cell for chunk in chunks for cell in chunk.batch.column("text").to_pylist()]


def test_cells_have_the_types_of_their_columns(tmp_path: Path) -> None:
    path = tmp_path / "o.xlsx"
    notes = write(
        path,
        text=["Good", None],
        n=[-5, None],
        big=[2**60, 1],
        share=[0.25, float("nan")],
        short=pa.array([0.9, None], pa.float32()),
        ok=[True, False],
        day=[datetime.date(2021, 10, 3), datetime.date(1812, 6, 24)],
        at=pa.array([NOON, None], pa.timestamp("us", tz="UTC")),
        segments=pa.array([[("region", "north")], []], pa.map_(pa.string(), pa.string())),
    )
    assert notes == []
    header, first, second = cells(path)
    assert [cell.value for cell in header] == [
        "text", "n", "big", "share", "short", "ok", "day", "at", "segments",
    ]  # fmt: skip
    assert [cell.value for cell in first] == [
        "Good", -5, str(2**60), 0.25, 0.9, True, datetime.datetime(2021, 10, 3),
        NOON.replace(tzinfo=None), '{"region": "north"}',
    ]  # fmt: skip
    assert [cell.data_type for cell in first] == ["s", "n", "s", "n", "n", "b", "d", "d", "s"]
    assert [cell.value for cell in second] == [
        None, None, 1, None, None, False, "1812-06-24", None, "{}",
    ]  # fmt: skip


def test_the_header_stays_in_view_and_filters(tmp_path: Path) -> None:
    path = tmp_path / "o.xlsx"
    write(path, text=["a " * 200, "b"], n=[1, 2])
    sheet = openpyxl.load_workbook(path).active
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B3"
    assert sheet["A1"].font.b
    assert sheet.column_dimensions["A"].width == 60
    assert sheet.column_dimensions["B"].width == 8


def test_no_text_is_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "o.xlsx"
    write(path, **{"text": FORMULAS, "=name": ["-5", "5", *["fine"] * 6]})
    rows = cells(path)
    assert {cell.data_type for row in rows for cell in row} == {"s"}
    assert [row[0].value for row in rows[1:]] == [
        text.replace("\r", "_x000D_") for text in FORMULAS
    ]
    assert all(row[0].quotePrefix for row in rows[1:])
    assert not any(row[1].quotePrefix for row in rows[1:])
    with zipfile.ZipFile(path) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml")
    assert texts_of(path) == FORMULAS


def test_labels_are_flat_as_in_csv(tmp_path: Path) -> None:
    topics = [{"label": "price_value", "score": 0.8, "sentiment": "negative"}]
    row = {"topics": topics, "sentiment_probs": {"negative": 1.0, "neutral": 0, "positive": 0}}
    schema = pa.schema([PREDICTION.field("topics"), PREDICTION.field("sentiment_probs")])
    with open_writer(tmp_path / "o.xlsx", schema) as writer:
        writer.write(pa.RecordBatch.from_pylist([row], schema=schema))
    header, first = cells(tmp_path / "o.xlsx")
    assert dict(zip([c.value for c in header], [c.value for c in first], strict=True)) == {
        "topics": "price_value", "topic_sentiments": "negative",
        "prob_negative": 1, "prob_neutral": 0, "prob_positive": 0,
    }  # fmt: skip


def test_what_a_cell_cannot_hold_is_cut_and_told(tmp_path: Path) -> None:
    path = tmp_path / "o.xlsx"
    notes = write(path, text=["x" * 40_000, "🙂" * 20_000, "y" * 32_767, "a\x00b\x1f\ufffec"])
    values = [row[0].value for row in cells(path)[1:]]
    assert values == ["x" * 32_767, "🙂" * 16_383, "y" * 32_767, "abc"]
    assert notes == [
        "2 cells are cut to 32,767 characters, the most that a spreadsheet holds. "
        "They are whole in .parquet, .csv and .jsonl",
        "3 control characters are left out, which a spreadsheet cannot hold",
    ]


def test_rows_go_on_in_another_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 4)
    path = tmp_path / "o.xlsx"
    write(path, n=list(range(9)))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Scored", "Scored 2", "Scored 3"]
    assert [[row[0] for row in sheet.values] for sheet in book] == [
        ["n", 0, 1, 2, 3], ["n", 4, 5, 6, 7], ["n", 8],
    ]  # fmt: skip
    assert [sheet.auto_filter.ref for sheet in book] == ["A1:A5", "A1:A5", "A1:A2"]


def test_too_many_columns_are_refused_at_once(tmp_path: Path) -> None:
    schema = pa.schema([(f"c{n}", pa.int8()) for n in range(16_385)])
    with (
        pytest.raises(OutputError, match="16,385 columns"),
        open_writer(tmp_path / "o.xlsx", schema),
    ):
        pytest.fail("was opened")
    assert list(tmp_path.iterdir()) == []


def test_columns_beyond_z_have_their_letters(tmp_path: Path) -> None:
    path = tmp_path / "o.xlsx"
    write(path, **{f"c{n}": [n] for n in range(800)})
    assert [cell.value for cell in cells(path)[1]] == list(range(800))
    with zipfile.ZipFile(path) as archive:
        found = re.findall(rb'r="([A-Z]+)2"', archive.read("xl/worksheets/sheet1.xml"))
    assert [found[n] for n in (0, 25, 26, 701, 702)] == [b"A", b"Z", b"AA", b"ZZ", b"AAA"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    texts=st.lists(
        st.one_of(
            st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=60),
            st.sampled_from(["_x000D_", "_x005F_x000D_", "_x000D_x000D_", "a\r\nb", *FORMULAS]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_texts_come_back_as_they_were(tmp_path: Path, texts: list[str]) -> None:
    path = tmp_path / "law.xlsx"
    write(path, n=list(range(len(texts))), text=texts)
    written = [sheets._FORBIDDEN.sub("", text) for text in texts]
    expected = [
        None if not text or text.isspace() or text.startswith("#") else text for text in written
    ]
    found = [
        None if text is not None and text.startswith("#") else text
        for text in (texts_of(path) if any(written) else [None] * len(texts))
    ]
    assert found == expected
    assert all(c.data_type != "f" for row in cells(path) for c in row)
