"""Qualtrics: three header rows, several verbatims, and responses that are no customer's."""

from __future__ import annotations

import csv
import datetime
from collections import Counter

import openpyxl
import pytest

from cxnlp.errors import InputError
from cxnlp.importers.exports.qualtrics import PREVIEW, SPAM, TEST, UNFINISHED

UTC = datetime.UTC
REASON = "What is the main reason for your score?"
RECOMMEND = (
    "On a scale from 0-10, how likely are you to recommend Northwind to a friend or colleague?"
)


def answers(rows, kind):
    """Return the value of each submission that answered a metric."""
    return {
        row["submission_id"][:4]: answer["value"]
        for row in rows
        for answer in row["responses"]
        if answer["metric"] == kind
    }


def rewritten(data, write, change, name="qualtrics.csv"):
    """Return a copy of an export whose rows `change` has changed."""
    with (data / name).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    lines = change(rows)
    path = write("changed.csv", "")
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(lines)
    return path


def test_no_header_row_is_a_response_and_tests_are_counted(read, data):
    got = read(data / "qualtrics.csv")
    assert got.feedback.counts.rows_read == 11
    assert got.feedback.counts.rows_kept == 6
    whole = [(row, field, reason) for _, row, field, reason in got.rejects if row != 11]
    assert whole == [
        (2, "Status", PREVIEW),
        (3, "Finished", UNFINISHED),
        (5, "Status", SPAM),
        (6, "Status", TEST),
        (10, "Status", PREVIEW),
    ]
    assert not any("ImportId" in (row["text"] or "") for row in got.rows)


def test_every_verbatim_has_its_own_question(read, data):
    got = read(data / "qualtrics.csv")
    said = {(row["submission_id"][:4], row["question"], row["text"]) for row in got.rows}
    assert ("R_01", REASON, "Fast delivery, and the driver was friendly.") in said
    assert ("R_01", "Is there anything we could do better?", "Nothing.") in said
    assert ("R_04", REASON, "The parcel came two weeks late,\nand nobody called.") in said
    assert ("R_08", "Where did you order? - Other (please specify)", "At a friend's shop") in said
    texts = Counter(row["submission_id"][:4] for row in got.rows if row["text"])
    assert texts == {"R_01": 2, "R_04": 2, "R_08": 2, "R_09": 1, "R_11": 1}


def test_a_number_in_a_text_box_is_no_verbatim(read, data):
    texts = {row["text"] for row in read(data / "qualtrics.csv").rows}
    assert not texts & {"1", "2", "4"}


def test_scores_are_those_of_customers(read, data):
    got = read(data / "qualtrics.csv")
    nps = answers(got.rows, "nps")
    assert nps == {"R_01": 10, "R_04": 3, "R_07": 8, "R_08": 0, "R_09": 9}
    csat = answers(got.rows, "csat")
    assert csat == {"R_01": 5, "R_04": 2, "R_07": 4, "R_08": 1, "R_09": 5}
    assert {a["question_id"] for r in got.rows for a in r["responses"] if a["metric"] == "nps"} == {
        RECOMMEND
    }
    assert [reason for _, row, _, reason in got.rejects if row == 11] == [
        "nps outside 0-10",
        "csat outside 1-5",
    ]


def test_a_response_without_a_verbatim_keeps_its_scores(read, data):
    row = next(r for r in read(data / "qualtrics.csv").rows if r["submission_id"][:4] == "R_07")
    assert row["text"] is None
    assert [(a["metric"], a["value"]) for a in row["responses"]] == [("nps", 8), ("csat", 4)]


def test_dates_are_of_the_zone_that_the_import_ids_name(read, data):
    row = read(data / "qualtrics.csv").rows[0]
    assert row["occurred_at"] == datetime.datetime(2024, 3, 1, 8, 4, 11, tzinfo=UTC)
    labels = read(data / "qualtrics_labels.csv").rows[0]
    assert labels["occurred_at"] == datetime.datetime(2024, 4, 1, 10, 5, 1, tzinfo=UTC)


def test_customer_language_touchpoint_and_embedded_data_are_read(read, data):
    got = read(data / "qualtrics.csv")
    first = got.rows[0]
    assert (first["customer_id"], first["language"]) == ("cust-1", "en")
    assert (first["channel"], first["touchpoint"]) == ("survey", "delivery")
    assert first["segments"] == [("Plan", "Basic")]
    french = next(row for row in got.rows if row["submission_id"][:4] == "R_09")
    assert (french["customer_id"], french["language"]) == (None, "fr")
    assert french["text"] == "Très bien, \U0001f600 naïve <b>bold</b> claim"


def test_labels_become_the_numbers_they_mean(read, data):
    got = read(data / "qualtrics_labels.csv")
    assert got.feedback.counts.rows_kept == 4
    assert answers(got.rows, "nps") == {"R_L1": 10, "R_L3": 0, "R_L5": 7, "R_L7": 9}
    assert answers(got.rows, "csat") == {"R_L1": 5, "R_L3": 1, "R_L5": 3, "R_L7": 4}
    assert answers(got.rows, "ces") == {"R_L1": 7, "R_L3": 3, "R_L5": 4, "R_L7": 6}
    assert [reason for *_, reason in got.rejects] == [PREVIEW, UNFINISHED, SPAM]


def test_progress_decides_where_finished_says_nothing(read, data, write):
    def blank(rows):
        at = rows[0].index("Finished")
        return rows[:3] + [[*row[:at], "", *row[at + 1 :]] for row in rows[3:]]

    got = read(rewritten(data, write, blank))
    assert (3, "Progress", UNFINISHED) in [reject[1:] for reject in got.rejects]
    assert got.feedback.counts.rows_kept == 6


def test_numbers_in_another_column_order_are_found_by_their_import_ids(read, data, write):
    got = read(rewritten(data, write, lambda rows: [row[::-1] for row in rows]))
    assert answers(got.rows, "csat") == {"R_01": 5, "R_04": 2, "R_07": 4, "R_08": 1, "R_09": 5}
    assert {row["channel"] for row in got.rows} == {"survey"}


def test_without_import_ids_the_names_of_the_columns_do(read, data, write):
    path = rewritten(data, write, lambda rows: [*rows[:2], *rows[3:]])
    got = read(path)
    assert got.feedback.counts.rows_kept == 6
    assert {row["source"] for row in got.rows} == {"qualtrics"}
    assert answers(got.rows, "nps") == {"R_01": 10, "R_04": 3, "R_07": 8, "R_08": 0, "R_09": 9}


def test_a_workbook_has_two_headers_and_the_rows_of_the_spreadsheet(read, data, tmp_path):
    with (data / "qualtrics.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    book = openpyxl.Workbook()
    for row in [*rows[:2], *rows[3:]]:
        book.active.append([cell or None for cell in row])
    for cell in (cell for row in book.active.iter_rows() for cell in row):
        cell.data_type = "s" if cell.data_type == "f" else cell.data_type
    book.save(tmp_path / "export.xlsx")
    got = read(tmp_path / "export.xlsx")
    assert answers(got.rows, "nps") == {"R_01": 10, "R_04": 3, "R_07": 8, "R_08": 0, "R_09": 9}
    assert got.rejects[0][1:] == (4, "Status", PREVIEW)
    assert got.rows[0]["segments"] == [("Plan", "Basic")]
    assert got.rows[0]["touchpoint"] == "delivery"


def test_a_broken_label_row_is_not_taken_for_a_response(read, data, write):
    path = rewritten(data, write, lambda rows: [rows[0], rows[1][:-2], *rows[2:]])
    got = read(path)
    assert got.feedback.counts.rows_kept == 6
    assert all(row["submission_id"].startswith("R_") for row in got.rows)


def test_an_export_of_tests_alone_is_refused_with_the_reason(read, data, write):
    path = rewritten(data, write, lambda rows: [*rows[:3], rows[4], rows[5]])
    with pytest.raises(InputError, match=r"preview of the survey \(1\), unfinished response \(1\)"):
        read(path)


def test_tabs_and_utf_16_are_read_too(read, data, tmp_path):
    text = (data / "qualtrics_labels.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))
    path = tmp_path / "export.tsv"
    with path.open("w", encoding="utf-16", newline="") as stream:
        csv.writer(stream, delimiter="\t").writerows(rows)
    assert read(path).rows == read(data / "qualtrics_labels.csv").rows
