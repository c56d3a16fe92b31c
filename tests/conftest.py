"""What the tests of several folders make estimates with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cxnlp.metrics.estimate import Estimate


@pytest.fixture
def estimate() -> Callable[..., Estimate]:
    """Return a function that makes an estimate with an interval of +-`half`."""

    def make(value: float, n: int = 100, half: float = 5.0) -> Estimate:
        return Estimate(value=value, low=value - half, high=value + half, n=n).suppressed()

    return make
