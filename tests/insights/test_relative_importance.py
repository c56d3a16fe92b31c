"""What the score goes with, and the four quadrants."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cxnlp.insights.data import InsightData, Respondents
from cxnlp.insights.driver_matrix import theme_drivers
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.outcome import outcome_of
from cxnlp.insights.relative_importance import describe_importance, run
from tests.insights.people import NPS, people
from tests.insights.planted import TRUTH


def _shop(n: int = 600) -> Respondents:
    rng = np.random.default_rng(0)
    bad, good, mild = (0.3, 0.65, 0.05), (0.05, 0.65, 0.3), (0.15, 0.7, 0.15)
    mixes = {
        "wait_time_speed": bad,  # matters, and is complained about
        "staff_service": good,  # matters, and is praised
        "price_value": bad,  # does not matter
        "food_drink": good,
        "website_app": mild,
    }
    said = {topic: rng.choice([-1, 0, 1], n, p=p) for topic, p in mixes.items()}
    latent = 7 + 2 * said["wait_time_speed"] + 2 * said["staff_service"] + rng.normal(0, 1, n)
    return people(np.clip(np.round(latent), 0, 10), said=said)


def test_the_four_quadrants() -> None:
    given = _shop()
    found = describe_importance(outcome_of(given, NPS), given)
    quadrant = {row["topic"]: row["quadrant"] for row in found.table}
    assert quadrant["wait_time_speed"] == "fix first"
    assert quadrant["staff_service"] == "keep up"
    assert quadrant["price_value"] == "watch"
    assert quadrant["food_drink"] == "nice to have"
    real = {f.where.topic for f in found.findings if f.verdict == "real"}
    assert real == {"wait_time_speed", "staff_service"}
    assert sum(row["share_of_r2"] for row in found.table) == pytest.approx(100)
    # The lines that part the quadrants stand with the places.
    for row in found.table:
        right = row["share_of_r2"] >= row["importance_line"] - 1e-6 and row["verdict"] == "real"
        top = row["performance"] >= row["performance_line"] - 1e-9
        assert row["quadrant"] == {
            (True, True): "keep up", (True, False): "fix first",
            (False, True): "nice to have", (False, False): "watch",
        }[right, top]  # fmt: skip
    assert "R² = " in found.note
    assert "not cause" in found.note
    sentence = next(f.sentence for f in found.findings if f.where.topic == "wait_time_speed")
    assert "goes with" in sentence
    assert "95% interval" in sentence


def test_praise_and_complaints_are_columns_of_their_own() -> None:
    n = 400
    said = {
        "wait_time_speed": [-1] * 60 + [1] * 50 + [0] * 290,
        "staff_service": [1] * 40 + [-1] * 9 + [0] * 351,  # too few complaints
        "food_drink": [2] * 50 + [0] * 350,  # never judged
        "general_experience": [1] * 200 + [0] * 200,
    }
    given = people(np.arange(n) % 11, said=said)
    found = theme_drivers(given)
    assert found.sides == {
        "wait_time_speed": ("negative", "positive"),
        "staff_service": ("positive",),
    }
    assert found.columns["wait_time_speed"].sum(axis=0).tolist() == [60, 50]
    assert found.rare == ("food_drink",)
    assert "general_experience" not in found.columns


def test_ten_respondents_to_a_column() -> None:
    said = {
        "wait_time_speed": [-1] * 15 + [1] * 15,
        "staff_service": [0] * 10 + [1] * 20,
        "food_drink": [-1] * 12 + [0] * 18,
    }
    found = theme_drivers(people(np.arange(30) % 11, said=said))
    assert (list(found.columns), found.beyond) == (
        ["wait_time_speed", "staff_service"],
        ("food_drink",),
    )


@pytest.mark.parametrize(
    ("value", "said", "status"),
    [
        ([9] * 50, {"food_drink": [1] * 20 + [0] * 30}, "not_applicable"),
        ([9, 1] * 25, {}, "not_enough_data"),
        ([9, 1] * 25, {"food_drink": [1] * 50}, "not_enough_data"),
        ([9, 1] * 25, {"food_drink": [1] * 20 + [0] * 30}, "ok"),
    ],
)
def test_undefined_is_said(value: list[int], said: dict[str, object], status: str) -> None:
    given = people(value, said=said)
    found = describe_importance(outcome_of(given, NPS), given)
    assert found.status == status
    assert found.note.endswith(".")
    json.dumps(found.table, allow_nan=False)
    assert all(f.verdict != "real" for f in found.findings)


def test_themes_always_said_together_are_named() -> None:
    n = 200
    said = np.random.default_rng(1).choice([-1, 0, 1], n)
    both = people(5 + 2 * said, said={"food_drink": said, "price_value": said})
    found = describe_importance(outcome_of(both, NPS), both)
    assert "cannot be told apart: price and value, food and drink" in found.note


def test_planted_drivers_are_found_and_idle_ones_are_not(planted_data: InsightData) -> None:
    found = run(planted_data, InsightOptions())
    real = {f.where.topic for f in found.findings if f.verdict == "real"}
    assert set(TRUTH.drivers) <= real
    assert not real & set(TRUTH.idle)
    assert [row["topic"] for row in found.table[:2]] == list(TRUTH.drivers)
