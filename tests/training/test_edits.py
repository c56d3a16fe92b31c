from __future__ import annotations

import random

import pytest

from training.edits import _EDITS, _people, edit
from training.example import document, normalise

TEXT = "The driver wasn't friendly, and my parcel came late."


@pytest.mark.parametrize("number", range(len(_EDITS)))
def test_an_edit_leaves_most_of_the_words(number):
    for seed in range(20):
        edited = _EDITS[number](TEXT, random.Random(seed))
        kept = set(normalise(TEXT).split()) & set(normalise(edited).split())
        assert len(kept) >= len(set(normalise(TEXT).split())) - 3, edited


def test_a_share_is_edited_and_keeps_its_labels_and_its_span():
    examples = [document(f"{TEXT} {n}", "s", "train", sentiment=0, weight=0.5) for n in range(400)]

    edited = edit(examples, share=0.25, seed=1)

    changed = [e for e, before in zip(edited, examples, strict=True) if e.text != before.text]
    assert 60 < len(changed) < 140
    for example in edited:
        [span] = example.spans
        assert (span.start, span.end) == (0, len(example.text))
        assert (span.sentiment, span.weight) == (0, 0.5)


def test_the_seed_decides():
    examples = [document(TEXT, "s", "train", sentiment=0)] * 50

    assert edit(examples, share=0.5, seed=1) == edit(examples, share=0.5, seed=1)
    assert edit(examples, share=0.5, seed=1) != edit(examples, share=0.5, seed=2)


def test_answers_and_single_words_stay_as_they_are():
    answer = document("Nothing at all.", "s", "train", question="What was bad?", sentiment=2)
    word = document("Nothing", "s", "train", sentiment=1)

    assert edit([answer, word], share=1.0, seed=0) == [answer, word]


def test_a_text_without_a_long_word_survives_a_typo():
    short = document("it is ok :)", "s", "train", sentiment=1)

    for seed in range(40):
        [edited] = edit([short], share=1.0, seed=seed)
        assert "ok" in edited.text.lower()


def test_another_person_may_be_named_and_nothing_else_changes():
    changed = {_people("My wife liked the soup.", random.Random(seed)) for seed in range(30)}

    assert "My brother liked the soup." in changed
    assert all(text.startswith("My ") and text.endswith(" liked the soup.") for text in changed)
    for seed in range(30):
        assert _people("The soup was cold.", random.Random(seed)).endswith(". The soup was cold.")
