"""Exports of review sites: stars, titles and texts, and nothing that a company replied."""

from __future__ import annotations

import datetime
import json

import pytest

from cxnlp.importers.exports.google_business import _without_translation
from cxnlp.importers.review_export import joined

UTC = datetime.UTC


def stars(got):
    """Return the stars of every row, None where it has none."""
    return [row["responses"][0]["value"] if row["responses"] else None for row in got.rows]


def test_google_play_is_utf_16_and_mostly_stars(read, data):
    path = data / "google_play.csv"
    assert path.read_bytes().startswith(b"\xff\xfeP\x00")
    got = read(path)
    assert stars(got) == [5, 4, 1, 5, 5, 3, 2, 1, 5, 5]
    assert [row["text"] for row in got.rows if row["text"]] == [
        "Crash.\nIt crashes when I open the basket.",
        "Love it ❤ works, even offline",
        "It is slow and drains the battery",
        "Worst update ever",
    ]
    assert [(row, reason) for _, row, _, reason in got.rejects] == [
        (11, "rating outside 1-5"),
        (12, "no text and no score"),
    ]


def test_google_play_language_date_and_versions(read, data):
    rows = read(data / "google_play.csv").rows
    assert [row["language"] for row in rows[5:8]] == ["en", "de", "en"]
    assert rows[0]["occurred_at"] == datetime.datetime(2024, 3, 1, 9, tzinfo=UTC)
    assert dict(rows[6]["segments"])["App Version Name"] == "2.2.0"
    assert {row["channel"] for row in rows} == {"review"}


def test_google_play_is_known_by_its_fewest_columns(read, tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text(
        "Star Rating,Review Title,Review Text,Review Submit Date and Time\n"
        "5,,,2024-03-01T10:00:00Z\n"
        "2,Slow,It takes minutes to open.,2024-03-01T11:00:00Z\n",
        encoding="utf-16",
    )
    got = read(path)
    assert stars(got) == [5, 2]
    assert {row["source"] for row in got.rows} == {"google_play"}


def test_json_of_the_interface_of_google_business_is_read_too(read, write):
    path = write(
        "reviews.json",
        '{"reviews": [{"reviewId": "a", "starRating": "FIVE", "comment": "Lovely place",'
        ' "createTime": "2024-05-01T10:00:00Z", "reviewReply": {"comment": "Thanks"}},'
        ' {"reviewId": "b", "starRating": "ONE", "createTime": "2024-05-01T10:00:00Z"}]}',
    )
    got = read(path)
    assert stars(got) == [5, 1]
    assert [row["text"] for row in got.rows] == ["Lovely place", None]


def test_json_of_the_interface_of_the_app_store_is_read_too(read, write):
    review = {
        "rating": 4,
        "title": "Nice",
        "body": "Works well",
        "reviewerNickname": "ann",
        "createdDate": "2024-02-01T10:22:33-07:00",
        "territory": "USA",
    }
    data = [{"type": "customerReviews", "id": "a1", "attributes": review}]
    got = read(write("reviews.json", json.dumps({"data": data})))
    assert stars(got) == [4]
    assert got.rows[0]["interaction_id"] == "a1"
    assert got.rows[0]["text"] == "Nice.\nWorks well"
    assert got.rows[0]["segments"] == [("territory", "USA")]


def test_an_edited_review_counts_once(read, data, tmp_path):
    path = data / "google_play.csv"
    text = path.read_text(encoding="utf-16")
    later = tmp_path / "reviews_202404.csv"
    later.write_text(
        text.replace("It crashes when I open the basket.", "It works again."), encoding="utf-16"
    )
    got = read(path, later)
    assert len(got.rows) == len(read(path).rows)


def test_stars_without_a_time_to_the_millisecond_are_not_taken_for_one(read, write):
    path = write(
        "reviews.csv",
        "Package Name,Reviewer Language,Device,Review Submit Date and Time,Star Rating,"
        "Review Text\n" + "com.example,en,a51,2024-03-01,5,\n" * 3,
    )
    assert stars(read(path)) == [5, 5, 5]
    copy = write("copy.csv", path.read_text())
    assert stars(read(path, copy)) == [5, 5, 5]


@pytest.mark.parametrize(("name", "n"), [("trustpilot.csv", 4), ("trustpilot_upper.csv", 3)])
def test_trustpilot_in_any_casing(read, data, name, n):
    got = read(data / name)
    assert stars(got) == [5, 1, 4, 4][:n]
    assert got.rows[0]["text"] == (
        "Great after-sales service.\nThey replaced the lamp within a day."
    )
    assert got.rows[0]["occurred_at"] == datetime.datetime(2024, 1, 12, 8, 30, tzinfo=UTC)
    assert got.rows[2]["text"] is None
    assert {row["responses"][0]["question_id"] for row in got.rows} == {"trustpilot_stars"}


def test_trustpilot_keeps_what_a_customer_typed_and_no_reply(read, data):
    got = read(data / "trustpilot.csv")
    assert got.rows[1]["text"] == (
        "Refund refused.\n<script>alert('x')</script> I sent it back & got nothing; "
        '"final" they said.'
    )
    assert not any("sorry" in (row["text"] or "").lower() for row in got.rows)
    assert [reason for *_, reason in got.rejects] == ["duplicate id"]


def test_app_store(read, data):
    got = read(data / "app_store.csv")
    assert stars(got) == [5, 1, 3, None]
    assert got.rows[1]["text"] == "Lost my data.\nAfter the update all lists are gone!!"
    assert got.rows[0]["occurred_at"] == datetime.datetime(2024, 2, 1, 17, 22, 33, tzinfo=UTC)
    assert [row["segments"] for row in got.rows[:2]] == [
        [("territory", "USA")],
        [("territory", "GBR")],
    ]
    assert [reason for *_, reason in got.rejects] == ["rating outside 1-5"]


def test_google_business_words_are_stars(read, data):
    got = read(data / "google_business.csv")
    assert stars(got) == [5, 1, 3, 4, None]
    assert [row["text"] for row in got.rows] == [
        "Lovely staff, spotless rooms.",
        "Nie wieder.",
        None,
        "Good coffee.",
        "No stars but a word.",
    ]
    assert got.rejects == []


@pytest.mark.parametrize(
    ("title", "text", "whole"),
    [
        (None, "Good.", "Good."),
        ("Good", None, "Good"),
        (" ", "\u200b", None),
        ("Really?", "Yes.", "Really?\nYes."),
        ("The staff were…", "The staff were kind to us.", "The staff were kind to us."),
    ],
)
def test_a_title_and_a_text_are_joined(title, text, whole):
    assert joined(title, text) == whole


def test_a_translation_is_not_the_customers_word():
    assert _without_translation("Gut.\n\n(Translated by Google)\nGood.") == "Gut."
    assert _without_translation("No (Original) here") == "No (Original) here"
