"""Round values along an axis."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cxnlp.report.axis import make_axis


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e4))
def test_an_axis_encloses_its_values(low: float, span: float) -> None:
    axis = make_axis(low, low + span, start=10, end=200)
    assert axis.low <= low + 1e-6 * span
    assert axis.high >= low + span - 1e-6 * span
    assert 2 <= len(axis.ticks) <= 8
    assert 10 <= axis.at(low) <= axis.at(low + span) <= 200


def test_no_tick_lies_beyond_the_bounds() -> None:
    axis = make_axis(-140, 96, start=0, end=100, bounds=(-100, 100))
    assert (axis.ticks[0], axis.ticks[-1]) == (-100, 100)


def test_what_lies_beyond_stays_at_the_end() -> None:
    axis = make_axis(0, 10, start=100, end=0)
    assert (axis.at(25), axis.at(-3), axis.at(5)) == (0, 100, 50)


def test_a_single_value_still_has_an_axis() -> None:
    axis = make_axis(3, 3, start=0, end=10)
    assert axis.low < axis.high
    assert 0 <= axis.at(3) <= 10
