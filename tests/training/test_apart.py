from __future__ import annotations

import numpy as np
import pytest

from training.apart import _figure, judge, only, says
from training.batches import prepare
from training.example import document
from training.label_arrays import UNKNOWN
from training.network import OUTPUTS, CxNetwork
from training.recipe import MixtureConfig, Recipe

RECIPE = Recipe(name="r", seed=0, base="b", mixture=MixtureConfig(sources=("a",)))


@pytest.mark.parametrize("head", OUTPUTS)
def test_one_head_keeps_its_weight_and_the_others_lose_theirs(head):
    weights = only(RECIPE, head).loss

    assert getattr(weights, head) == getattr(RECIPE.loss, head) > 0
    assert sum(getattr(weights, name) for name in OUTPUTS) == getattr(weights, head)


def test_a_text_says_what_it_is_labelled_with(tokenizer):
    felt = document("good", "s", "val", sentiment=2)
    scored = document("good food", "s", "val", satisfaction=4.0, topics={"food_drink": True})

    one, two = prepare([felt, scored], tokenizer, max_tokens=9)

    assert [name for name in OUTPUTS if says(one, name)] == ["sentiment"]
    assert [name for name in OUTPUTS if says(two, name)] == ["satisfaction", "topic"]


def test_a_figure_is_one_where_all_is_right_and_skips_what_is_unknown():
    gold = np.array([0, 1, 2, UNKNOWN])
    logits = np.eye(3, dtype=np.float32)[[0, 1, 2, 0]]
    assert _figure("sentiment", logits, gold) == 1.0
    assert _figure("sentiment", -logits, gold) == 0.0

    scores = np.array([1.0, 3.0, 5.0, np.nan], dtype=np.float32)
    levels = 9 * np.eye(5, dtype=np.float32)[[0, 2, 4, 0]]
    assert _figure("satisfaction", levels, scores) == pytest.approx(1.0)

    present = np.array([[1, 0]] * 12 + [[0, 1]] * 3 + [[UNKNOWN, 1]] * 9)
    topics = np.where(present == 1, 5.0, -5.0).astype(np.float32)
    assert _figure("topic", topics, present) == 1.0
    assert _figure("topic", -topics, present) < 0.8

    towards = np.array([[0, UNKNOWN], [2, 1]])
    polar = np.eye(3, dtype=np.float32)[np.array([[0, 2], [2, 0]])]
    assert _figure("polarity", polar, towards) == pytest.approx(2 / 3)


def test_a_network_is_judged_on_every_head(base, tokenizer):
    examples = [
        document(
            f"{word} food {n}",
            "s",
            "val",
            sentiment=2 * (word == "good"),
            satisfaction=1.0 + 4 * (word == "good"),
            topics={"food_drink": n % 2 == 0},
            polarities={"food_drink": 0},
            emotions=("joy",) if n % 3 else (),
        )
        for word in ("good", "bad")
        for n in range(20)
    ]

    found = judge(CxNetwork.from_base(base), prepare(examples, tokenizer, max_tokens=12))

    assert set(found) == set(OUTPUTS)
    assert all(np.isfinite(value) for value in found.values())
