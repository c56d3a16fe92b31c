"""Points gained and lost by theme, as findings."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import InsightResult
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.outcome import outcome_of
from cxnlp.insights.theme_impact import describe_theme_impacts, run
from tests.insights.people import CES, NPS, people
from tests.insights.planted import TRUTH


def _shop(n: int = 400, effect: float = 4.0, seed: int = 0) -> InsightResult:
    rng = np.random.default_rng(seed)
    wait, price = (rng.choice([-1, 0, 1], n, p=(0.25, 0.65, 0.1)) for _ in range(2))
    value = np.clip(np.round(rng.normal(8, 1.5, n) + effect * (wait < 0) * -1), 0, 10)
    given = people(value, said={"wait_time_speed": wait, "price_value": price})
    return describe_theme_impacts(outcome_of(given, NPS), given)


def test_what_moves_the_score_is_found_and_nothing_else() -> None:
    found = _shop()
    real = {(f.where.topic, f.where.sentiment) for f in found.findings if f.verdict == "real"}
    assert ("wait_time_speed", "negative") in real
    assert not any(topic == "price_value" for topic, _ in real)
    worst = found.table[0]
    assert (worst["topic"], worst["said"]) == ("wait_time_speed", "negative")


def test_the_sentence_has_the_numbers_and_names_no_cause() -> None:
    found = next(f for f in _shop().findings if f.where.topic == "wait_time_speed")
    e = found.estimate
    assert e is not None
    assert e.value is not None
    assert "respondents who complain" in found.sentence
    assert f"NPS is {abs(e.value):.1f} points lower than without them" in found.sentence
    assert "95% interval" in found.sentence
    assert f"{found.n} of 400 respondents" in found.sentence
    assert found.importance == pytest.approx(abs(e.value) / 200)


def test_hand_worked() -> None:
    # 40 promoters and 40 detractors, NPS 0; 30 detractors complain of waiting, so without them
    # it is (40 - 10)/50 = +60.
    given = people([10] * 40 + [0] * 40, said={"wait_time_speed": [0] * 50 + [-1] * 30})
    found = describe_theme_impacts(outcome_of(given, NPS), given)
    (only,) = found.findings  # said in one way only, so it is told once
    assert only.estimate is not None
    assert only.estimate.value == pytest.approx(-60)
    assert (only.verdict, only.n) == ("real", 30)
    assert "they are at −100.0, all others at +60.0" in only.sentence


def test_where_lower_is_better_a_higher_score_is_worse() -> None:
    given = people(
        [5, 4] * 30 + [1, 2] * 60, said={"website_app": [2] * 60 + [0] * 120}, definition=CES
    )
    (finding,) = describe_theme_impacts(outcome_of(given, CES), given).findings
    assert (finding.where.sentiment, finding.unit) == ("negative", "mean")
    assert "who mention website and app, " in finding.sentence
    assert " higher than without them" in finding.sentence


def test_too_few_get_no_verdict_and_the_n_needed() -> None:
    given = people([10] * 60 + [0] * 20, said={"food_drink": [0] * 60 + [-1] * 20})
    (finding,) = describe_theme_impacts(outcome_of(given, NPS), given).findings
    assert (finding.verdict, finding.p_value) == ("not_enough_data", None)
    few = people([10, 0] * 40, said={"food_drink": [0, -1, 0, 0] * 20})
    (finding,) = describe_theme_impacts(outcome_of(few, NPS), few).findings
    assert finding.verdict == "not_enough_data"


def test_general_experience_is_counted_but_no_finding() -> None:
    given = people([10] * 40 + [0] * 40, said={"general_experience": [1] * 40 + [-1] * 40})
    found = describe_theme_impacts(outcome_of(given, NPS), given)
    assert found.findings == ()
    assert {row["said"] for row in found.table} == {"any", "negative", "positive"}


@pytest.mark.parametrize(
    ("value", "said", "status"),
    [
        ([9] * 50, {"food_drink": [1] * 50}, "not_applicable"),
        ([9, 1] * 20, {}, "not_enough_data"),
        ([9, 1] * 20, {"food_drink": [1] * 9 + [0] * 31}, "not_enough_data"),
        ([9, 1] * 20, {"food_drink": [1] * 40}, "ok"),  # everybody mentions it
    ],
)
def test_undefined_is_said(value: list[int], said: dict[str, object], status: str) -> None:
    given = people(value, said=said)
    found = describe_theme_impacts(outcome_of(given, NPS), given)
    assert (found.status, found.findings) == (status, ())
    assert found.note.endswith(".")
    json.dumps(found.table, allow_nan=False)


def test_planted_drivers_are_found(planted_data: InsightData) -> None:
    found = run(planted_data, InsightOptions())
    real = {(f.where.topic, f.where.sentiment) for f in found.findings if f.verdict == "real"}
    for topic in TRUTH.drivers:
        assert {(topic, "negative"), (topic, "positive")} <= real
    assert not {topic for topic, _ in real} & set(TRUTH.idle)
