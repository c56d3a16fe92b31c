"""Reading Excel workbooks: which sheet, which header, which types, and what is refused."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxnlp.errors import InputError
from cxnlp.importers import workbook
from cxnlp.importers.formats import xlsx

DAY = datetime.datetime(2021, 10, 3)
NOON = datetime.datetime(2021, 10, 3, 12, 30)

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return a function that writes sheets, each a list of rows."""

    def run(name: str = "a.xlsx", **sheets: list[list[Any]]) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return run


def open_rows(path: Path, **options: Any) -> tuple[Any, list[dict[str, Any]], list[Any], list[str]]:
    """Return the table, its rows with their numbers, what was rejected and what was told."""
    notes: list[str] = []
    rejects: list[Any] = []
    table = xlsx.open_table(path, notes.append, **options)
    rows = [
        {"row": number, **row}
        for chunk in table.chunks(2, lambda *reject: rejects.append(reject))
        for number, row in zip(chunk.rows, chunk.batch.to_pylist(), strict=True)
    ]
    return table, rows, rejects, notes


def broken(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """Return a copy of a workbook with one part changed."""
    copy = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return copy


def test_columns_keep_their_types_and_rows_their_numbers(make: Make) -> None:
    path = make(
        S=[
            ["id", "Comment", "day", "at", "nps", "part", "ok", "mixed"],
            [1, "Good", DAY, DAY, 9, 0.1, True, 5.0],
            [],
            [2, "", DAY, NOON, None, 2, False, "x"],
            [3, "Bad", None, None, 10, None, None, DAY],
        ]
    )
    table, rows, rejects, notes = open_rows(path)
    assert dict(zip(table.schema.names, table.schema.types, strict=True)) == {
        "id": pa.int64(), "Comment": pa.string(), "day": pa.date32(), "at": pa.timestamp("us"),
        "nps": pa.int64(), "part": pa.float64(), "ok": pa.bool_(), "mixed": pa.string(),
    }  # fmt: skip
    assert [row["row"] for row in rows] == [2, 4, 5]
    assert rows[0] == {
        "row": 2, "id": 1, "Comment": "Good", "day": DAY.date(), "at": DAY, "nps": 9, "part": 0.1,
        "ok": True, "mixed": "5",
    }  # fmt: skip
    assert rows[1]["Comment"] is None
    assert rows[1]["at"] == NOON
    assert [row["mixed"] for row in rows] == ["5", "x", "2021-10-03"]
    assert rejects == notes == []
    assert table.bytes_read == table.bytes_total > 0


def test_a_title_above_the_header_is_left_out_and_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A2"] = "Customer survey"
    sheet.merge_cells("A2:E2")
    sheet["A3"], sheet["B3"] = "Exported", DAY
    for column, name in enumerate(["id", "Comment", "Team", "nps"], start=2):
        sheet.cell(5, column, name)
        sheet.cell(6, column, {"id": 1, "nps": 9}.get(name, "word"))
    book.save(tmp_path / "a.xlsx")
    table, rows, _, notes = open_rows(tmp_path / "a.xlsx")
    assert table.schema.names == ["id", "Comment", "Team", "nps"]  # and no gap before them
    assert rows == [{"row": 6, "id": 1, "Comment": "word", "Team": "word", "nps": 9}]
    assert notes == ["a.xlsx: the header is row 5, what stands above it is left out."]


def test_one_column_of_text(make: Make) -> None:
    _, rows, _, _ = open_rows(make(S=[["Comment"], ["Good"], [None], ["Bad"]]))
    assert [(row["row"], row["Comment"]) for row in rows] == [(2, "Good"), (4, "Bad")]


def test_a_row_wider_than_the_header_is_rejected_by_its_number(make: Make) -> None:
    path = make(S=[["id", "text"], [1, "a"], [2, "b", None, "c"], [3, "c"], [4, "d", "e"]])
    _, rows, rejects, _ = open_rows(path)
    assert [row["id"] for row in rows] == [1, 3]
    assert rejects == [(n, "", "more fields than the header's 2") for n in (3, 5)]


def test_the_first_sheet_with_data_is_read_and_told(make: Make) -> None:
    rows = [["text"], ["Good"]]
    path = make(Empty=[], Cover=[["Read me"]], Data=rows, More=[["text"], ["Bad"]])
    _, found, _, notes = open_rows(path)
    assert found[0]["text"] == "Good"
    assert notes == [
        "a.xlsx: the sheet 'Data' is read. There is data in 'Cover', 'More' too: "
        "--sheet NAME reads another."
    ]
    _, found, _, notes = open_rows(path, sheet="More")
    assert found[0]["text"] == "Bad"
    assert notes == []
    with pytest.raises(InputError, match=r"no sheet 'Mor' with data: did you mean 'More'\?"):
        open_rows(path, sheet="Mor")
    with pytest.raises(InputError, match="no sheet 'Empty' with data"):
        open_rows(path, sheet="Empty")


def test_a_hidden_sheet_is_not_the_first(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["text"])
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    for row in (["text"], ["shown"]):
        (book["S"] if "S" in book.sheetnames else book.create_sheet("S")).append(row)
    book.active = 1
    book.save(tmp_path / "a.xlsx")
    assert open_rows(tmp_path / "a.xlsx")[1][0]["text"] == "shown"


def test_a_formula_gives_its_saved_result(make: Make) -> None:
    path = make(S=[["text", "n"], ["Good", "=1+1"], ["Bad", "=2+2"]])
    _, rows, _, notes = open_rows(path)
    assert [row["n"] for row in rows] == [None, None]
    assert "formulas saved without their results are read as empty cells (2)" in notes[0]
    computed = broken(
        path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<v />", b"<v>2</v>").replace(
            b"<v></v>", b"<v>2</v>")
    )  # fmt: skip
    _, rows, _, notes = open_rows(computed)
    assert [row["n"] for row in rows] == [2, 2]
    assert notes == []


def test_errors_and_blank_texts_are_no_value(make: Make) -> None:
    path = make(S=[["text", "n"], ["#N/A", 1], ["#DIV/0!", 2], ["   ", 3], ["#1 shop", 4]])
    assert [row["text"] for row in open_rows(path)[1]] == [None, None, None, "#1 shop"]


def test_columns_of_one_name_are_told_apart(make: Make) -> None:
    table, _, _, notes = open_rows(make(S=[["text", "a", "a"], ["x", 1, 2]]))
    assert table.schema.names == ["text", "a", "a_2"]
    assert "columns of one name are read as 'a_2' too" in notes[0]


def test_macros_are_not_run_and_it_is_told(make: Make, tmp_path: Path) -> None:
    path = make(S=[["text"], ["Good"]]).rename(tmp_path / "a.xlsm")
    _, rows, _, notes = open_rows(path)
    assert rows[0]["text"] == "Good"
    assert notes == ["a.xlsm: its macros are not run."]


def test_what_is_no_workbook_is_refused_in_one_sentence(make: Make, tmp_path: Path) -> None:
    good = make("good.xlsx", S=[["text"], ["Good"]])
    sheet = "xl/worksheets/sheet1.xml"
    files = {
        "empty.xlsx": (b"", "broken or not"),
        "html.xlsx": (b"<html><table>", "broken or not"),
        "zip.xlsx": (b"PK\x03\x04" + bytes(60), "broken or not"),
        "locked.xlsx": (b"\xd0\xcf\x11\xe0" + bytes(600), "protected by a password"),
        "cut.xlsx": (good.read_bytes()[:-200], "broken or not"),
        "xml.xlsx": (broken(good, sheet, lambda xml: xml[:-30]).read_bytes(), "broken or not"),
        "nothing.xlsx": (make("n.xlsx", S=[]).read_bytes(), "is empty"),
        "header.xlsx": (make("h.xlsx", S=[["id", "text"]]).read_bytes(), "header but no row"),
    }
    for name, (content, message) in files.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(InputError, match=message) as error:
            open_rows(path)
        assert str(error.value).startswith(str(path))
        assert "\n" not in str(error.value)


def test_styles_that_break_the_standard_do_not_matter(make: Make) -> None:
    path = broken(
        make(S=[["text", "day"], ["Good", DAY]]),
        "xl/styles.xml",
        lambda xml: xml.replace(b"</fills>", b"<fill /></fills>", 1),
    )
    with pytest.raises((TypeError, ValueError)):
        openpyxl.load_workbook(path)
    assert open_rows(path)[1] == [{"row": 2, "text": "Good", "day": DAY.date()}]


def test_entities_are_refused(make: Make) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><worksheet'
    path = broken(
        make(S=[["text"], ["Good"]]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<worksheet", bomb, 1),
    )
    with pytest.raises(InputError, match="declares XML entities"):
        open_rows(path)


def test_a_bomb_is_refused_before_it_is_unpacked(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(S=[["text"], ["Good"]])
    monkeypatch.setattr(workbook, "_MAX_XML_BYTES", 1000)
    with pytest.raises(InputError, match="unpacks to more than can be read"):
        open_rows(path)


def test_a_row_that_never_ends_is_refused(make: Make) -> None:
    path = broken(
        make(S=[["text"], ["Good"]]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"</row>", b"<c/>" * (5 << 20) + b"</row>", 1),
    )
    with pytest.raises(InputError, match="a row of over 16 MB"):
        open_rows(path)


def test_a_row_number_beyond_any_sheet_is_refused(make: Make) -> None:
    path = broken(
        make(S=[["text"], ["Good"]]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'r="2"', b'r="2000000000"').replace(b'"A2"', b'"A2000000000"'),
    )
    with pytest.raises(InputError, match=r"larger than 1,048,576 rows"):
        open_rows(path)


def test_a_size_that_is_a_lie_does_not_matter(make: Make) -> None:
    path = broken(
        make(S=[["text", "n"], ["Good", 1]]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'),
    )
    assert open_rows(path)[1] == [{"row": 2, "text": "Good", "n": 1}]


def test_a_workbook_is_read_as_feedback(read: Any, make: Make) -> None:
    path = make(
        S=[
            ["Survey of October"],
            ["id", "Comment", "Date", "NPS"],
            ["r1", "Good", NOON, 9],
            ["r2", None, NOON, 11],
            ["r1", "Again", NOON, 9],
            ["r3", None, None, 7],
        ]
    )
    got = read(path)
    assert [row["interaction_id"] for row in got.rows] == ["r1", "r3"]
    assert got.rows[0]["occurred_at"] == NOON.replace(tzinfo=datetime.UTC)
    assert [row["responses"][0]["value"] for row in got.rows] == [9, 7]
    assert got.rejects == [
        ("a.xlsx", 4, "NPS", "nps outside 0-10"),
        ("a.xlsx", 5, "id", "duplicate id"),
    ]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    texts=st.lists(
        st.text(
            alphabet=st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"),
            min_size=1,
        ).filter(lambda text: "_x" not in text),
        min_size=1,
        max_size=6,
    )
)
def test_any_text_comes_back(make: Make, texts: list[str]) -> None:
    path = make(S=[["n", "text"], *([n, None] for n in range(len(texts)))])
    book = openpyxl.load_workbook(path)
    for n, text in enumerate(texts, start=2):
        book.active.cell(n, 2).value = text
        book.active.cell(n, 2).data_type = "s"
    book.save(path)
    rows = open_rows(path)[1]
    errors = {t for t in texts if t.isspace() or t in workbook._ERRORS}
    assert [row["text"] for row in rows] == [None if t in errors else t for t in texts]
