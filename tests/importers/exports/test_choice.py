"""Which importer reads a file: told, recognised, or hesitated between; and what wins over it."""

from __future__ import annotations

import csv
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxnlp.declarations import JourneyFile, Metric
from cxnlp.errors import InputError
from cxnlp.importers.exports import exports, format_names, open_input
from cxnlp.importers.table import ignore_reject

LIKE_TWO = "review_id,star_rating,create_time,rating,title,body,created_date,territory\n"


def metric(column: str, kind: str) -> Metric:
    """Return a declared metric of 0 to 10."""
    return Metric(
        column=column,
        kind=kind,
        question_id="own",
        scale_min=0,
        scale_max=10,
        higher_is_better=True,
    )


def test_between_two_it_says_which_and_reads_the_plain_table(read, write):
    path = write("a.csv", LIKE_TWO + "r1,FIVE,2024-01-01,5,Good,Very good,2024-01-01,USA\n")
    got = read(path)
    said = next(note for note in got.notes if "could be" in note)
    assert said == (
        "a.csv: could be an export of App Store or an export of Google Business, but is read as a "
        "plain table. Say which by --format app_store or --format google_business or --format csv."
    )
    assert {row["source"] for row in got.rows} == {"a.csv"}
    assert {row["source"] for row in read(path, format_name="app_store").rows} == {"app_store"}


def test_named_as_a_plain_table_it_is_one(read, data):
    got = read(data / "trustpilot.csv", format_name="csv", text="Review Content")
    assert {row["source"] for row in got.rows} == {"trustpilot.csv"}
    assert not any("export of" in note for note in got.notes)


def test_a_csv_file_of_another_name_is_read_by_its_format(read, write):
    path = write("feedback.txt", "text;nps\nGood;9\nBad;1\n")
    with pytest.raises(InputError, match="cannot be read"):
        read(path)
    assert [row["text"] for row in read(path, format_name="csv").rows] == ["Good", "Bad"]


def test_an_unknown_format_names_those_there_are(read, write):
    with pytest.raises(InputError, match=r"no format 'qualtrix': did you mean 'qualtrics'\?") as e:
        read(write("a.csv", "text\nGood\n"), format_name="qualtrix")
    assert all(name in str(e.value) for name in format_names())


@pytest.mark.parametrize("told", ["Trustpilot", "TRUSTPILOT", " trustpilot "])
def test_a_format_is_known_in_any_spelling(read, data, told):
    assert len(read(data / "trustpilot.csv", format_name=told).rows) == 4


def test_map_wins_over_the_importer(read, data):
    path = data / "trustpilot.csv"
    got = read(path, text="Review Title", touchpoint="Domain Url")
    assert got.rows[0]["text"] == "Great after-sales service"
    assert got.rows[0]["touchpoint"] == "www_example_com"
    assert "Domain Url" not in dict(got.rows[0]["segments"])
    assert read(path, language="").rows[0]["language"] is None
    nps = read(data / "qualtrics.csv", nps="").rows
    assert {a["metric"] for row in nps for a in row["responses"]} == {"csat"}


def test_a_map_of_a_missing_column_is_refused(read, data):
    with pytest.raises(InputError, match="no column 'Comment'"):
        read(data / "trustpilot.csv", text="Comment")


def test_the_journey_file_wins_over_the_importer(read, data):
    journey = JourneyFile(metrics=(metric("Q4", "rating"),), segments=("Q5",))
    got = read(data / "qualtrics.csv", journey=journey)
    rated = {a["question_id"]: a["metric"] for r in got.rows for a in r["responses"]}
    assert rated["own"] == "rating"
    assert sorted(rated.values()) == ["nps", "rating"]
    assert dict(got.rows[0]["segments"]) == {"Q5": "1", "Plan": "Basic"}


def test_two_kinds_of_export_with_the_same_ids_are_both_kept(read, data):
    a, b = data / "trustpilot.csv", data / "app_store.csv"
    got = read(a, b)
    assert len(got.rows) == len(read(a).rows) + len(read(b).rows)


def test_columns_that_an_importer_makes_are_not_kept_as_input(read, data):
    got = read(data / "google_play.csv")
    table, export = open_input(data / "google_play.csv", format_name="auto", note=lambda line: None)
    assert export is not None
    assert export.derived <= set(table.schema.names)
    added = [name for name in got.feedback.schema.names if name.startswith("input_")]
    assert added == []


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sets(st.integers(0, 8)), min_size=1, max_size=4))
def test_overlapping_exports_give_every_response_once(read, tmp_path, parts):
    wanted = sorted(set().union(*parts))
    paths = []
    for n, part in enumerate(parts):
        path = tmp_path / f"part{n}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["Review Id", "Review Created (UTC)", "Review Content", "Review Stars"])
            writer.writerows(
                [f"r{i}", "2024-01-01 10:00:00", f"Text {i}", str(1 + i % 5)] for i in sorted(part)
            )
        if part:
            paths.append(path)
    if not paths:
        return
    got = read(*paths)
    assert sorted(row["interaction_id"] for row in got.rows) == [f"r{i}" for i in wanted]
    assert sum(len(row["responses"]) for row in got.rows) == len(wanted)
    assert got.feedback.counts.duplicates == sum(map(len, parts)) - len(wanted)


def test_no_importer_takes_a_table_of_the_usual_columns(write):
    for header in ("text,nps", "id,comment,created_at,channel", "rating,review,date,title", "a"):
        path = write("plain.csv", header + "\n" + ",".join("1" * (header.count(",") + 1)) + "\n")
        table, export = open_input(path, format_name="auto", note=lambda line: None)
        assert export is None
        assert next(table.chunks(1, ignore_reject)).rows == [1]
    assert len(exports()) >= 9


def test_a_known_export_of_json_needs_no_word_of_its_rows(read, tmp_path):
    path = tmp_path / "tickets.json"
    ticket = {"id": 1, "requester_id": 2, "subject": "x", "status": "open"}
    comment = {"author_id": 2, "body": "It never came."}
    path.write_text(json.dumps({"tickets": [{**ticket, "comments": [comment]}]}))
    assert [n for n in read(path).notes if "the rows are" in n] == []
    path.write_text(json.dumps({"reviews": [{"text": "It never came."}]}))
    assert [n for n in read(path).notes if "the rows are" in n] != []
