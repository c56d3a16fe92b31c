"""The response rate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from cxnlp.metrics.response_rate import response_rate


def test_by_hand() -> None:
    found = response_rate(30, 120)
    assert (found.rate.value, found.rate.n, found.problem) == (25.0, 120, None)


@given(st.integers(0, 300), st.integers(0, 300))
def test_never_above_100(responses: int, delivered: int) -> None:
    found = response_rate(responses, delivered)
    assert (found.problem is None) == (delivered > 0 and responses <= delivered)
    if found.problem is None:
        low, high = proportion_confint(responses, delivered, method="wilson")
        assert found.rate.low == pytest.approx(100 * low, abs=1e-9)
        assert found.rate.high == pytest.approx(100 * high, abs=1e-9)
    else:
        assert found.rate.value is None


def test_more_responses_than_deliveries_is_a_problem() -> None:
    found = response_rate(1200, 1000)
    assert found.problem is not None
    assert found.problem.startswith("1,200 responses to 1,000 deliveries")
    assert found.rate.value is None


def test_nothing_delivered() -> None:
    assert response_rate(0, 0).problem == "Nothing was delivered, so there is no response rate."
    assert response_rate(0, 0).rate.status == "no_data"


def test_counts_below_zero() -> None:
    with pytest.raises(ValueError, match="below zero"):
        response_rate(-1, 3)
