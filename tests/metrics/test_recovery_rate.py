"""The recovery rate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from cxnlp.metrics.recovery_rate import recovery_rate


def test_by_hand() -> None:
    rate = recovery_rate([(True, False)] * 3 + [(True, True)] * 1 + [(False, False)] * 6)
    assert (rate.value, rate.n) == (75.0, 4)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 9))
def test_agrees_with_statsmodels(recovered: int, not_recovered: int, content: int) -> None:
    rate = recovery_rate(
        [(True, False)] * recovered + [(True, True)] * not_recovered + [(False, False)] * content
    )
    n = recovered + not_recovered
    assert rate.n == n
    if n:
        low, high = proportion_confint(recovered, n, method="wilson")
        assert rate.low == pytest.approx(100 * low, abs=1e-9)
        assert rate.high == pytest.approx(100 * high, abs=1e-9)


def test_none_was_negative() -> None:
    assert recovery_rate([]).status == "no_data"
    assert recovery_rate([(False, False)]).status == "no_data"


def test_an_end_cannot_be_worse_than_the_worst() -> None:
    with pytest.raises(ValueError, match="cannot end negative"):
        recovery_rate([(False, True)])
