"""Estimates: their status and suppression."""

from __future__ import annotations

import pytest

from cxnlp.metrics.estimate import NO_DATA, Estimate


@pytest.mark.parametrize(
    ("n", "status"),
    [(0, "no_data"), (1, "suppressed"), (4, "suppressed"), (5, "indicative"), (29, "indicative"),
     (30, "ok")],
)  # fmt: skip
def test_status_follows_n(n: int, status: str) -> None:
    assert Estimate(value=1.0, low=0.0, high=2.0, n=n).status == status


def test_suppression_hides_the_number_and_keeps_n() -> None:
    hidden = Estimate(value=1.0, low=0.0, high=2.0, n=4).suppressed()
    assert (hidden.value, hidden.low, hidden.high, hidden.n) == (None, None, None, 4)
    shown = Estimate(value=1.0, low=0.0, high=2.0, n=5)
    assert shown.suppressed() is shown
    assert NO_DATA.suppressed() == NO_DATA
