"""Which metric a question is, and what its answers in words mean."""

from __future__ import annotations

import pytest

from cxnlp.importers.survey_scales import find_score, is_contact, looks_free

SATISFIED = "How satisfied are you with us?"
EASY = "It was easy to get help."


@pytest.mark.parametrize(
    ("question", "cells", "expected"),
    [
        ("Would you recommend us?", ["10", "0", "7"], ("nps", 0, 10, True)),
        ("Würden Sie uns weiterempfehlen?", ["9", "3"], ("nps", 0, 10, True)),
        (SATISFIED, ["1", "5", None, "4"], ("csat", 1, 5, True)),
        (SATISFIED, ["Extremely satisfied", "Slightly dissatisfied"], ("csat", 1, 7, True)),
        (EASY, ["1", "5"], ("ces", 1, 5, True)),
        (EASY, ["1", "7"], ("ces", 1, 7, True)),
        (EASY, ["Strongly agree", "Disagree"], ("ces", 1, 5, True)),
        (EASY, ["Somewhat agree", "Agree"], ("ces", 1, 7, True)),
        ("How much effort did it take?", ["1", "4"], ("ces", 1, 5, False)),
        ("How easy or difficult was it?", ["Very easy", "Difficult"], ("ces", 1, 5, True)),
    ],
)
def test_a_scored_question_is_known(question, cells, expected):
    found = find_score("Q1", question, cells)
    assert found is not None
    m = found.metric
    assert (m.kind, m.scale_min, m.scale_max, m.higher_is_better) == expected
    assert m.question_id == question


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("How many people live with you?", ["1", "2"]),
        ("Would you recommend us?", ["1", "5", "3"]),
        ("Would you recommend us?", ["Yes", "No"]),
        (SATISFIED, ["80", "95"]),
        (SATISFIED, ["Satisfied", "It depends on the day"]),
        (SATISFIED, []),
        ("Why are you satisfied?", ["The staff are kind", "Prices"]),
    ],
)
def test_another_question_is_not_guessed(question, cells):
    assert find_score("Q1", question, cells) is None


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("Extremely satisfied", "5"),
        ("Neither satisfied nor dissatisfied", "3"),
        ("extremely DISSATISFIED ", "1"),
        ("4", "4"),
        ("4 - Satisfied", "4"),
        ("no answer", "no answer"),
    ],
)
def test_words_are_read_as_numbers(cell, number):
    answers = ["Extremely satisfied", "Somewhat dissatisfied"]
    found = find_score("Q1", SATISFIED, answers)
    assert found is not None
    assert found.read(cell) == number


@pytest.mark.parametrize("slip", ["1e999", "-1", "2.5", "n/a to me", "99999999999999999999"])
def test_a_slip_of_any_kind_is_no_error(slip):
    found = find_score("Q1", SATISFIED, ["1", "2", "3", "4", "5", slip])
    assert found is not None
    assert found.metric.kind == "csat"
    assert find_score("Q1", SATISFIED, [slip, slip]) is None


def test_one_slip_among_many_answers_does_not_hide_a_scale():
    found = find_score("Q1", SATISFIED, ["1", "2", "3", "4", "5", "9"])
    assert found is not None
    assert found.metric.scale_max == 5


def test_free_answers_are_told_from_choices_and_contacts():
    assert looks_free("Q1", ["The staff were very kind", "I waited for two hours", "Nothing"])
    assert not looks_free("Q1", ["Very satisfied with it"] * 5)
    assert not looks_free("Why there?", ["North", "South"])
    assert not looks_free("Why?", [])
    assert is_contact(["a@example.com", "+44 20 7946 0000", "Ann"])
    assert not is_contact(["Call me on Monday", "a@example.com", "No"])
