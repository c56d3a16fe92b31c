from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxnlp.model.encoding import TokenisedText
from cxnlp.model.windows import DOCUMENT, MAX_OVERLAP_TOKENS, MAX_WINDOW_TOKENS, Plan, plan_windows


def tokens_of(lengths: list[int]) -> tuple[TokenisedText, list[tuple[int, int]]]:
    """Return a text of one-character tokens, and its sentences of the given lengths."""
    n = sum(lengths)
    ends = np.arange(1, n + 1, dtype=np.int32)
    tokens = TokenisedText(ids=np.arange(n, dtype=np.int32) + 1000, starts=ends - 1, ends=ends)
    bounds = np.cumsum([0, *lengths]).tolist()
    return tokens, list(pairwise(bounds))


def plan_of(lengths: list[int]) -> Plan:
    tokens, sentences = tokens_of(lengths)
    return plan_windows(tokens, sentences, None, cls_id=1, sep_id=2)


def test_one_sentence_shares_the_row_of_its_document() -> None:
    plan = plan_of([7])
    assert len(plan.windows) == 1
    assert plan.windows[0].spans == ((1, 8),)
    assert [(piece.span, piece.row) for piece in plan.pieces] == [(DOCUMENT, 0), (1, 0)]


def test_sentences_are_rows_of_one_window() -> None:
    plan = plan_of([3, 4])
    assert plan.windows[0].spans == ((1, 8), (1, 4), (4, 8))


def test_a_short_sentence_before_the_cut_is_read_again_but_not_pooled() -> None:
    plan = plan_of([MAX_WINDOW_TOKENS - 10, 10, 20])
    assert len(plan.windows) == 2
    second = plan.windows[1]
    assert len(second.ids) == 1 + 10 + 20 + 1
    assert second.spans == ((11, 31),)


def test_a_long_sentence_before_the_cut_is_not_read_again() -> None:
    plan = plan_of([MAX_WINDOW_TOKENS, 20])
    assert len(plan.windows[1].ids) == 22


@settings(max_examples=60)
@given(st.lists(st.integers(1, 500), min_size=1, max_size=12))
def test_every_token_counts_once_in_its_document_and_its_sentence(lengths: list[int]) -> None:
    plan = plan_of(lengths)
    sizes: Counter[int] = Counter()
    for piece in plan.pieces:
        sizes[piece.span] += piece.n_tokens
        first, last = plan.windows[piece.window].spans[piece.row]
        assert last - first == piece.n_tokens
    assert sizes[DOCUMENT] == sum(lengths)
    assert [sizes[number] for number in range(1, len(lengths) + 1)] == lengths
    longest = max(len(window.ids) for window in plan.windows)
    assert longest <= MAX_WINDOW_TOKENS + MAX_OVERLAP_TOKENS + 2


def test_sentences_without_tokens_are_left_out() -> None:
    tokens, _ = tokens_of([4])
    plan = plan_windows(tokens, [(0, 4), (10, 12)], None, cls_id=1, sep_id=2)
    assert plan.sentences == ((0, 4),)


@pytest.mark.parametrize("lengths", [[], [0]])
def test_a_text_without_tokens_has_no_windows(lengths: list[int]) -> None:
    assert plan_of(lengths).windows == ()
