"""Net sentiment by document and by clustered mention."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.metrics.estimate import NO_DATA, Estimate
from cxnlp.metrics.net_sentiment import linearised_error, mention_net_sentiment, net_sentiment
from cxnlp.metrics.trinomial import net_share

# Per document: mentions, and positive minus negative among them.
DOCUMENTS = st.lists(
    st.integers(1, 6).flatmap(lambda m: st.tuples(st.integers(-m, m), st.just(m))),
    min_size=1,
    max_size=40,
)


def _mentions(documents: list[tuple[int, int]]) -> Estimate:
    return mention_net_sentiment(len(documents), *_sums(documents))


def _sums(documents: list[tuple[int, int]]) -> tuple[int, int, int, int, int]:
    return (
        sum(x for x, _ in documents),
        sum(m for _, m in documents),
        sum(x * x for x, _ in documents),
        sum(x * m for x, m in documents),
        sum(m * m for _, m in documents),
    )


def test_neutral_and_mixed_documents_stay_in_n() -> None:
    assert net_sentiment(positive=6, negative=2, n=10).value == 40.0
    assert net_sentiment(positive=0, negative=0, n=10).value == 0.0
    assert net_sentiment(positive=0, negative=0, n=0) == NO_DATA


def test_mentions_hand_worked() -> None:
    # Two of two positive, one positive, one of two each way: R = 3/5; e = .8, .4, -1.2.
    e = _mentions([(2, 2), (1, 1), (0, 2)])
    error = math.sqrt(1.5 * (0.64 + 0.16 + 1.44)) / 5
    assert e.value == pytest.approx(60)
    assert e.low == pytest.approx(60 - 195.9964 * error, abs=1e-3)
    assert e.high == 100.0
    assert e.n == 3


def test_linearised_error_equals_bootstrap() -> None:
    rng = np.random.default_rng(11)
    m = rng.integers(1, 6, size=300)
    lean = rng.beta(2, 1.5, size=300)  # mentions of one document go together
    x = 2 * rng.binomial(m, lean) - m
    documents = [(int(a), int(b)) for a, b in zip(x, m, strict=True)]
    draws = rng.integers(0, 300, size=(4000, 300))
    bootstrap = float(np.std(x[draws].sum(axis=1) / m[draws].sum(axis=1)))
    assert linearised_error(300, *_sums(documents)) == pytest.approx(bootstrap, rel=0.05)


def test_clustering_is_wider_than_counting_mentions_alone() -> None:
    documents = [(4, 4)] * 10 + [(-4, 4)] * 10
    alone = net_share(40, 40, 80)
    clustered = _mentions(documents)
    assert (clustered.high or 0) - (clustered.low or 0) > (alone.high or 0) - (alone.low or 0)


@pytest.mark.parametrize("documents", [[(1, 1)], [(1, 1)] * 9, [(-3, 3)] * 9, [(1, 2)] * 9])
def test_agreement_of_all_documents_is_not_certainty(documents: list[tuple[int, int]]) -> None:
    e = _mentions(documents)
    assert e.low is not None
    assert e.high is not None
    assert e.high - e.low > 10


def test_agreement_falls_back_on_the_adjusted_wald_interval() -> None:
    e, wald = _mentions([(1, 1)] * 20), net_share(20, 0, 20)
    # Up to the K/(K - 1) of the linearisation.
    assert e.low == pytest.approx(wald.low, abs=1.0)


def test_no_mentions_are_no_data() -> None:
    assert mention_net_sentiment(0, 0, 0, 0, 0, 0) == NO_DATA


@given(DOCUMENTS)
def test_bounds(documents: list[tuple[int, int]]) -> None:
    e = _mentions(documents)
    assert e.value is not None
    assert e.low is not None
    assert e.high is not None
    assert -100 <= e.low <= e.value <= e.high <= 100
    assert e.low < e.high


@given(DOCUMENTS)
def test_turning_every_mention_turns_the_sign(documents: list[tuple[int, int]]) -> None:
    e, turned = _mentions(documents), _mentions([(-x, m) for x, m in documents])
    assert turned.value == pytest.approx(-(e.value or 0))
    assert turned.low == pytest.approx(-(e.high or 0))
