from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.text.sentences import _pipeline, split_many, split_sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        ("  \n ", []),
        ("Lovely", ["Lovely"]),
        ("  Lovely staff. \n\n Cold food!", ["Lovely staff.", "Cold food!"]),
        ("Great food. Rude staff. Never again!", ["Great food.", "Rude staff.", "Never again!"]),
        ("Line one\r\nline two", ["Line one", "line two"]),
        ("It cost 3.50 and was fine.", ["It cost 3.50 and was fine."]),
        ("👍🏽 great… Really", ["👍🏽 great… Really"]),
    ],
)
def test_cuts_at_lines_and_sentence_ends(text: str, sentences: list[str]) -> None:
    assert cut(text) == sentences


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        (
            "The room was clean but the food was cold.",
            ["The room was clean", "but the food was cold."],
        ),
        ("Good but slow.", ["Good but slow."]),
        ("Although it rained all day, we loved it", ["Although it rained all day, we loved it"]),
        (
            "The staff were kind, however the wait was long",
            ["The staff were kind,", "however the wait was long"],
        ),
        ("I like the butter very much", ["I like the butter very much"]),
        (
            "THE APP IS NICE BUT IT KEEPS CRASHING",
            ["THE APP IS NICE", "BUT IT KEEPS CRASHING"],
        ),
    ],
)
def test_cuts_at_a_contrast_between_clauses(text: str, halves: list[str]) -> None:
    assert cut(text) == halves


@given(st.text(max_size=300))
def test_spans_are_in_order_trimmed_and_lose_only_white_space(text: str) -> None:
    spans = split_sentences(text)
    covered = "".join(text[start:end] for start, end in spans)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_a_line_beyond_any_sentence_is_cut_and_stays_whole() -> None:
    text = "word. " * 10_000
    spans = split_sentences(text)
    assert len(spans) == 10_000
    assert cut("x" * 60_001) == ["x" * 20_000] * 3 + ["x"]


def test_many_texts_keep_their_order() -> None:
    assert [len(spans) for spans in split_many(["One. Two.", "", "Three."])] == [2, 0, 1]


def test_a_text_without_spaces_takes_no_longer_than_one_with_them() -> None:
    started = time.monotonic()
    spans = split_sentences("!" * 100_000)

    assert time.monotonic() - started < 5  # the square of the length took fifty
    assert spans[0][0] == 0
    assert spans[-1][1] == 100_000


def test_many_exclamation_marks_still_end_a_sentence() -> None:
    text = "Why" + "!" * 300 + " Nobody came."

    assert [text[start:end] for start, end in split_sentences(text)] == [
        "Why" + "!" * 300,
        "Nobody came.",
    ]


def test_new_words_are_forgotten() -> None:
    strings = count_strings_after("Warm. Up.")

    for number in range(300):
        split_sentences(f"Order zq{number}zz came. Lovely zx{number}xx!")

    assert count_strings_after("Warm. Up.") == strings


def count_strings_after(text: str) -> int:
    """Return how many strings the pipeline of this thread holds after a text."""
    split_sentences(text)
    return len(_pipeline().vocab.strings)


def test_threads_do_not_disturb_each_other() -> None:
    texts = [f"Order {number} came, w{number}x. Lovely! Was it? Yes." for number in range(200)]
    alone = [split_sentences(text) for text in texts]

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert list(pool.map(split_sentences, texts * 5)) == alone * 5
