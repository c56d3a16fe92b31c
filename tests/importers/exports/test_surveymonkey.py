"""SurveyMonkey: a second header row, and questions with several columns."""

from __future__ import annotations

import datetime

import pytest

from cxnlp.errors import InputError

UTC = datetime.UTC


def test_the_row_of_labels_is_no_response(read, data):
    got = read(data / "surveymonkey.csv")
    assert got.feedback.counts.rows_read == 5
    assert got.feedback.counts.rows_kept == 4
    assert [(row, reason) for _, row, _, reason in got.rejects] == [(5, "no text and no score")]
    assert {row["submission_id"] for row in got.rows} == {f"11805221906{n}" for n in (1, 2, 3, 4)}


def test_the_header_is_the_question(read, data):
    got = read(data / "surveymonkey.csv")
    said = [(row["submission_id"][-1], row["question"], row["text"]) for row in got.rows]
    like, why = "What do you like most?", "Why did you leave us? Please tell us in your own words."
    used = "Which of these did you use? - Other (please specify)"
    assert [s for s in said if s[2]] == [
        ("1", like, "The staff know what they are doing."),
        ("2", like, 'Nothing at all, "they" said; really.'),
        ("2", why, "Two months without an answer."),
        ("3", used, "Your phone line, which was always busy"),
        ("4", like, "Prices"),
    ]


def test_scores_of_numbers_and_of_words(read, data):
    found = {
        (row["submission_id"][-1], answer["metric"], answer["value"], answer["scale_max"])
        for row in read(data / "surveymonkey.csv").rows
        for answer in row["responses"]
    }
    nps = {("1", "nps", 10, 10), ("2", "nps", 0, 10), ("3", "nps", 7, 10), ("4", "nps", 9, 10)}
    csat = {("1", "csat", 5, 5), ("2", "csat", 1, 5), ("3", "csat", 3, 5), ("4", "csat", 4, 5)}
    assert found == nps | csat


def test_a_date_that_could_be_both_has_the_month_first(read, data):
    got = read(data / "surveymonkey.csv")
    assert got.rows[0]["occurred_at"] == datetime.datetime(2024, 3, 1, 10, 15, 20, tzinfo=UTC)
    assert "surveymonkey.csv: dates could be day/month or month/day, read as month/day." in (
        got.notes
    )


def test_custom_data_are_segments_and_persons_are_not(read, data):
    got = read(data / "surveymonkey.csv")
    assert {name for row in got.rows for name, _ in row["segments"]} == {"Custom Data 1"}


def test_without_a_row_of_labels_the_first_response_is_kept(read, write):
    path = write(
        "a.csv",
        "Respondent ID,Collector ID,End Date,What could we do better?\n"
        "11,5,2024-01-31 10:00:00,Answer the phone when somebody calls\n"
        "12,5,2024-02-01 10:00:00,Send the parcel on the day you promise\n",
    )
    got = read(path)
    assert [row["submission_id"] for row in got.rows] == ["11", "12"]
    assert {row["question"] for row in got.rows} == {"What could we do better?"}


def test_an_export_without_dates_is_refused_until_it_is_named(read, write):
    path = write(
        "a.csv",
        "Respondent ID,Collector ID,What could we do better?\n"
        ",,Open-Ended Response\n"
        "1,5,More staff\n",
    )
    with pytest.raises(InputError, match=r"could be .*SurveyMonkey.*--format surveymonkey"):
        read(path)
    assert [row["text"] for row in read(path, format_name="surveymonkey").rows] == ["More staff"]
