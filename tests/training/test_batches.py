from __future__ import annotations

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordPiece

from cxnlp.errors import InputError
from cxnlp.labels import EMOTIONS, TOPICS
from training.batches import deal, prepare, to_tensors
from training.example import Example, SpanLabel, document
from training.losses import UNKNOWN


def _words(tokenizer, ids):
    return [tokenizer.id_to_token(int(i)) for i in ids]


def _pooled(tokenizer, example, **options):
    (item,) = prepare([example], tokenizer, max_tokens=160, **options)
    encoded, _ = to_tensors([item])
    return [_words(tokenizer, encoded.input_ids[0][row > 0]) for row in encoded.pooling[0]], encoded


def test_spans_pool_their_own_tokens(tokenizer):
    text = "the room was good. the food was bad."
    cut = text.index(" the food") + 1
    spans = (
        SpanLabel(start=0, end=cut - 1, sentiment=2),
        SpanLabel(start=cut, end=len(text), sentiment=0),
    )

    pooled, encoded = _pooled(tokenizer, Example(text=text, source="s", split="train", spans=spans))

    assert pooled == [["the", "room", "was", "good", "."], ["the", "food", "was", "bad", "."]]
    assert encoded.pooling[0].sum(axis=1) == pytest.approx([1.0, 1.0])


def test_question_is_read_and_never_pooled(tokenizer):
    example = document("nothing", "s", "train", question="what could we do better?", sentiment=2)

    pooled, encoded = _pooled(tokenizer, example)

    assert pooled == [["nothing"]]
    read = _words(tokenizer, encoded.input_ids[0][encoded.attention_mask[0] == 1])
    assert read == [
        "[CLS]", "what", "could", "we", "do", "better", "?", "[SEP]", "nothing", "[SEP]",
    ]  # fmt: skip


def test_padding_is_neither_read_nor_pooled(tokenizer):
    examples = [
        document("good", "s", "train", sentiment=2),
        document("the food was bad and the room was poor", "s", "train", sentiment=0),
    ]

    encoded, _ = to_tensors(prepare(examples, tokenizer, max_tokens=160))

    n_tokens = encoded.input_ids.shape[1]
    assert n_tokens % 8 == 0
    assert encoded.attention_mask[0].sum() == 3
    assert (encoded.pooling[:, :, :][encoded.attention_mask[:, None, :] == 0] == 0).all()


def test_spans_that_are_cut_off_or_say_nothing_are_left_out(tokenizer):
    text = "good room bad food"
    labels = [
        SpanLabel(start=0, end=len(text), satisfaction=3.0),  # the whole text, cut: kept
        SpanLabel(start=0, end=4, sentiment=2),
        SpanLabel(start=0, end=9),  # says nothing
        SpanLabel(start=5, end=13, sentiment=0),  # half of it is cut off
        SpanLabel(start=14, end=18, sentiment=0),  # beyond
    ]
    example = Example(text=text, source="s", split="train", spans=tuple(labels))

    (item,) = prepare([example], tokenizer, max_tokens=2)

    assert item.labels == (labels[0], labels[1])
    assert item.window.spans == ((1, 3), (1, 2))


def test_text_without_a_token_is_left_out(tokenizer):
    assert prepare([document(" ", "s", "train", sentiment=1)], tokenizer, max_tokens=9) == []


def test_tokenizer_without_special_tokens_is_refused():
    tokenizer = Tokenizer(WordPiece({"a": 0, "[UNK]": 1}, unk_token="[UNK]"))

    with pytest.raises(InputError, match=r"\[CLS\]"):
        prepare([document("a", "s", "train", sentiment=1)], tokenizer, max_tokens=9)


@pytest.mark.parametrize("seed", [None, 0, 1])
def test_batches_keep_the_token_budget_and_every_text_once(tokenizer, seed):
    lengths = np.random.default_rng(0).integers(1, 60, 300)
    examples = [document(" ".join(["good"] * int(n)), "s", "train", sentiment=2) for n in lengths]
    items = prepare(examples, tokenizer, max_tokens=160)

    batches = list(deal(items, tokens_per_batch=256, seed=seed))

    for batch in batches:
        encoded, _ = to_tensors(batch)
        assert encoded.input_ids.size <= 256
    assert sorted(id(i) for b in batches for i in b) == sorted(id(i) for i in items)


def test_text_longer_than_the_budget_has_a_batch_of_its_own(tokenizer):
    examples = [document(" ".join(["good"] * n), "s", "train", sentiment=2) for n in (2, 100)]
    items = prepare(examples, tokenizer, max_tokens=160)

    assert [len(batch) for batch in deal(items, tokens_per_batch=32, seed=None)] == [1, 1]
    assert list(deal([], tokens_per_batch=32, seed=1)) == []


def test_order_depends_on_the_seed(tokenizer, opinions):
    items = prepare(opinions, tokenizer, max_tokens=160)

    def order(seed):
        return [[id(i) for i in b] for b in deal(items, tokens_per_batch=64, seed=seed)]

    assert order(1) == order(1)
    assert order(1) != order(2)


def test_what_is_unknown_stays_unknown(tokenizer):
    examples = [
        document("the food was good", "s", "train", topics={"food_drink": True}),
        document(
            "the nurse was rude", "s", "train", sentiment=0, weight=0.5, satisfaction=1.5,
            emotions=frozenset({"anger"}), topics={"staff_service": True, "food_drink": False},
            polarities={"staff_service": 0},
        ),
    ]  # fmt: skip

    _, targets = to_tensors(prepare(examples, tokenizer, max_tokens=160))

    food, staff = TOPICS.index("food_drink"), TOPICS.index("staff_service")
    assert targets.sentiment.tolist() == [[UNKNOWN], [0]]
    assert targets.weight.tolist() == [[0.0], [0.5]]
    assert torch.isnan(targets.satisfaction[0, 0])
    assert targets.satisfaction[1, 0] == 1.5
    assert (targets.emotion[0, 0] == UNKNOWN).all()
    assert targets.emotion[1, 0].sum() == 1
    assert targets.emotion[1, 0, EMOTIONS.index("anger")] == 1
    assert targets.topic[0, 0, food] == 1
    assert (targets.topic[0, 0] != UNKNOWN).sum() == 1
    assert (targets.topic[1, 0, food], targets.topic[1, 0, staff]) == (0, 1)
    assert (targets.topic[1, 0] != UNKNOWN).sum() == 2
    assert (targets.polarity[0, 0] == UNKNOWN).all()
    assert targets.polarity[1, 0, staff] == 0
