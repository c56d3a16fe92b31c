"""The course of conversations, and who recovers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxnlp.insights.conversations import course_findings, run
from cxnlp.insights.courses import Course, find_course, read_courses, read_turns
from cxnlp.insights.data import InsightData
from cxnlp.insights.options import InsightOptions
from tests.insights.planted import data_of, plant_nothing


def label(score: float) -> str:
    return "negative" if score < -0.3 else "positive" if score > 0.3 else "neutral"


def course_of(*said: tuple[str, float]) -> Course | None:
    turns = [{"text": text} for text, _ in said]
    spans = [
        {"turn": i, "start": 0, "end": len(text), "sentiment": label(score),
         "sentiment_score": score}
        for i, (text, score) in enumerate(said)
    ]  # fmt: skip
    return find_course(read_turns(turns, spans))


LATE = "My parcel is late."
LOST = "Now you tell me that it is lost, which is terrible."
FOUND = "It has arrived and everything is there."


def test_a_recovery_by_hand() -> None:
    course = course_of((LATE, -0.4), (LOST, -0.9), (FOUND, 0.6))
    assert course is not None
    assert (course.start, course.worst, course.end) == (-0.4, -0.9, 0.6)
    assert course.recovery == pytest.approx(1.5)
    assert (course.negative_at_worst, course.negative_at_end) == (True, False)


def test_a_conversation_that_ends_at_its_worst_has_not_recovered() -> None:
    course = course_of((LATE, -0.4), (LOST, -0.9))
    assert course is not None
    assert course.recovery == 0
    assert course.negative_at_end


def test_thanks_at_the_end_are_an_end_and_ok_is_none() -> None:
    thanked = course_of((LATE, -0.4), (LOST, -0.9), ("Great, thank you so much!", 0.8))
    assert thanked is not None
    assert (thanked.end, thanked.negative_at_end) == (0.8, False)
    left = course_of((LATE, -0.4), (LOST, -0.9), ("Ok, bye.", 0.1))
    assert left is not None
    assert (left.end, left.negative_at_end) == (-0.9, True)


@pytest.mark.parametrize("said", [(), ((LATE, -0.4),), (("Hi", 0.1), ("Yes", 0.0), (LATE, -0.4))])
def test_one_turn_is_no_course(said: tuple[tuple[str, float], ...]) -> None:
    assert course_of(*said) is None


def test_a_turn_of_several_spans_weighs_them_by_length() -> None:
    spans: list[dict[str, Any]] = [
        {"turn": 2, "start": 0, "end": 10, "sentiment": "positive", "sentiment_score": 0.8},
        {"turn": 2, "start": 10, "end": 40, "sentiment": "negative", "sentiment_score": -0.4},
        {"turn": None, "start": 0, "end": 4, "sentiment": "negative", "sentiment_score": -1.0},
        {"turn": 9, "start": 0, "end": 4, "sentiment": "negative", "sentiment_score": -1.0},
    ]
    (turn,) = read_turns([{"text": None}, {"text": "a"}, {"text": "b"}], spans)
    assert turn.index == 2
    assert turn.prediction.sentiment_score == pytest.approx((0.8 * 10 - 0.4 * 30) / 40)
    assert turn.prediction.sentiment == "negative"


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=6))
@settings(max_examples=40, deadline=None)
def test_the_worst_is_never_above_start_or_end(scores: list[float]) -> None:
    course = course_of(*((f"{LATE} {i}", score) for i, score in enumerate(scores)))
    assert course is not None
    assert course.worst <= course.start + 1e-4
    assert course.worst <= course.end
    assert 0 <= course.recovery <= 2
    assert course.negative_at_worst or not course.negative_at_end


def test_no_negative_conversation_has_no_recovery_rate() -> None:
    calm = Course(touchpoint="a", row=0, start=0.0, worst=0.0, end=0.0, negative_at_worst=False,
                  negative_at_end=False, trend="steady")  # fmt: skip
    (movement,) = course_findings([calm] * 40)
    assert "move by 0.00" in movement.sentence
    assert movement.p_value is None


def test_the_planted_recovery_is_found(planted_data: InsightData) -> None:
    result = run(planted_data, InsightOptions())
    assert result.status == "ok"
    rates = {row["touchpoint"]: row["recovery_rate"] for row in result.table}
    assert rates["support"] == pytest.approx(70, abs=8)
    assert rates["web"] == pytest.approx(15, abs=6)
    (support,) = [f for f in result.findings if f.where.touchpoint == "support"]
    assert support.verdict == "real"
    assert support.p_value is not None


def test_a_sample_is_the_same_each_time(planted_data: InsightData) -> None:
    one, n_all = read_courses(planted_data, limit=50, seed=1)
    again, _ = read_courses(planted_data, limit=50, seed=1)
    other, _ = read_courses(planted_data, limit=50, seed=2)
    assert n_all > 50
    assert len(one) == 50
    assert [c.row for c in one] == [c.row for c in again]
    assert [c.row for c in one] != [c.row for c in other]


def test_without_turns_it_does_not_apply() -> None:
    rows = [{**row, "turns": None} for row in plant_nothing(60).rows]
    assert run(data_of(rows), InsightOptions()).status == "not_applicable"
    assert run(data_of([]), InsightOptions()).status == "not_applicable"


def test_conversations_that_say_nothing_are_told() -> None:
    rows = [{**row, "turns": [{"role": "customer", "text": "Hi"}]} for row in plant_nothing(9).rows]
    result = run(data_of(rows), InsightOptions())
    assert result.status == "not_enough_data"
    assert "so there is no course to follow" in result.note


def test_the_telling_conversations_recovered_most_or_ended_worst() -> None:
    def course(row: int, worst: float, end: float) -> Course:
        return Course(
            touchpoint=None, row=row, start=0.0, worst=worst, end=end, trend="steady",
            negative_at_worst=worst < -0.3, negative_at_end=end < -0.3,
        )  # fmt: skip

    courses = [
        course(0, -0.5, 0.1), course(1, -0.9, 0.8), course(2, -0.8, -0.8), course(3, -0.9, -0.4),
        course(4, 0.2, 0.9),
    ]  # fmt: skip
    _, rate = list(course_findings(courses))[:2]
    assert rate.evidence == (1, 0, 2, 3)
