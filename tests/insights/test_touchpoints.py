from __future__ import annotations

import pytest

from cxnlp.insights.data import InsightData
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.sides import Side
from cxnlp.insights.touchpoints import compare_places, pooled, run
from cxnlp.journey.summary import MetricDefinition
from cxnlp.metrics.newcombe import ShareCounts, share_difference
from tests.insights.planted import data_of, plant_nothing

CSAT = MetricDefinition(
    kind="csat", unit="percent", scale_min=1, scale_max=5, higher_is_better=True
)


def side(satisfied: int, n: int) -> Side:
    def row(bucket: int, count: int) -> dict[str, float]:
        value = float(bucket)
        return {
            "n": count, "w": count, "ww": count, "x": count * value, "xx": count * value**2,
            "bucket": bucket,
        }  # fmt: skip

    return Side(answers={"csat": [row(5, satisfied), row(2, n - satisfied)]})


def test_each_is_compared_with_all_others_together() -> None:
    sides = {"web": side(20, 50), "shop": side(90, 100), None: side(45, 50)}

    shop, web = compare_places(sides, "csat", CSAT)

    assert web.touchpoint == "web"
    assert (web.here.value, web.others.value) == (40.0, 90.0)  # 20 of 50; 135 of 150
    expected = share_difference(ShareCounts(successes=20, n=50), ShareCounts(successes=135, n=150))
    assert expected is not None
    assert web.difference.value == pytest.approx(-50.0)
    assert web.difference.p_value == pytest.approx(expected.p_value)
    assert web.share == 0.25
    assert shop.others.n == 100


def test_too_few_on_either_side_are_not_compared() -> None:
    assert list(compare_places({"web": side(2, 4), "shop": side(9, 10)}, "csat", CSAT)) == []
    assert list(compare_places({"web": side(2, 40)}, "csat", CSAT)) == []


def test_pooling_adds_up() -> None:
    a = Side(documents={"n": 3, "n_scored": 2, "touchpoint": "web"})
    b = Side(documents={"n": 4, "n_scored": 4, "touchpoint": "shop"})
    assert pooled([a, b]).documents == {"n": 7, "n_scored": 6}


def test_the_planted_weak_one_is_found(planted_data: InsightData) -> None:
    result = run(planted_data, InsightOptions())

    weak = [f for f in result.findings if f.verdict == "real" and f.where.sentiment == "negative"]
    assert "delivery" in {f.where.touchpoint for f in weak}
    assert all("95% interval" in f.sentence for f in result.findings)


def test_nothing_is_claimed_of_nothing() -> None:
    result = run(data_of(plant_nothing(seed=3).rows), InsightOptions())
    assert not [f for f in result.findings if f.verdict == "real"]
