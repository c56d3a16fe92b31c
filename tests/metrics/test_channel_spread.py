"""The spread of a score across channels."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import tukey_hsd
from statsmodels.stats.meta_analysis import combine_effects

from cxnlp.metrics.channel_spread import GroupMean, channel_spread


def groups(*values: tuple[float, float]) -> list[GroupMean]:
    return [
        GroupMean(name=f"g{i}", value=value, error=error, n=100)
        for i, (value, error) in enumerate(values)
    ]


def test_two_by_hand() -> None:
    spread = channel_spread(groups((70, 3), (60, 4)))
    assert (spread.highest, spread.lowest, spread.gap) == ("g0", "g1", 10)
    assert spread.low == pytest.approx(10 - 1.959964 * 5)
    assert spread.p_value == pytest.approx(0.0455, abs=1e-4)
    # Q = 10² / 25 = 4, one degree of freedom: I² = 3/4.
    assert spread.heterogeneity == pytest.approx(0.75)


def test_agrees_with_tukeys_test() -> None:
    rng = np.random.default_rng(0)
    samples = [rng.normal(mean, 1, 3000) for mean in (0.0, 0.05, 0.1)]
    pooled = sqrt(sum(s.var(ddof=1) for s in samples) / 3 / 3000)
    spread = channel_spread(groups(*((float(s.mean()), pooled) for s in samples)))
    means = [s.mean() for s in samples]
    i, j = int(np.argmax(means)), int(np.argmin(means))
    reference = tukey_hsd(*samples)
    interval = reference.confidence_interval(0.95)
    assert spread.low == pytest.approx(max(interval.low[i, j], 0), abs=1e-4)
    assert spread.high == pytest.approx(interval.high[i, j], abs=1e-4)
    assert spread.p_value == pytest.approx(reference.pvalue[i, j], abs=1e-4)


# statsmodels works out other intervals beside tau, some of them 0/0.
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(0.5, 9)), min_size=2, max_size=5))
@settings(max_examples=25, deadline=None)
def test_tau_agrees_with_statsmodels(values: list[tuple[float, float]]) -> None:
    spread = channel_spread(groups(*values))
    reference = combine_effects(
        np.array([v for v, _ in values]), np.array([e**2 for _, e in values]), method_re="dl"
    )
    assert spread.tau is not None
    assert spread.tau**2 == pytest.approx(max(reference.tau2, 0), abs=1e-6)
    assert spread.gap is not None
    assert spread.low is not None
    assert spread.high is not None
    assert 0 <= spread.low <= spread.gap <= spread.high


@pytest.mark.parametrize("n", [0, 1])
def test_one_channel_has_no_spread(n: int) -> None:
    assert channel_spread(groups((1, 1))[:n]).status == "not_enough_data"


def test_equal_channels() -> None:
    spread = channel_spread(groups((5, 1), (5, 1), (5, 2)))
    assert (spread.gap, spread.low, spread.tau, spread.heterogeneity) == (0, 0, 0, 0)
    assert spread.p_value == pytest.approx(1.0)


def test_an_error_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        channel_spread(groups((5, 0), (6, 1)))


def test_false_gaps_are_rare_although_the_widest_pair_is_picked() -> None:
    rng = np.random.default_rng(2)
    false = sum(
        (channel_spread(groups(*((float(v), 1.0) for v in rng.normal(0, 1, 5)))).p_value or 0)
        < 0.05
        for _ in range(200)
    )
    assert false <= 0.05 * 200 + 2 * sqrt(200 * 0.05 * 0.95)
