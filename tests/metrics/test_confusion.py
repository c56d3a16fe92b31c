from __future__ import annotations

from dataclasses import replace

import pytest

from cxnlp.metrics.confusion import Confusion, why_not_corrected

TWO = Confusion(labels=("other", "negative"), counts=((900, 100), (15, 85)))


def test_sensitivity_and_specificity_by_hand() -> None:
    assert TWO.sensitivity("negative") == 0.85
    assert TWO.specificity("negative") == pytest.approx(0.90)
    assert (TWO.n, TWO.n_gold) == (1100, (1000, 100))


def test_specificity_of_three_labels_pools_the_others() -> None:
    three = Confusion(labels=("a", "b", "c"), counts=((8, 2, 0), (1, 18, 1), (4, 0, 6)))
    # Of the 30 texts that are not a, 1 + 4 were called a.
    assert three.specificity("a") == pytest.approx(25 / 30)
    assert three.sensitivity("c") == 0.6


def test_a_label_without_texts_has_no_rates() -> None:
    none = Confusion(labels=("a", "b"), counts=((5, 1), (0, 0)))
    assert none.sensitivity("b") is None
    assert none.specificity("a") is None


@pytest.mark.parametrize("hits", [29, 30])
def test_no_correction_below_the_limit(hits: int) -> None:
    found = Confusion(labels=("no", "yes"), counts=((90, 10), (100 - hits, hits)))
    why_not = why_not_corrected(found)
    assert (why_not is None) == (hits == 30)  # .30 + .90 is the limit itself
    if why_not is not None:
        assert "sensitivity 0.29 and specificity 0.90 of yes" in why_not


def test_no_correction_by_a_rate_that_few_texts_gave() -> None:
    found = Confusion(labels=("no", "yes"), counts=((90, 10), (2, 17)))
    assert why_not_corrected(found) == (
        "its errors on yes were measured on 19 texts, fewer than 20"
    )


def test_one_label_that_is_not_told_apart_forbids_all() -> None:
    counts = ((80, 10, 10), (40, 20, 40), (10, 10, 80))
    why_not = why_not_corrected(Confusion(labels=("a", "b", "c"), counts=counts))
    assert why_not is not None
    assert "of b sum to less than 1.2" in why_not


def test_rates_that_differ_from_set_to_set_do_not_correct() -> None:
    why_not = why_not_corrected(replace(TWO, effective=(50.0, 1.5)))
    assert why_not is not None
    assert why_not.startswith("its errors on negative differ too much from one set of texts")
    of_the_other = why_not_corrected(replace(TWO, effective=(1.5, 50.0)))
    assert of_the_other == why_not
    assert why_not_corrected(replace(TWO, effective=(50.0, 2.0))) is None
    for effective in ((50.0,), (50.0, 0.0)):
        with pytest.raises(ValueError, match="worth 2 numbers"):
            replace(TWO, effective=effective)


@pytest.mark.parametrize("counts", [((1, 2),), ((1, 2), (3,)), ((1, -2), (3, 4))])
def test_counts_of_another_shape_are_refused(counts: tuple[tuple[int, ...], ...]) -> None:
    with pytest.raises(ValueError, match="confusion"):
        Confusion(labels=("a", "b"), counts=counts)
