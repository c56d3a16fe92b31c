from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.metrics.krippendorff import interval, krippendorff_alpha, masi, nominal

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C: four observers,
# twelve units, missing values.
_OBSERVERS = [
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
]
_UNITS = [
    [int(value) for value in unit if value != "."]
    for unit in zip(*(line.split() for line in _OBSERVERS), strict=True)
]


def test_worked_example_of_krippendorff():
    of_names = krippendorff_alpha(_UNITS, nominal)
    of_numbers = krippendorff_alpha(_UNITS, interval)

    assert of_names.value == pytest.approx(0.743, abs=5e-4)
    assert of_numbers.value == pytest.approx(0.849, abs=5e-4)
    # The unit that one observer alone judged says nothing of agreement.
    assert (of_names.n_units, of_names.n_values) == (11, 40)


def test_two_observers_and_yes_or_no_of_krippendorff():
    # Section A of the same paper.
    one = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    other = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]

    alpha = krippendorff_alpha(zip(one, other, strict=True), nominal)

    assert alpha.value == pytest.approx(0.095, abs=5e-4)


def test_masi_of_passonneau():
    a = frozenset
    assert masi(a("ab"), a("ab")) == 0
    assert masi(a("ab"), a("cd")) == 1
    assert masi(a("abc"), a("ab")) == pytest.approx(1 - 2 / 3 * 2 / 3)
    assert masi(a("abc"), a("abd")) == pytest.approx(1 - 1 / 2 * 1 / 3)
    assert masi(a(), a()) == 0
    assert masi(a(), a("a")) == 1


def test_what_has_no_answer_says_so():
    assert krippendorff_alpha([], nominal).status == "no_pairs"
    assert krippendorff_alpha([[1], [2], []], nominal).status == "no_pairs"
    constant = krippendorff_alpha([["a", "a"], ["a", "a", "a"]], nominal)
    assert (constant.status, constant.value, constant.n_units) == ("constant", None, 2)


@given(st.lists(st.lists(st.integers(1, 5), max_size=4), max_size=12), st.randoms())
def test_order_does_not_matter_and_alpha_is_at_most_one(units, choice: random.Random):
    shuffled = [choice.sample(unit, len(unit)) for unit in choice.sample(units, len(units))]

    for distance in (nominal, interval):
        one, other = krippendorff_alpha(units, distance), krippendorff_alpha(shuffled, distance)
        assert one.status == other.status
        if one.value is not None and other.value is not None:
            assert math.isclose(one.value, other.value, abs_tol=1e-9)
            assert one.value <= 1


def test_chance_gives_about_nought_and_the_same_answers_one():
    choice = random.Random(3)
    drawn = [[choice.choice("abc") for _ in range(3)] for _ in range(4000)]

    assert krippendorff_alpha(drawn, nominal).value == pytest.approx(0, abs=0.03)
    assert krippendorff_alpha([[u[0]] * 3 for u in drawn], nominal).value == 1
