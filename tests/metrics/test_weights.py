"""The effective sample size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.metrics.weights import effective_n


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=50))
def test_lies_between_one_and_n(weights: list[float]) -> None:
    size = effective_n(sum(weights), sum(w * w for w in weights))
    assert 1 - 1e-9 <= size <= len(weights) + 1e-9


def test_no_answers() -> None:
    assert effective_n(0, 0) == 0
    assert effective_n(6, 18) == pytest.approx(2)
