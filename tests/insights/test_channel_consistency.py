"""Scores per channel on one mix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from cxnlp.insights.channel_consistency import find_consistency, run
from cxnlp.insights.channel_mix import Answers, adjust
from cxnlp.insights.data import InsightData
from cxnlp.insights.options import InsightOptions
from tests.insights.planted import Row, data_of, plant_nothing


def answers_of(channel: str, stratum: str, values: Any) -> Answers:
    y = np.asarray(values, dtype=float)
    n = len(y)
    return Answers(
        channel=channel, stratum=(stratum,), n=n, w=float(n), ww=float(n), y=float(y.sum()),
        yy=float((y * y).sum()),
    )  # fmt: skip


def satisfied(channel: str, stratum: str, successes: int, n: int) -> Answers:
    return answers_of(channel, stratum, [100.0] * successes + [0.0] * (n - successes))


def test_simpsons_paradox_by_hand() -> None:
    # In each region both channels score alike: 90% in the south, 50% in the north. The app is used
    # in the north, so its raw score is lower. On the pooled mix (half, half) both are at 70%.
    answers = [
        satisfied("app", "north", 80, 160), satisfied("app", "south", 36, 40),
        satisfied("web", "north", 20, 40), satisfied("web", "south", 144, 160),
    ]  # fmt: skip
    found = adjust(answers, [(0,)])
    assert found.raw == pytest.approx({"app": 58.0, "web": 82.0})
    assert [channel.value for channel in found.channels] == pytest.approx([70.0, 70.0])
    unadjusted = find_consistency("shop", answers, [])
    adjusted = find_consistency("shop", answers, [(0,)])
    assert unadjusted is not None
    assert adjusted is not None
    assert unadjusted.spread.p_value is not None
    assert unadjusted.spread.p_value < 0.001
    assert adjusted.spread.gap == pytest.approx(0.0, abs=1e-9)


def test_agrees_with_a_saturated_regression() -> None:
    rng = np.random.default_rng(0)
    y = {(c, s): rng.normal(50 + 5 * s, 10, size=30 + 20 * s + 11 * c)
         for c in range(2) for s in range(3)}  # fmt: skip
    found = adjust([answers_of(f"c{c}", f"s{s}", v) for (c, s), v in y.items()], [(0,)])
    total = sum(len(v) for v in y.values())
    share = np.array([sum(len(y[c, s]) for c in range(2)) for s in range(3)]) / total
    for c, channel in enumerate(found.channels):
        strata = np.concatenate([np.full(len(y[c, s]), s) for s in range(3)])
        design = (strata[:, None] == np.arange(3)).astype(float)
        fit = sm.OLS(np.concatenate([y[c, s] for s in range(3)]), design).fit()
        effect = fit.t_test(share)
        assert channel.value == pytest.approx(float(np.squeeze(effect.effect)))
        assert channel.error == pytest.approx(float(np.squeeze(effect.sd)))


@given(st.integers(30, 80), st.integers(30, 80), st.floats(0.1, 0.9), st.floats(0.1, 0.9))
@settings(max_examples=25, deadline=None)
def test_one_stratum_changes_nothing(n: int, m: int, p: float, q: float) -> None:
    answers = [satisfied("a", "x", round(p * n), n), satisfied("b", "x", round(q * m), m)]
    found = adjust(answers, [(0,)])
    assert {c.name: c.value for c in found.channels} == pytest.approx(found.raw)


def test_a_mix_that_channels_do_not_share_is_not_used() -> None:
    answers = [satisfied("a", "x", 30, 60), satisfied("b", "y", 30, 60)]
    found = adjust(answers, [(0,)])
    assert (found.by, found.coverage) == ((), 1.0)
    assert {c.name: c.value for c in found.channels} == {"a": 50.0, "b": 50.0}


def test_all_answers_equal() -> None:
    answers = [satisfied("a", "x", 40, 40), satisfied("b", "x", 0, 40)]
    found = find_consistency("shop", answers, [(0,)])
    assert found is not None
    assert found.spread.status == "not_enough_data"


def test_one_channel_whose_answers_are_all_equal_borrows_the_spread() -> None:
    found = find_consistency(
        "shop", [satisfied("a", "x", 40, 40), satisfied("b", "x", 20, 40)], [(0,)]
    )
    assert found is not None
    assert found.spread.low is not None
    assert found.spread.low > 0


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [satisfied("a", "x", 20, 40)],
        [satisfied("a", "x", 20, 40), satisfied("b", "x", 9, 29)],
    ],
)
def test_fewer_than_two_channels(answers: list[Answers]) -> None:
    assert find_consistency("shop", answers, [(0,)]) is None


def test_the_planted_gap_alone_is_found(planted_data: InsightData) -> None:
    result = run(planted_data, InsightOptions())
    real = [f for f in result.findings if f.verdict == "real"]
    assert [f.where.touchpoint for f in real] == ["web"]
    assert "lowest in app" in real[0].sentence
    assert "adjusted for the mix of period and region and arm" in real[0].sentence
    assert {row["touchpoint"] for row in result.table} == {"web", "shop", "delivery", "support"}


def test_without_a_score_net_sentiment_is_compared(planted_data: InsightData) -> None:
    rows: list[Row] = [{**row, "responses": []} for row in plant_nothing(500).rows]
    result = run(data_of(rows), InsightOptions())
    assert result.status == "ok"
    assert {row["metric"] for row in result.table} == {"net_sentiment"}
    assert "comments" in result.findings[0].sentence


def test_one_channel_is_not_applicable() -> None:
    rows: list[Row] = [{**row, "channel": "email"} for row in plant_nothing(300).rows]
    assert run(data_of(rows), InsightOptions()).status == "not_applicable"


@pytest.mark.parametrize("n_rows", [0, 1, 20])
def test_small_files_are_told(n_rows: int) -> None:
    result = run(data_of(plant_nothing(20).rows[:n_rows]), InsightOptions())
    assert result.status in ("not_enough_data", "not_applicable")
    assert not result.findings
