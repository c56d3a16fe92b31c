from __future__ import annotations

import re
from collections import defaultdict

import pytest

from training.contrast.generate import generate
from training.example import Example, normalise


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return list(generate())


def test_same_sentences_each_time(examples):
    assert examples == list(generate())


def test_test_sentences_never_stand_in_training(examples):
    texts = defaultdict(set)
    for example in examples:
        texts[example.split].add(normalise(example.text))

    assert texts["test"]
    assert not texts["test"] & texts["train"]


def test_test_questions_are_not_asked_in_training(examples):
    asked = defaultdict(set)
    for example in examples:
        if example.question:
            asked[example.split].add(example.question)

    assert asked["test"]
    assert not asked["test"] & asked["train"]


def test_every_capability_is_trained_and_tested(examples):
    splits = defaultdict(set)
    for example in examples:
        splits[example.source].add(example.split)

    assert len(splits) >= 12
    assert all(found == {"train", "test"} for found in splits.values()), splits


def test_one_answer_means_what_its_question_makes_of_it(examples):
    sentiments = defaultdict(set)
    for example in examples:
        if example.question:
            sentiments[normalise(example.text)].add(example.spans[0].sentiment)

    assert sum(found == {0, 1, 2} for found in sentiments.values()) >= 10


def test_no_sentence_has_two_sentiments_without_a_question(examples):
    sentiments = defaultdict(set)
    for example in examples:
        if not example.question:
            sentiments[normalise(example.text)].add(example.spans[0].sentiment)

    assert [text for text, found in sentiments.items() if len(found) > 1] == []


def test_sentences_read_naturally(examples):
    for example in examples:
        text = example.text
        assert not re.search(r"[{}]", text), text
        assert text == text.strip()
        assert "  " not in text
        assert not re.search(r"\ba [aeio]", text, re.IGNORECASE), text
        assert not re.search(r"\ban (?:us|[^aeiou])", text, re.IGNORECASE), text
        assert not re.search(r"\ba (?:\w+ )?(?:staff|food|support|coffee)\b", text.lower()), text
        span = example.spans[0]
        assert (span.start, span.end) == (0, len(text))
