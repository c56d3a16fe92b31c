"""Pain points: many people, a low score, getting worse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.insights.data import InsightData
from cxnlp.insights.decline import find_decline
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.pain_place import find_pain_point, pain_index, without
from cxnlp.insights.pain_points import run
from cxnlp.metrics.share import share
from tests.insights.planted import data_of, plant_nothing
from tests.insights.test_trend import share_series


def test_index_by_hand() -> None:
    # A fifth of all, 10% of the scale lower, fell by 5% of it: (.2 x .1 x .05)^(1/3) = .1.
    assert pain_index(0.2, 0.1, 0.05) == pytest.approx(10.0)


@given(st.floats(0, 1), st.floats(-1, 1), st.floats(-1, 1))
def test_index_needs_all_three(volume: float, gap: float, decline: float) -> None:
    index = pain_index(volume, gap, decline)
    assert 0 <= index <= 100 + 1e-9
    if gap <= 0 or decline <= 0:
        assert index == 0


@given(st.integers(1, 79), st.integers(1, 119))
def test_the_rest_of_a_share_is_the_share_of_the_rest(part: int, rest: int) -> None:
    found = without(share(part + rest, 200), share(part, 80))
    assert found is not None
    assert found.n == 120
    assert found.value == pytest.approx(100 * rest / 120)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high


def test_the_rest_of_everything_is_nothing() -> None:
    assert without(share(5, 80), share(5, 80)) is None


def test_three_parts_by_hand() -> None:
    # 400 of 1,000 answers; 60% satisfied against 80% elsewhere; 70% -> 60% -> 60% -> 50%.
    series = share_series([70, 60, 60, 50], [100] * 4)
    point = find_pain_point(
        series, touchpoint="web", stage=None, score=share(240, 400), rest=share(480, 600),
        n_all=1000, length="month",
    )  # fmt: skip
    assert point is not None
    assert point.volume.value == pytest.approx(40.0)
    assert point.gap.value == pytest.approx(-20.0)
    assert point.decline is not None
    assert point.decline.how == "slope"
    assert point.decline.change == pytest.approx(-18.0)  # 6 a month over three months
    assert point.index == pytest.approx(100 * (0.4 * 0.2 * 0.18) ** (1 / 3))
    assert point.p_value == max(point.gap.p_value, point.decline.p_value)


def test_a_sudden_fall_is_the_last_change() -> None:
    decline = find_decline(share_series([80, 81, 79, 80, 50], [100] * 5), length="month")
    assert decline is not None
    assert decline.how == "last change"
    assert decline.change == pytest.approx(-30.0)
    assert "fell by 30.0 percentage points from 2024-04 to 2024-05" in decline.words


@pytest.mark.parametrize("n_periods", [0, 1])
def test_one_period_cannot_decline(n_periods: int) -> None:
    series = share_series([50] * 3, [100] * 3)
    few = {name: getattr(series, name)[:n_periods] for name in ("periods", "times", "values")}
    assert find_decline(share_series([50] * 3, [100] * 3, **few), length="month") is None


def test_lower_is_better_turns_the_signs() -> None:
    series = share_series([50, 60, 60, 70], [100] * 4, higher_is_better=False)
    point = find_pain_point(
        series, touchpoint="web", stage=None, score=share(240, 400), rest=share(240, 600),
        n_all=1000, length="month",
    )  # fmt: skip
    assert point is not None
    assert point.is_low
    assert point.is_worsening
    assert point.index > 0


def test_the_planted_pain_point_comes_first(planted_data: InsightData) -> None:
    result = run(planted_data, InsightOptions())
    first = result.findings[0]
    assert (first.where.touchpoint, first.where.topic) == ("delivery", None)
    assert first.verdict == "real"
    assert [f.where.touchpoint for f in result.findings if f.verdict == "real"] == ["delivery"]
    indices = [row["index"] for row in result.table]
    assert indices == sorted(indices, key=lambda i: -float(i or 0))


def test_nothing_planted_is_no_pain_point() -> None:
    result = run(data_of(plant_nothing(600, seed=3).rows), InsightOptions())
    assert not [f for f in result.findings if f.verdict == "real"]


@pytest.mark.parametrize("n_rows", [0, 1, 20])
def test_small_files_are_told(n_rows: int) -> None:
    result = run(data_of(plant_nothing(20).rows[:n_rows]), InsightOptions())
    assert result.status == "not_enough_data"
