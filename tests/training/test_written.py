from __future__ import annotations

from collections import Counter

import pytest

from cxnlp.errors import InputError
from cxnlp.labels import SENTIMENTS, TOPICS
from training.example import normalise
from training.readers.written import read_two_sided, read_written


def _write(folder, *lines):
    header = "sentiment\tquestion\ttext"
    (folder / "theme.tsv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def test_a_line_is_a_text_with_its_question(tmp_path):
    _write(tmp_path, 'positive\tWhat was bad?\t"Nothing", as usual.', "neutral\t\tWe came by bus.")

    answer, fact = read_written(tmp_path)

    assert (answer.text, answer.question) == ('"Nothing", as usual.', "What was bad?")
    assert SENTIMENTS[answer.spans[0].sentiment] == "positive"
    assert (fact.question, fact.source, fact.origin) == (None, "written", "theme")


def _two_sided(folder, *lines):
    (folder / "theme.tsv").write_text("\n".join(["topics\ttext", *lines]) + "\n")


def test_two_sides_are_topics_with_their_feelings(tmp_path):
    _two_sided(
        tmp_path,
        "food_drink+ staff_service-\tGreat soup, grumpy waiter.",
        "food_drink+ price_value+\tGreat soup and cheap.",
        "none\tSee you.",
    )

    mixed, good, nothing = read_two_sided(tmp_path)

    assert mixed.spans[0].sentiment is None
    assert mixed.spans[0].polarities == {"food_drink": 2, "staff_service": 0}
    assert good.spans[0].sentiment == 2
    assert [t for t, there in good.spans[0].topics.items() if there] == [
        "price_value",
        "food_drink",
    ]
    assert not any(nothing.spans[0].topics.values())


def test_an_unknown_topic_names_the_line(tmp_path):
    _two_sided(tmp_path, "food_drink+\tGreat soup.", "food-\tBad soup.")

    with pytest.raises(InputError, match=r"theme\.tsv:3.*food"):
        list(read_two_sided(tmp_path))


def test_what_is_written_of_topics_speaks_of_each():
    examples = list(read_two_sided())

    feelings = Counter(
        (topic, feeling) for e in examples for topic, feeling in e.spans[0].polarities.items()
    )
    for topic in TOPICS:
        assert min(feelings[topic, 0], feelings[topic, 2]) >= 10, topic


@pytest.mark.parametrize("line", ["good\t\tA text.", "neutral\tA text.", "neutral\t\t ", "neutral"])
def test_a_line_of_another_form_is_named(tmp_path, line):
    _write(tmp_path, "neutral\t\tWe came by bus.", line)

    with pytest.raises(InputError, match=r"theme\.tsv:3"):
        list(read_written(tmp_path))


def test_the_written_sentences_are_each_their_own_and_balanced():
    examples = list(read_written())

    assert len(examples) >= 1000
    identities = Counter((normalise(e.text) or e.text, e.question) for e in examples)
    assert [text for text, count in identities.items() if count > 1] == []
    shares = Counter(SENTIMENTS[e.spans[0].sentiment] for e in examples)
    assert min(shares.values()) > 0.2 * len(examples), shares
    splits = Counter(e.split for e in examples)
    assert splits["train"] > 0.8 * len(examples)
    assert splits["test"] >= 50
