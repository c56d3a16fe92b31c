"""Customer satisfaction in its named variants."""

from __future__ import annotations

import pytest

from cxnlp.errors import ScaleError
from cxnlp.metrics.csat import csat, satisfied_from
from cxnlp.metrics.estimate import NO_DATA


def test_top_two_of_five_is_the_default() -> None:
    e = csat([5] * 40 + [4] * 34 + [3] * 20 + [1] * 13)
    assert round(e.value or 0, 1) == 69.2
    assert (round(e.low or 0, 1), round(e.high or 0, 1)) == (59.9, 77.1)


@pytest.mark.parametrize(
    ("variant", "answers", "value"),
    [
        ("top_2_of_7", [7, 6, 5, 1], 50.0),
        ("top_2_of_10", [10, 9, 8, 1], 50.0),
        ("good_of_rated", [1, 1, 1, 0], 75.0),
    ],
)
def test_variants(variant: str, answers: list[float], value: float) -> None:
    assert csat(answers, variant=variant).value == value


def test_mean_variant_needs_its_scale() -> None:
    assert csat([1, 5, 3], variant="mean", scale_min=1, scale_max=5).value == 3.0
    with pytest.raises(ScaleError, match="scale_min"):
        csat([1, 5], variant="mean")


def test_answers_of_another_scale_are_not_pooled() -> None:
    with pytest.raises(ScaleError, match="outside 1-5"):
        csat([5, 4, 9])
    with pytest.raises(ScaleError, match="no CSAT variant"):
        csat([5], variant="top_3")


def test_no_answers_are_no_data() -> None:
    assert csat([]) == NO_DATA


@pytest.mark.parametrize(
    ("low", "high", "better", "bound"),
    [
        (1, 5, True, 4), (1, 7, True, 6), (1, 10, True, 9), (0, 10, True, 9), (0, 1, True, 1),
        (1, 3, True, 3), (1, 5, False, 2), (0, 1, False, 0), (0, 100, True, None),
    ],
)  # fmt: skip
def test_satisfied_from(low: float, high: float, better: bool, bound: float | None) -> None:
    assert satisfied_from(low, high, higher_is_better=better) == bound
