from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from cxnlp.metrics.phrases import STOP_WORDS, find_phrases

WORDS = ("parking", "bay", "full", "the", "of", "no", "waste", "time")
sentences = st.lists(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), max_size=12)


def said(texts: list[str], **options: int) -> dict[str, int]:
    found = find_phrases(texts, **options)
    counts = found.said.sum(axis=0).tolist()
    return dict(zip(found.names, counts[0] if counts and found.names else [], strict=True))


def test_by_hand() -> None:
    texts = ["A waste of time. No parking!", "Waste of time", "the parking: no waste, no parking"]
    # Each text counts once, whatever it repeats.
    assert said(texts, min_texts=2) == {
        "waste": 3, "time": 2, "parking": 2, "waste of time": 2, "no parking": 2,
    }  # fmt: skip


def test_no_phrase_runs_across_a_stop_a_number_or_an_address() -> None:
    texts = ["bay full. parking 12 bay; parking a@b.org bay, parking @ann bay (parking) bay"] * 2
    assert set(said(texts, min_texts=2)) == {"bay", "full", "parking", "bay full"}


@pytest.mark.parametrize(
    "text",
    ["john.smith@example.com", "@johnsmith", "https://johnsmith.example", "www.johnsmith.example",
     "johnsmith42", "[JOHN]", "<PERSON>", "j*hnsmith", "0123 456789", "AB12", "#johnsmith"],
)  # fmt: skip
def test_personal_data_is_no_phrase(text: str) -> None:
    found = find_phrases([f"Ask {text} about it"] * 9, min_texts=1)
    assert found.names == ("ask",)


def test_typographic_apostrophes_and_case_are_one_word() -> None:
    assert said(["Wi-Fi’s slow", "wi-fi's SLOW"], min_texts=2) == {
        "wi-fi's": 2, "slow": 2, "wi-fi's slow": 2,
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(sentences, st.integers(1, 3))
def test_agrees_with_scikit_learn(texts: list[str], min_texts: int) -> None:
    def phrases(text: str) -> list[str]:
        words, found = text.split(), []
        for size in (1, 2, 3):
            for i in range(len(words) - size + 1):
                run = words[i : i + size]
                opens = run[0] not in STOP_WORDS or (size > 1 and run[0] == "no")
                if opens and run[-1] not in STOP_WORDS:
                    found.append(" ".join(run))
        return found

    expected: Counter[str] = Counter()
    if any(phrases(text) for text in texts):
        counter = CountVectorizer(analyzer=phrases, binary=True)
        counts = counter.fit_transform(texts).sum(axis=0).tolist()[0]
        expected.update(dict(zip(counter.get_feature_names_out(), counts, strict=True)))
    assert said(texts, min_texts=min_texts) == {
        name: n for name, n in expected.items() if n >= min_texts
    }


@pytest.mark.parametrize("texts", [[], [""], ["", "  "], ["the of"], ["\x00"], ["1 2 3"]])
def test_nothing_said_is_no_phrase(texts: list[str]) -> None:
    found = find_phrases(texts, min_texts=1)
    assert found.names == ()
    assert found.said.shape == (len(texts), 0)


def test_further_words_can_be_left_out() -> None:
    found = find_phrases(["good parking"], min_texts=1, without=frozenset({"good"}))
    assert found.names == ("parking",)
