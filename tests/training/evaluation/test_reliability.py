from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.reliability import reliability


def test_calibration_error_by_hand():
    confidence = np.array([0.95, 0.95, 0.55, 0.55], dtype=np.float32)
    right = np.array([True, False, True, True])

    # Bin of .95: half right, gap .45; bin of .55: all right, gap .45; half the texts in each.
    found = reliability(confidence, right)

    assert found["ece"] == pytest.approx(0.45)
    assert found["n"] == 4
    assert len(found["bins"]) == 15
    top, middle = found["bins"][14], found["bins"][8]
    assert (top["n"], top["accuracy"]) == (2, 0.5)
    assert top["confidence"] == pytest.approx(0.95)
    assert (middle["low"], middle["high"]) == pytest.approx((8 / 15, 9 / 15))
    assert found["bins"][0] == {
        "low": 0.0, "high": 1 / 15, "n": 0, "confidence": None, "accuracy": None,
    }  # fmt: skip


def test_perfect_confidence_has_no_calibration_error():
    confidence = np.array([1.0, 1.0, 0.0], dtype=np.float32)

    assert reliability(confidence, np.array([True, True, False]))["ece"] == 0
