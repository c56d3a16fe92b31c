from __future__ import annotations

import numpy as np

from cxnlp.insights.repeated_phrases import repeated_phrases


def texts(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def test_a_longer_phrase_said_as_often_leads() -> None:
    groups = repeated_phrases(["parking", "free parking"], [np.arange(10), np.arange(9)])
    assert groups == [[1, 0]]


def test_a_part_of_a_phrase_does_not_lead() -> None:
    groups = repeated_phrases(["parking", "free parking"], [np.arange(10), np.arange(4)])
    assert groups == [[0, 1]]


def test_words_of_one_sentence_repeat_each_other() -> None:
    groups = repeated_phrases(["wheel", "squeaks", "knows"], [np.arange(20)] * 2 + [np.arange(5)])
    assert groups == [[0, 1, 2]]


def test_what_other_texts_say_too_is_kept() -> None:
    names = ["wheel", "price", "staff price"]
    groups = repeated_phrases(names, [np.arange(10), np.arange(5, 30), texts(40, 41, 42)])
    assert groups == [[0], [1], [2]]


def test_nothing_repeats_nothing() -> None:
    assert repeated_phrases([], []) == []
