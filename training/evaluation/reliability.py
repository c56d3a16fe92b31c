"""How far the confidence of a head can be believed: bins of reliability, calibration error."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.scores import Floats

N_BINS = 15


def reliability(confidence: Floats, right: NDArray[np.bool_]) -> dict[str, Any]:
    """Return the expected calibration error and the 15 bins of equal width behind it.

    The error is the mean gap between confidence and accuracy, each bin weighted by its count
    (Naeini, Cooper & Hauskrecht, AAAI 2015).
    """
    bins = np.minimum((confidence * N_BINS).astype(int), N_BINS - 1)
    counts = np.bincount(bins, minlength=N_BINS)
    sums = np.bincount(bins, weights=confidence.astype(np.float64), minlength=N_BINS)
    hits = np.bincount(bins, weights=right.astype(np.float64), minlength=N_BINS)
    return {
        "n": len(confidence),
        "ece": float(np.abs(sums - hits).sum() / max(len(confidence), 1)),
        "bins": [
            {
                "low": b / N_BINS,
                "high": (b + 1) / N_BINS,
                "n": int(counts[b]),
                "confidence": float(sums[b] / counts[b]) if counts[b] else None,
                "accuracy": float(hits[b] / counts[b]) if counts[b] else None,
            }
            for b in range(N_BINS)
        ],
    }
