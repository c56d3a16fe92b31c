"""The Customer Effort Score in both versions."""

from __future__ import annotations

import pytest

from cxnlp.errors import ScaleError
from cxnlp.metrics.ces import ces
from cxnlp.metrics.estimate import NO_DATA


def test_direction_has_no_default() -> None:
    with pytest.raises(TypeError, match="higher_is_better"):
        ces([1, 2])  # type: ignore[call-arg]


def test_version_2_by_mean_and_share() -> None:
    assert ces([7, 6, 5, 2], higher_is_better=True).value == 5.0
    assert ces([7, 6, 5, 4], higher_is_better=True, variant="easy").value == 75.0


def test_version_1_counts_low_effort_as_easy() -> None:
    answers = [1, 2, 2, 5]
    assert ces(answers, higher_is_better=False, scale_max=5).value == 2.5
    assert ces(answers, higher_is_better=False, scale_max=5, variant="easy").value == 75.0


def test_refusals() -> None:
    with pytest.raises(ScaleError, match="outside 1-7"):
        ces([8], higher_is_better=True)
    with pytest.raises(ScaleError, match="no CES variant"):
        ces([7], higher_is_better=True, variant="top")
    assert ces([], higher_is_better=True) == NO_DATA
