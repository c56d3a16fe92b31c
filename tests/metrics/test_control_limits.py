"""Control limits that vary with n."""

from __future__ import annotations

from math import isfinite, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from cxnlp.metrics.control_limits import Kind, answer_variance, control_limits
from cxnlp.metrics.estimate import NO_DATA, Estimate
from cxnlp.metrics.mean import mean
from cxnlp.metrics.share import share
from cxnlp.metrics.trinomial import net_share

PERCENT: dict[str, float] = {"scale_min": 0, "scale_max": 100}


def test_limits_by_hand() -> None:
    # 200 of 800: centre 25%, standard error at n = 100 of √(.25 x .75 / 100) = 4.330 points.
    values = [share(15, 100), share(25, 100), share(20, 100), share(140, 500)]
    chart = control_limits(values, kind="percent", variance=25 * 75, **PERCENT)
    assert chart.centre == pytest.approx(25.0)
    assert chart.points[0].low == pytest.approx(25 - 3 * 4.330127, abs=1e-5)
    assert chart.points[3].high == pytest.approx(25 + 3 * 1.936492, abs=1e-5)
    assert not any(point.outside for point in chart.points)


def test_montgomery_orange_juice_cans() -> None:
    """Montgomery, Introduction to Statistical Quality Control, table 7.1: 30 samples of n = 50.

    The book gives a centre of .2313 and limits of .0524 and .4102, and samples 15 and 23 outside.
    """
    defects = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11,
               20, 18, 24, 15, 9, 12, 7, 13, 9, 6]  # fmt: skip
    values = [share(d, 50) for d in defects]
    variance = answer_variance(share(sum(defects), 1500), kind="percent")
    assert variance is not None
    chart = control_limits(values, kind="percent", variance=variance, **PERCENT)
    assert chart.centre == pytest.approx(23.13, abs=0.005)
    assert chart.points[0].low == pytest.approx(5.24, abs=0.01)
    assert chart.points[0].high == pytest.approx(41.02, abs=0.01)
    assert [i + 1 for i, point in enumerate(chart.points) if point.outside] == [15, 23]


def test_p_value_of_a_share_is_fisher_exact() -> None:
    counts, sizes = [40, 20, 18], [100, 90, 110]
    values = [share(k, n) for k, n in zip(counts, sizes, strict=True)]
    p = sum(counts) / sum(sizes)
    chart = control_limits(values, kind="percent", variance=1e4 * p * (1 - p), **PERCENT)
    one_sided = fisher_exact([[40, 60], [38, 162]], alternative="greater").pvalue
    assert chart.points[0].p_value == pytest.approx(2 * one_sided)


def test_p_value_of_a_net_share_is_the_exact_trinomial() -> None:
    rng = np.random.default_rng(0)
    # 80 / 15 / 5 in a long year, and a month of n = 40 at +40 where the centre is about +75.
    values = [net_share(80_000, 5_000, 100_000)] * 2 + [net_share(20, 4, 40)]
    variance = 1e4 * (0.85 - 0.75**2)
    chart = control_limits(values, kind="points", variance=variance, scale_min=-100, scale_max=100)
    drawn = rng.multinomial(40, [0.8, 0.15, 0.05], size=400_000)
    simulated = 2 * ((drawn[:, 0] - drawn[:, 2]) <= 16).mean()
    assert chart.points[2].p_value == pytest.approx(simulated, rel=0.1)
    assert chart.points[2].outside


def test_variance_is_read_back_from_intervals() -> None:
    assert answer_variance(share(74, 107), kind="percent") == pytest.approx(
        1e4 * 74 / 107 * 33 / 107
    )
    # 1, 2, 3, 4 and 5, ten times each: Σ(x - 3)² = 100, over n - 1 = 49.
    of_mean = mean(50, 150, 550, scale_min=1, scale_max=5)
    assert answer_variance(of_mean, kind="mean") == pytest.approx(100 / 49)
    p, d = (1436 + 0.75) / 2749, (342 + 0.75) / 2749
    of_net = net_share(1436, 342, 2746)
    assert answer_variance(of_net, kind="points") == pytest.approx(1e4 * (p + d - (p - d) ** 2))
    assert answer_variance(NO_DATA, kind="mean") is None
    assert answer_variance(mean(1, 4, 16, scale_min=1, scale_max=5), kind="mean") is None


def test_weights_widen_the_limits() -> None:
    weighted = share(74, 107, n_effective=53.5)
    plain = answer_variance(share(74, 107), kind="percent")
    assert plain is not None
    assert answer_variance(weighted, kind="percent") == pytest.approx(2 * plain)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_two_periods_have_no_centre(n: int) -> None:
    chart = control_limits([share(5, 40)] * n, kind="percent", variance=1, **PERCENT)
    assert chart.centre is None
    assert chart.p_value is None
    assert chart.most_unlikely is None
    assert len(chart.points) == n


def test_all_equal_is_inside() -> None:
    for successes in (0, 40):
        chart = control_limits([share(successes, 40)] * 4, kind="percent", variance=0, **PERCENT)
        assert not any(point.outside for point in chart.points)
        assert chart.p_value == 1.0


def test_hidden_and_small_periods_are_not_tested() -> None:
    values = [share(20, 40)] * 3 + [share(1, 3).suppressed(), share(20, 20), NO_DATA]
    chart = control_limits(values, kind="percent", variance=2500, **PERCENT)
    assert [p.p_value is None for p in chart.points] == [False] * 3 + [True] * 3
    assert chart.points[3].value is None
    assert chart.points[4].outside  # seen, but twenty answers are too few for an alert


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(60, 400)), min_size=3, max_size=12),
    st.sampled_from(["percent", "points", "mean"]),
)
@settings(max_examples=40, deadline=None)
def test_limits_narrow_with_n(counted: list[tuple[int, int]], kind: Kind) -> None:
    values = [Estimate(value=100 * k / n, low=0, high=100, n=n) for k, n in counted]
    chart = control_limits(values, kind=kind, variance=900, scale_min=-1e6, scale_max=1e6)
    assert chart.centre is not None
    assert chart.p_value is not None
    assert 0 <= chart.p_value <= 1
    for point in chart.points:
        assert point.high is not None
        assert point.low is not None
        assert point.high - point.low == pytest.approx(6 * sqrt(900 / point.n))
        assert point.p_value is not None
        assert isfinite(point.p_value)


def test_false_alarms_are_rare() -> None:
    rng = np.random.default_rng(1)
    alarms = 0
    for _ in range(300):
        sizes = rng.integers(40, 400, size=12)
        values = [share(int(rng.binomial(n, 0.08)), int(n)) for n in sizes]
        p = sum((v.value or 0) * v.n for v in values) / sizes.sum()
        chart = control_limits(values, kind="percent", variance=p * (100 - p), **PERCENT)
        alarms += chart.p_value is not None and chart.p_value < 0.05
    assert alarms <= 0.05 * 300 + 2 * sqrt(300 * 0.05 * 0.95)
