"""Delighted: each survey type a metric of its own scale, properties of persons as segments."""

from __future__ import annotations

import datetime
import json

import pytest

UTC = datetime.UTC


def export(write, rows, header="id,survey_type,score,comment,created_at,person"):
    """Return a file of responses."""
    return write("d.csv", header + "\n" + "".join(f"{row}\n" for row in rows))


def test_every_type_has_its_metric_and_scale(read, data):
    got = read(data / "delighted.csv")
    found = [
        (row["interaction_id"], a["question_id"], a["metric"], a["value"], a["scale_max"])
        for row in got.rows
        for a in row["responses"]
    ]
    assert found == [
        ("5001", "nps", "nps", 10, 10),
        ("5002", "nps", "nps", 0, 10),
        ("5003", "nps", "nps", 7, 10),
        ("5004", "csat", "csat", 5, 5),
        ("5005", "csat", "csat", 2, 5),
        ("5006", "ces", "ces", 6, 7),
        ("5007", "ces", "ces", 1, 7),
    ]


def test_unix_times_and_persons_are_read(read, data):
    row = read(data / "delighted.csv").rows[0]
    assert row["occurred_at"] == datetime.datetime(2024, 1, 2, tzinfo=UTC)
    assert row["customer_id"] == "901"
    assert row["channel"] == "survey"


def test_employees_are_no_customers_and_no_other_comment_is_lost(read, data):
    got = read(data / "delighted.csv")
    assert "5008" not in {row["interaction_id"] for row in got.rows}
    assert [(row, reason) for _, row, _, reason in got.rejects] == [
        (8, "answer of an employee (eNPS)"),
        (10, "not a number"),
        (11, "nps outside 0-10"),
    ]
    texts = {row["interaction_id"]: row["text"] for row in got.rows}
    assert texts["5009"] == "I only want to say thanks."
    assert texts["5010"] == "What scale is this?"
    assert texts["5003"] is None


def test_properties_and_tags_are_segments(read, data):
    rows = {
        row["interaction_id"]: dict(row["segments"]) for row in read(data / "delighted.csv").rows
    }
    assert rows["5001"] == {
        "tags": "promo",
        "country": "USA",
        "purchase_experience": "Retail Store",
        "order": "A1",
    }
    assert rows["5005"] == {}
    assert rows["5007"] == {}


def test_flat_properties_are_segments_and_addresses_are_not(read, write):
    header = "id,survey_type,score,comment,created_at,person,Plan,Customer Email"
    rows = ["1,nps,9,Good,1704067200,7,Gold,a@example.com", "2,nps,2,Bad,1704067201,8,Free,b@x.org"]
    got = read(export(write, rows, header))
    assert [row["segments"] for row in got.rows] == [[("Plan", "Gold")], [("Plan", "Free")]]


@pytest.mark.parametrize(("highest", "scale"), [(5, 5), (7, 7)])
def test_the_scale_of_effort_is_seen_from_many_answers(read, write, highest, scale):
    rows = [f"{n},ces,{1 + n % highest},,1704067200,{n}" for n in range(40)]
    got = read(export(write, rows))
    assert {a["scale_max"] for row in got.rows for a in row["responses"]} == {scale}
    assert any(f"CES 1-{scale}" in note for note in got.notes)


def test_json_lines_of_the_api_are_read_like_the_table(read, write):
    responses = [
        {"id": "1", "person": "9", "survey_type": "nps", "score": 8, "comment": "Fine",
         "created_at": 1704067200, "person_properties": {"country": "USA"}, "tags": ["a", "b"]},
        {"id": "2", "person": "8", "survey_type": "nps", "score": 3, "comment": None,
         "created_at": 1704067300, "person_properties": None, "tags": []},
    ]  # fmt: skip
    path = write("d.jsonl", "".join(json.dumps(response) + "\n" for response in responses))
    got = read(path)
    assert [a["value"] for row in got.rows for a in row["responses"]] == [8, 3]
    assert dict(got.rows[0]["segments"]) == {"country": "USA", "tags": "a; b"}


def test_responses_without_an_id_are_told_apart_by_what_they_say(read, write):
    header = "survey_type,score,comment,created_at,person"
    rows = ["nps,9,Good,1704067200,7", "nps,9,Good,1704067200,8", "nps,9,Good,1704067200,8"]
    got = read(export(write, rows, header))
    assert len(got.rows) == 2
    assert got.feedback.counts.duplicates == 1
