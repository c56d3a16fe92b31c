"""Trends of scores and topics."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import Finding
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.series import Series, period_number
from cxnlp.insights.series_trend import find_trend, strongest, trend_findings
from cxnlp.insights.trend import run, trend_rows
from cxnlp.metrics.control_limits import answer_variance
from cxnlp.metrics.share import share
from tests.insights.planted import JOURNEY, data_of, plant_nothing


def share_series(counts: Sequence[int], sizes: Sequence[int], **fields: object) -> Series:
    variance = answer_variance(share(sum(counts), sum(sizes)), kind="percent")
    assert variance is not None
    given_fields: dict[str, object] = {
        "key": "csat", "name": "CSAT", "kind": "percent", "counted": "answers", "scale_min": 0.0,
        "scale_max": 100.0, "higher_is_better": True, "variance": variance,
        "periods": tuple(f"2024-{m:02}" for m in range(1, len(counts) + 1)),
        "times": tuple(range(len(counts))),
        "values": tuple(share(k, n).suppressed() for k, n in zip(counts, sizes, strict=True)),
    }  # fmt: skip
    return Series(**{**given_fields, **fields})  # type: ignore[arg-type]


def findings_of(series: Series) -> tuple[Finding, ...]:
    return trend_findings(find_trend(series), length="month")


def test_one_bad_month_by_hand() -> None:
    # 1,142 of 1,500: centre 76.13%, standard error at n = 100 of √(.7613 x .2387 / 100) = 4.263
    # points, so limits of 63.34 and 88.92, and 60 of 100 is outside.
    series = share_series([77] * 6 + [60] + [77] * 4 + [78] * 4, [100] * 15)
    outlier = findings_of(series)[0]
    assert outlier.sentence == (
        "In 2024-07 CSAT was unusually low: 60.0% (95% interval 50.2 to 69.1%, 100 answers), "
        "outside the control limits of 63.3% to 88.9% around 76.1%."
    )
    fisher = fisher_exact([[60, 40], [1082, 318]], alternative="less").pvalue
    assert outlier.p_value == pytest.approx(15 * 2 * fisher)
    assert outlier.verdict == "real"
    assert (outlier.where.period, outlier.where.sentiment) == ("2024-07", "negative")


def test_inside_the_limits_is_no_alert_however_often_looked() -> None:
    series = share_series([77, 74, 79, 72, 78, 76, 75, 77], [100] * 8)
    for finding in findings_of(series):
        assert finding.verdict == "noise"
    assert findings_of(series)[0].p_value == 1.0


def test_outside_but_small_is_no_alert() -> None:
    # 0 of 20 is far outside, and 20 answers are too few to test.
    series = share_series([300] * 8 + [0], [400] * 8 + [20])
    trend = find_trend(series)
    assert trend.chart.points[8].outside
    assert trend_findings(trend, length="month")[0].verdict == "noise"


def test_a_new_level_is_found_where_it_began() -> None:
    series = share_series([160] * 8 + [130] * 8, [200] * 16)
    level = findings_of(series)[1]
    assert level.where.period == "2024-09"
    assert level.verdict == "real"
    assert level.estimate is not None
    assert level.estimate.value == pytest.approx(-15.0)
    assert "fell to a new level in 2024-09: from 80.0% before to 65.0%" in level.sentence
    assert level.importance == pytest.approx(0.5 * 0.15)


def test_a_slow_fall_is_a_slope() -> None:
    series = share_series([int(2000 * (0.8 - 0.01 * m)) for m in range(12)], [2000] * 12)
    slope = findings_of(series)[2]
    assert slope.verdict == "real"
    assert slope.estimate is not None
    assert slope.estimate.value == pytest.approx(-1.0, abs=0.01)
    assert "CSAT has fallen by 1.00 percentage points a month on average" in slope.sentence


def test_the_strongest_of_three_pays_for_three() -> None:
    series = share_series([160] * 8 + [130] * 8, [200] * 16)
    found = findings_of(series)
    best = strongest(found)
    assert best is not None
    assert best.p_value == pytest.approx(3 * min(f.p_value or 0.0 for f in found))
    assert strongest(()) is None


@pytest.mark.parametrize("n_periods", [0, 1, 2])
def test_few_periods_say_nothing(n_periods: int) -> None:
    series = share_series([50] * 3, [100] * 3)
    few = {name: getattr(series, name)[:n_periods] for name in ("periods", "times", "values")}
    shortened = share_series([50] * 3, [100] * 3, **few)
    assert findings_of(shortened) == ()


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(60, 300)), min_size=3, max_size=14),
    st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_every_number_is_finite(counted: list[tuple[int, int]], all_equal: bool) -> None:
    counts = [n if all_equal else k for k, n in counted]
    series = share_series(counts, [n for _, n in counted])
    trend = find_trend(series)
    for finding in trend_findings(trend, length="month"):
        assert finding.p_value is not None
        assert 0 <= finding.p_value <= 1
        assert 0 <= finding.importance <= 1
        assert "nan" not in finding.sentence
        assert not (all_equal and finding.verdict == "real")
    for row in trend_rows(trend):
        assert not any(isinstance(v, float) and not math.isfinite(v) for v in row.values())


def test_periods_are_numbered_without_gaps() -> None:
    pairs = [("day", "2024-02-28", "2024-02-29"), ("week", "2020-W53", "2021-W01"),
             ("month", "2023-12", "2024-01"), ("quarter", "2023-Q4", "2024-Q1"),
             ("year", "2023", "2024")]  # fmt: skip
    for length, one, next_one in pairs:
        assert period_number(next_one, length) - period_number(one, length) == 1


def test_the_planted_drop_is_found(planted_data: InsightData) -> None:
    result = run(planted_data, InsightOptions())
    assert result.status == "ok"
    alerts = [f for f in result.findings if f.verdict == "real" and f.where.topic is None]
    assert alerts
    assert {f.where.period for f in alerts} == {"2024-Q4"}
    assert {row["period"] for row in result.table} == {f"2024-Q{q}" for q in (1, 2, 3, 4)}


@pytest.mark.parametrize("n_rows", [0, 1, 20])
def test_small_files_are_told(n_rows: int) -> None:
    result = run(data_of(plant_nothing(20).rows[:n_rows], journey=JOURNEY), InsightOptions())
    assert result.status == "not_enough_data"
    assert not result.findings


def test_false_alarms_over_many_series_are_rare() -> None:
    rng = np.random.default_rng(4)
    false = 0
    for _ in range(60):
        sizes = rng.integers(60, 400, size=12).tolist()
        best = strongest(findings_of(share_series(rng.binomial(sizes, 0.8).tolist(), sizes)))
        false += best is not None and best.verdict == "real"
    assert false <= 0.05 * 60 + 2 * math.sqrt(60 * 0.05 * 0.95)
