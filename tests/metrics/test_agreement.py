"""Agreement of two readings, against scikit-learn, scipy and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa

from cxnlp.metrics.agreement import agreement, spearman

TABLE = [[40, 10, 5], [8, 20, 12], [3, 15, 90]]
TABLES = st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=3, max_size=3).map(
    np.array
)


def _people(table: object) -> tuple[np.ndarray, np.ndarray]:
    counts = np.asarray(table)
    rows, columns = np.indices(counts.shape)
    return np.repeat(rows.ravel(), counts.ravel()), np.repeat(columns.ravel(), counts.ravel())


def test_hand_worked() -> None:
    # Of 4, one is a bin off and none two: observed 1. Margins 2, 1, 1 and 2, 2, 0 expect
    # (2·2·1 + 1·2·1 + 1·2·4 + 1·2·1)/4 = 4: kappa 3/4.
    found = agreement([[2, 0, 0], [0, 1, 0], [0, 1, 0]])
    assert found.kappa.value == pytest.approx(0.75)


def test_against_the_reference_libraries() -> None:
    x, y = _people(TABLE)
    found = agreement(TABLE, n_resamples=4000)
    assert found.kappa.value == pytest.approx(cohen_kappa_score(x, y, weights="quadratic"))
    assert found.spearman.value == pytest.approx(spearmanr(x, y).statistic)
    oracle = cohens_kappa(np.array(TABLE), wt="quadratic")
    assert found.kappa.low == pytest.approx(oracle.kappa_low, abs=0.02)
    assert found.kappa.high == pytest.approx(oracle.kappa_upp, abs=0.02)
    assert found.kappa.n == 203


@settings(max_examples=40, deadline=None)
@given(TABLES)
def test_any_table(table: np.ndarray) -> None:
    found = agreement(table, n_resamples=50)
    x, y = _people(table)
    if found.status != "ok":
        assert (found.kappa.value, found.spearman.value) == (None, None)
        assert len(set(x)) < 2 or len(set(y)) < 2
        return
    assert found.kappa.value == pytest.approx(cohen_kappa_score(x, y, weights="quadratic"))
    assert found.spearman.value == pytest.approx(spearmanr(x, y).statistic)
    for e in (found.kappa, found.spearman):
        assert e.value is not None
        assert e.low is not None
        assert e.high is not None
        assert -1 - 1e-9 <= e.low <= e.value <= e.high <= 1 + 1e-9
        assert e.low < e.high
    turned = agreement(table.T, n_resamples=50)
    assert turned.kappa.value == pytest.approx(found.kappa.value)


@pytest.mark.parametrize(
    ("table", "status"),
    [
        (np.zeros((3, 3)), "no_data"),
        (np.diag([1, 0, 0]), "one_answer"),
        (np.diag([9, 0, 0]), "constant"),
        ([[3, 4, 5], [0, 0, 0], [0, 0, 0]], "constant"),
    ],
)
def test_undefined_is_said(table: object, status: str) -> None:
    found = agreement(table)  # type: ignore[arg-type]
    assert (found.status, found.kappa.value, found.spearman.low) == (status, None, None)


def test_full_agreement_of_a_few_is_not_certainty() -> None:
    found = agreement(np.diag([4, 2, 4]))
    assert found.kappa.value == pytest.approx(1)
    assert (found.kappa.low or 0) < 0.6


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10), st.floats(-1, 1)), min_size=4, max_size=40))
def test_spearman_is_that_of_scipy(pairs: list[tuple[int, float]]) -> None:
    x, y = map(np.array, zip(*pairs, strict=True))
    found = spearman(x, y)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert found.value is None
        return
    assert found.value == pytest.approx(spearmanr(x, y).statistic, abs=1e-9)
    assert -1 <= (found.low or 0) <= found.value <= (found.high or 0) <= 1


def test_spearman_interval_hand_worked() -> None:
    rng = np.random.default_rng(0)
    x = rng.permutation(500)
    y = x + rng.normal(0, 120, 500)
    e = spearman(x, y)
    half = 1.959964 * np.sqrt((1 + (e.value or 0) ** 2 / 2) / 497)
    assert e.low == pytest.approx(np.tanh(np.arctanh(e.value) - half), abs=1e-6)
    assert spearman([1, 2, 3], [1, 2, 3]).value is None
