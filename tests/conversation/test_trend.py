from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.conversation.trend import TRENDS, find_trend

scores = st.lists(st.floats(-1, 1), max_size=60)


@pytest.mark.parametrize(
    ("values", "label", "slope"),
    [
        ([], "too_short", None),
        ([-0.9], "too_short", None),
        ([0.9, -0.9], "too_short", None),
        ([0.2, -0.3, -0.8], "worsening", -0.5),
        ([-0.8, -0.2, 0.6], "improving", 0.7),  # slopes .6, .8, .7
        ([0.1, -0.1, -0.2], "steady", -0.15),  # in order, but small
        ([0.2, -0.8, -0.3], "steady", -0.25),  # three turns out of order
        ([-0.9, -0.9, 0.6, 0.9], "improving", 0.675),  # 0 .3 .6 .75 .9 1.5: (.6 + .75) / 2
        ([0.0, 0.0, 0.0, 0.0, 0.0], "steady", 0.0),
        ([0.9, -0.9, 0.9, -0.9, 0.9, -0.9], "steady", 0.0),
    ],
)
def test_by_hand(values: list[float], label: str, slope: float | None) -> None:
    found = find_trend(values)
    assert found.label == label
    if slope is None:
        assert found.slope is None
    else:
        assert found.slope == pytest.approx(slope, abs=1e-4)


def test_one_turn_does_not_make_a_trend() -> None:
    assert find_trend([0.0, 0.0, 0.0, 0.0, -0.9]).label == "steady"


@pytest.mark.parametrize("n", [4, 5, 6, 8, 12, 20])
def test_noise_is_called_steady(n: int) -> None:
    dice = random.Random(n)
    labels = [find_trend([dice.uniform(-1, 1) for _ in range(n)]).label for _ in range(1000)]
    assert labels.count("steady") > 830


def test_a_fall_in_noise_is_found() -> None:
    dice = random.Random(3)
    labels = [
        find_trend([0.6 - 0.2 * i + dice.uniform(-0.25, 0.25) for i in range(7)]).label
        for _ in range(300)
    ]
    assert labels.count("worsening") > 285


@given(scores)
def test_bounds_and_mirror(values: list[float]) -> None:
    found, mirrored = find_trend(values), find_trend([-value for value in values])
    assert found.label in TRENDS
    assert (found.slope is None) == (len(values) < 3)
    if found.slope is not None and mirrored.slope is not None:
        assert abs(found.slope) <= 2
        assert mirrored.slope == pytest.approx(-found.slope)
    swapped = {"improving": "worsening", "worsening": "improving"}
    assert mirrored.label == swapped.get(found.label, found.label)
