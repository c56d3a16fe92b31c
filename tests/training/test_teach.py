from __future__ import annotations

import numpy as np
import pytest
import torch

from training.batches import prepare, to_tensors
from training.example import Example, SpanLabel, document
from training.network import CxNetwork
from training.recipe import MixtureConfig, Recipe
from training.teach import teach, wanted

RECIPE = Recipe(
    name="r", seed=0, base="b", mixture=MixtureConfig(sources=("a",), taught=("a", "b"))
)


def test_a_teacher_reads_whole_texts_once_and_none_that_is_surely_labelled():
    plain = document("the room was good", "a", "train", sentiment=2)
    again = document("the room was good", "b", "train")
    asked = document("the room was good", "a", "train", question="what")
    sure = document("the food was bad", "sure", "train", sentiment=0)
    empty = document(" -- ", "a", "train")
    part = Example(text="a b", source="a", split="train", spans=(SpanLabel(start=0, end=1),))

    chosen = wanted(RECIPE, [plain, again, asked, sure, empty, part])

    assert [(e.text, e.question) for e in chosen] == [
        ("the room was good", None),
        ("the room was good", "what"),
    ]


def test_what_it_says_is_the_network_s_own_in_the_order_of_the_texts(base, tokenizer):
    torch.manual_seed(0)
    network = CxNetwork.from_base(base).eval()
    words = ["room", "bus is good", "the food was awful and the nurse was rude", "app"]
    examples = [document(text, "a", "train") for text in words]

    found = teach(network, base, examples, max_tokens=32)

    for text, probabilities in zip(words, found, strict=True):
        [item] = prepare([document(text, "a", "train", sentiment=0)], tokenizer, max_tokens=32)
        encoded, _ = to_tensors([item])
        arrays = (encoded.input_ids, encoded.attention_mask, encoded.pooling)
        with torch.no_grad():
            alone = network(*(torch.from_numpy(array) for array in arrays)).sentiment[0, 0]
        assert probabilities == pytest.approx(alone.softmax(-1).tolist(), abs=0.02)
        assert np.sum(probabilities) == pytest.approx(1.0, abs=1e-3)
