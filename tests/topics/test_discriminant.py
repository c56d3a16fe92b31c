from __future__ import annotations

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from cxnlp.topics.discriminant import fit_discriminant


def _points(n: int, width: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    number = np.arange(n) % 3
    middles = rng.normal(size=(3, width)) * 2
    mixed = rng.normal(size=(width, width)) / np.sqrt(width)
    return (middles[number] + rng.normal(size=(n, width)) @ mixed).astype(np.float32), number


@pytest.mark.parametrize("width", [4, 300])  # fewer features than rows, and more
def test_classes_are_told_apart(width: int) -> None:
    vectors, number = _points(120, width)
    train, test = np.arange(120) < 60, np.arange(120) >= 60
    members = [np.flatnonzero(train & (number == k)) for k in range(3)]
    found = fit_discriminant(vectors, members)
    assert (found.logits(vectors[test]).argmax(axis=1) == number[test]).mean() > 0.95


def test_both_ways_to_invert_agree() -> None:
    vectors, number = _points(90, 60)
    members = [np.flatnonzero(number == k) for k in range(3)]
    direct = fit_discriminant(vectors, members)
    # Features of no variance make it wider than it has rows, and change nothing else.
    wide = np.hstack([vectors, np.zeros((90, 60), np.float32)])
    lemma = fit_discriminant(wide, members)
    a, b = direct.logits(vectors), lemma.logits(wide)
    assert (a.argmax(axis=1) == b.argmax(axis=1)).mean() > 0.97


def test_with_many_rows_it_is_fishers() -> None:
    vectors, number = _points(6000, 5)
    members = [np.flatnonzero(number == k) for k in range(3)]
    ours = fit_discriminant(vectors, members).logits(vectors)
    theirs = LinearDiscriminantAnalysis(solver="lsqr", priors=[1 / 3] * 3).fit(vectors, number)
    wanted = theirs.decision_function(vectors)
    gaps = ours - ours[:, :1]
    # But for the shrinkage, which is small here.
    assert np.corrcoef(gaps[:, 1:].ravel(), (wanted - wanted[:, :1])[:, 1:].ravel())[0, 1] > 0.99
    assert (ours.argmax(axis=1) == wanted.argmax(axis=1)).mean() > 0.99


def test_a_row_may_stand_in_two_classes() -> None:
    vectors, number = _points(30, 4)
    members = [np.flatnonzero(number == k) for k in range(3)]
    members[0] = np.append(members[0], members[1][0])
    assert np.isfinite(fit_discriminant(vectors, members).logits(vectors)).all()
