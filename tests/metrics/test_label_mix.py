"""Differences of two mixes of labels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from cxnlp.metrics.label_mix import label_mix_difference


def test_by_hand() -> None:
    # χ² of 60 against 40 of 100 is 8; of 10 against 12, 22/(22 · 178/200)· .2 = .2043.
    found = label_mix_difference([60, 10], 100, [40, 12], 100)
    second = stats.chi2_contingency([[10, 90], [12, 88]], correction=False).statistic
    assert found is not None
    assert found.statistic == pytest.approx(8 + second)
    assert found.cramers_v == pytest.approx(((8 + second) / 400) ** 0.5)
    assert found.p_value < 0.01


def test_labels_that_go_together_are_no_evidence_twice() -> None:
    rng = np.random.default_rng(0)
    p_values = []
    for _ in range(400):
        # Five labels that are always carried together.
        a, b = (int(rng.binomial(200, 0.3)) for _ in range(2))
        found = label_mix_difference([a] * 5, 200, [b] * 5, 200)
        assert found is not None
        p_values.append(found.p_value)
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.03)


def test_undefined_is_defined() -> None:
    assert label_mix_difference([], 100, [], 100) is None
    assert label_mix_difference([0], 0, [9], 100) is None
    assert label_mix_difference([2], 100, [2], 100) is None
    same = label_mix_difference([9, 8], 50, [9, 8], 50)
    assert same is not None
    assert (same.p_value, same.cramers_v, same.n_needed) == (1.0, 0.0, None)
    with pytest.raises(ValueError, match="same labels"):
        label_mix_difference([1], 9, [1, 2], 9)
