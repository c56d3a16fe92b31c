"""Verdicts on differences."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cxnlp.metrics.difference import Difference
from cxnlp.metrics.false_discovery import real_differences
from cxnlp.metrics.verdict import verdicts


def _test(p_value: float, *, enough: bool = True) -> Difference:
    return Difference(value=1.0, low=0.0, high=2.0, p_value=p_value, enough=enough)


def test_each_of_the_three() -> None:
    tests = [_test(0.001), _test(0.04), _test(0.0, enough=False), None, _test(0.5)]
    assert verdicts(tests) == ("real", "noise", "not_enough_data", "not_enough_data", "noise")


def test_what_cannot_be_told_burdens_nothing_else() -> None:
    small = [_test(0.9, enough=False)] * 50
    assert verdicts([_test(0.04), *small])[0] == "real"


@given(st.lists(st.floats(0, 1), max_size=20))
def test_enough_data_are_judged_by_the_correction(p_values: list[float]) -> None:
    expected = tuple("real" if real else "noise" for real in real_differences(p_values))
    assert verdicts([_test(p) for p in p_values]) == expected
