"""CSV as it is found: encodings, delimiters, quotes and rows that do not fit."""

from __future__ import annotations

import pytest

from cxnlp.errors import InputError
from cxnlp.importers.formats.delimited import open_table

TEXT = "id,text\n1,Café was très good\n2,naïve\n"


def read(path):
    """Return the rows, the rejects and the notes of a file."""
    notes, rejects = [], []
    table = open_table(path, notes.append)
    rows = [
        (number, *row.values())
        for chunk in table.chunks(10, lambda *reject: rejects.append(reject))
        for number, row in zip(chunk.rows, chunk.batch.to_pylist(), strict=True)
    ]
    return rows, rejects, notes


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", ""),
        ("utf-8-sig", "byte-order mark"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16 without a byte-order mark"),
        ("utf-16-be", "UTF-16 without a byte-order mark"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_encodings_are_found_and_said(write, encoding, said):
    rows, rejects, notes = read(write("a.csv", TEXT, encoding))
    assert rows == [(1, "1", "Café was très good"), (2, "2", "naïve")]
    assert rejects == []
    assert said in "".join(notes)
    assert bool(notes) == bool(said)


def test_one_odd_byte_late_in_the_file_decides_for_windows_1252(write):
    body = b"id,text\n" + b"1,plain ascii text\n" * 200_000 + b"2,caf\xe9\n"
    rows, _, notes = read(write("a.csv", body))
    assert rows[-1][2] == "café"
    assert "Windows-1252" in notes[0]


def test_a_broken_byte_among_right_utf_8_does_not_make_it_windows_1252(write):
    body = "id,text\n1,Café très naïve 🙂\n".encode() + b"2,br\xffken\n"
    rows, _, notes = read(write("a.csv", body))
    assert rows[0][2] == "Café très naïve 🙂"
    assert rows[1][2] == "br\ufffdken"
    assert "1 characters are broken" in notes[0]


@pytest.mark.parametrize(
    ("delimiter", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")]
)
def test_delimiters_are_found_and_said(write, delimiter, name):
    body = f"id{delimiter}text\n" + f"1{delimiter}good, cheap, and fast\n" * 3
    rows, rejects, notes = read(write("a.csv", body))
    assert rows[0] == (1, "1", "good, cheap, and fast")
    assert rejects == []
    assert name in notes[0]


def test_the_line_by_which_excel_names_the_delimiter(write):
    rows, _, _ = read(write("a.csv", "sep=;\nid;text\n1;a\n"))
    assert rows == [(1, "1", "a")]


def test_quotes_newlines_and_blank_lines(write):
    body = 'id,text\n1,"a ""b"", c\nd"\n\n2,"x\r\ny"\n'
    rows, rejects, _ = read(write("a.csv", body))
    assert rows == [(1, "1", 'a "b", c\nd'), (2, "2", "x\r\ny")]
    assert rejects == []


def test_rows_of_another_width_are_rejected(write):
    rows, rejects, _ = read(write("a.csv", "id,text,n\n1,a\n2,b,3\n3,c,4,5\n4,d,5,,\n"))
    assert [row[0] for row in rows] == [2, 4]
    assert rejects == [
        (1, "", "fewer fields than the header's 3"),
        (3, "", "more fields than the header's 3"),
    ]


def test_a_quote_that_never_closes_costs_one_row(write):
    body = 'id,text\n1,ok\n2,"never closed\n3,fine\n4,fine too\n'
    rows, rejects, _ = read(write("a.csv", body))
    assert [row[1] for row in rows] == ["1", "3", "4"]
    assert rejects == [(2, "", "a quote that is opened and not closed")]


def test_a_quote_that_closes_in_a_later_row_costs_one_row(write):
    body = 'id,text\n1,"never closed\n2,fine\n3,"quoted, well"\n4,fine\n'
    rows, rejects, _ = read(write("a.csv", body))
    assert [row[1] for row in rows] == ["2", "3", "4"]
    assert [reject[0] for reject in rejects] == [1]


def test_a_field_over_the_limit_of_the_csv_module(write):
    long = "x" * 131_073  # one over the default of the csv module
    huge = "y" * (3 << 20)
    rows, rejects, _ = read(write("a.csv", f'id,text\n1,"{long}"\n2,"{huge}"\n3,ok\n'))
    assert [row[1] for row in rows] == ["1", "3"]
    assert rows[0][2] == long
    assert rejects == [(2, "", "a field of over 1,048,576 characters")]


def test_a_line_without_end_is_rejected_in_bounded_memory(write):
    wide = ",".join(["z" * 1000] * 20_000)
    rows, rejects, _ = read(write("a.csv", f"id,text\n1,{wide}\n2,ok\n"))
    assert rows == [(2, "2", "ok")]
    assert [reject[0] for reject in rejects] == [1]


def test_double_and_empty_column_names_are_told_apart(write):
    notes = []
    table = open_table(write("a.csv", "x,x,,text\n1,2,3,a\n"), notes.append)
    assert notes == ["a.csv: columns of one name are read as 'x_2' too."]
    assert table.schema.names == ["x", "x_2", "column_3", "text"]


def test_a_single_column_counts_its_empty_lines(write):
    rows, _, _ = read(write("a.csv", "text\na\n\nb\n"))
    assert rows == [(1, "a"), (2, None), (3, "b")]


def test_commas_in_a_single_column_need_no_quotes(write):
    rows, rejects, _ = read(write("a.csv", 'text\nSlow, rude, dear\n"Good, but late"\nFine\n'))
    assert rows == [(1, "Slow, rude, dear"), (2, "Good, but late"), (3, "Fine")]
    assert rejects == []


def test_no_row_that_fits_is_one_error(write):
    with pytest.raises(InputError, match="no row that fits"):
        open_table(write("a.csv", "feedback of May\nid,text\n1,a\n"), print)


def test_the_row_after_a_line_without_end_is_read(write):
    long = "x" * ((1 << 24) + 10)
    rows, rejects, _ = read(write("a.csv", f"id,text\n1,good\n2,{long}\n3,fine\n"))
    assert rows == [(1, "1", "good"), (3, "3", "fine")]
    assert rejects == [(2, "", "a line of over 16,777,216 characters")]


def test_a_title_that_a_spreadsheet_padded_is_no_header(write):
    above = "Feedback of March;;\nGenerated 2024-04-01;;\n\n"
    rows, rejects, notes = read(write("a.csv", above + "id;nps;text\n1;9;good\n2;3;bad;x\n"))
    assert (rows, rejects) == (
        [(1, "1", "9", "good")],
        [(2, "", "more fields than the header's 3")],
    )
    assert "the 2 rows above the header are left out" in notes[0]


def test_a_header_with_names_to_fill_in_is_no_title(write):
    rows, _, notes = read(write("a.csv", "id,,\n1,9,good\n2,3,bad\n"))
    assert (len(rows), notes) == (2, [])
    # A header of questions, most of whose columns are named by the row of labels under it.
    text = (
        "id,day,Which did you use?,,,,,,\n,,Phone,Chat,Mail,Shop,Web,App,Fax\n1,2,a,b,c,d,e,f,g\n"
    )
    rows, _, notes = read(write("b.csv", text))
    assert (len(rows), notes) == (2, [])
