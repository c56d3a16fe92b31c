"""The net share and its adjusted Wald interval."""

from __future__ import annotations

import numpy as np
import pytest

from cxnlp.metrics.trinomial import net_share


def test_counts_must_fit_into_n() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        net_share(3, 2, 4)


def test_interval_covers_as_promised_at_small_n() -> None:
    rng = np.random.default_rng(7)
    truth = 100 * (0.85 - 0.03)
    draws = rng.multinomial(10, [0.85, 0.12, 0.03], size=4000)
    covered = 0
    for positive, _, negative in draws:
        e = net_share(int(positive), int(negative), 10)
        covered += (e.low or 0) <= truth <= (e.high or 0)
    # The plain Wald interval covers .80 here.
    assert covered / len(draws) > 0.92
