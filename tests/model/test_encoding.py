from __future__ import annotations

import numpy as np
from tokenizers import Tokenizer

from cxnlp.model.encoding import MAX_QUESTION_TOKENS, collate, make_window, tokenise


def test_tokens_slice_back_to_the_text(tokenizer: Tokenizer) -> None:
    text = "I can’t wait 👍🏽, Größe!"
    tokens = tokenise(tokenizer, [text])[0]
    pieces = [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    assert pieces[:4] == ["I", "can", "’", "t"]
    assert pieces[5:8] == ["👍"] * 3
    assert "".join(pieces[-3:]).endswith("!")


def test_addresses_are_not_read_unless_there_is_nothing_else(tokenizer: Tokenizer) -> None:
    with_handle, plain = tokenise(tokenizer, ["@brand great app https://t.co/x", "great app"])
    assert with_handle.ids.tolist() == plain.ids.tolist()
    assert len(tokenise(tokenizer, ["https://t.co/x"])[0].ids) > 0


def test_find_tokens_takes_every_token_that_overlaps(tokenizer: Tokenizer) -> None:
    tokens = tokenise(tokenizer, ["good food here"])[0]
    assert tokens.find_tokens(5, 9) == (1, 2)
    assert tokens.find_tokens(6, 8) == (1, 2)
    assert tokens.find_tokens(0, 14) == (0, 3)
    assert tokens.find_tokens(4, 5) == (1, 1)


def test_the_question_is_read_but_never_pooled(tokenizer: Tokenizer) -> None:
    text, question = tokenise(tokenizer, ["nothing", "what was good?"])
    window = make_window(text, question, [(0, 1)], cls_id=101, sep_id=102)
    assert window.ids[0] == 101
    assert window.ids.tolist().count(102) == 2
    ((first, last),) = window.spans
    assert window.ids[first:last].tolist() == text.ids.tolist()


def test_a_long_question_is_cut(tokenizer: Tokenizer) -> None:
    text, question = tokenise(tokenizer, ["fine", "why " * 200])
    window = make_window(text, question, [(0, 1)], cls_id=101, sep_id=102)
    assert len(window.ids) == MAX_QUESTION_TOKENS + 4


def test_collate_pads_and_pools_means(tokenizer: Tokenizer) -> None:
    tokens = tokenise(tokenizer, ["good", "good food and drink in the sun"])
    windows = [
        make_window(tokens[0], None, [(0, 1)], cls_id=101, sep_id=102),
        make_window(tokens[1], None, [(0, 7), (0, 2)], cls_id=101, sep_id=102),
    ]
    batch = collate(windows)
    assert batch.input_ids.shape == (2, 16)
    assert batch.attention_mask.sum(axis=1).tolist() == [3, 9]
    assert batch.pooling.shape == (2, 2, 16)
    np.testing.assert_allclose(batch.pooling.sum(axis=2), [[1, 0], [1, 1]], rtol=1e-6)
    assert (batch.pooling * (1 - batch.attention_mask[:, None])).sum() == 0
