"""Differences of two net shares."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cxnlp.metrics.net_difference import (
    MentionSums,
    NetCounts,
    mention_difference,
    net_difference,
)
from cxnlp.metrics.net_sentiment import linearised_error


def _net(positives: float, negatives: float, n: int, size: float | None = None) -> NetCounts:
    return NetCounts(positives=positives, negatives=negatives, n=n, n_effective=size)


def _sums(x: list[int], m: list[int]) -> MentionSums:
    a, b = np.array(x, dtype=float), np.array(m, dtype=float)
    return MentionSums(n=len(x), x=a.sum(), m=b.sum(), xx=a @ a, xm=a @ b, mm=b @ b)


def test_by_hand() -> None:
    # P = 60.75/103, D = 20.75/103 against P = 40.75/103, D = 30.75/103.
    found = net_difference(_net(60, 20, 100), _net(40, 30, 100))
    new, old = 40 / 103, 10 / 103
    error = sqrt((81.5 / 103 - new**2) / 103 + (71.5 / 103 - old**2) / 103)
    assert found is not None
    assert found.value == pytest.approx(30)
    assert found.low == pytest.approx(100 * (30 / 103 - 1.959964 * error), abs=1e-4)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(30 / 103 / error), rel=1e-6)


@given(st.integers(0, 50), st.integers(0, 40), st.integers(0, 50), st.integers(0, 40))
def test_reversing_the_order_turns_the_sign(a: int, b: int, c: int, d: int) -> None:
    there, back = (
        net_difference(_net(a, b, 90), _net(c, d, 120)),
        net_difference(_net(c, d, 120), _net(a, b, 90)),
    )
    assert there is not None
    assert back is not None
    assert there.low <= there.value <= there.high
    assert there.value == pytest.approx(-back.value)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.p_value == pytest.approx(back.p_value)


def test_undefined_is_defined() -> None:
    assert net_difference(_net(0, 0, 0), _net(5, 1, 9)) is None
    one = net_difference(_net(1, 0, 1), _net(0, 1, 1))
    assert one is not None
    assert (one.value, one.enough, one.p_value > 0.05) == (200.0, False, True)
    same = net_difference(_net(50, 0, 50), _net(50, 0, 50))
    assert same is not None
    assert (same.value, same.p_value, same.n_needed) == (0.0, 1.0, None)
    with pytest.raises(ValueError, match="do not fit into 9"):
        net_difference(_net(8, 3, 9), _net(5, 1, 9))
    assert mention_difference(_sums([], []), _sums([1], [1])) is None


def test_weights_count_by_the_effective_n() -> None:
    half = net_difference(_net(60, 20, 100, 50.0), _net(40, 30, 100, 50.0))
    plain = net_difference(_net(30, 10, 50), _net(20, 15, 50))
    assert half is not None
    assert plain is not None
    assert (half.low, half.p_value) == pytest.approx((plain.low, plain.p_value))


def test_one_mention_a_document_is_a_net_share() -> None:
    new = mention_difference(
        _sums([1] * 60 + [-1] * 20 + [0] * 20, [1] * 100),
        _sums([1] * 40 + [-1] * 30 + [0] * 30, [1] * 100),
    )
    net = net_difference(_net(60, 20, 100), _net(40, 30, 100))
    assert new is not None
    assert net is not None
    assert new.value == pytest.approx(net.value)
    assert new.p_value == pytest.approx(net.p_value, abs=0.002)
    assert (new.low, new.high) == pytest.approx((net.low, net.high), abs=0.5)


def test_large_sides_have_the_linearised_error_alone() -> None:
    rng = np.random.default_rng(1)
    sides = []
    for share in (0.5, 0.55):
        m = rng.integers(1, 5, 5000)
        sides.append(_sums(list(2 * rng.binomial(m, share) - m), list(m)))
    new, old = sides
    found = mention_difference(new, old)
    errors = [linearised_error(s.n, s.x, s.m, s.xx, s.xm, s.mm) for s in sides]
    z = (new.x / new.m - old.x / old.m) / sqrt(sum(e * e for e in errors))
    assert found is not None
    assert stats.norm.isf(found.p_value / 2) == pytest.approx(abs(z), rel=0.01)


def test_mentions_of_one_document_are_not_many() -> None:
    rng = np.random.default_rng(2)
    p_values = []
    for _ in range(1000):
        sides = []
        for n in (40, 80):
            m = rng.integers(1, 6, n)
            sides.append(_sums(list(m * rng.choice((-1, 1), n)), list(m)))
        found = mention_difference(sides[0], sides[1])
        assert found is not None
        p_values.append(found.p_value)
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.02)
