"""A conversation is one text with turns: only the customer's, each with what it answers."""

from __future__ import annotations

import pytest

from cxnlp import Classifier
from cxnlp.errors import InputError
from cxnlp.turns import Turn, customer_turns


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


def _chat(*turns: tuple[str, str]) -> list[Turn]:
    return [Turn(role=role, text=text) for role, text in turns]


def test_only_the_customer_is_scored_and_spans_name_their_turn(classifier: Classifier) -> None:
    chat = _chat(
        ("agent", "Hello, what can I do for you?"),
        ("customer", "My parcel arrived broken. I am really angry."),
        ("agent", "This is wonderful, great, fantastic news."),
        ("customer", "No it is not, it is terrible."),
    )

    [found] = classifier.classify([None], turns=[chat])

    assert found.sentiment == "negative"
    assert found.spans is not None
    cut = [(s.turn, chat[s.turn or 0].text[s.start : s.end]) for s in found.spans]
    assert cut == [
        (1, "My parcel arrived broken."),
        (1, "I am really angry."),
        (3, "No it is not, it is terrible."),
    ]


def test_an_agents_turn_is_the_question_of_the_customers(classifier: Classifier) -> None:
    asked = ("What could we do better?", "What was good?")
    chats = [_chat(("agent", question), ("customer", "Nothing.")) for question in asked]

    better, good = classifier.classify([None, None], turns=chats)
    texts = classifier.classify(["Nothing."] * 2, questions=asked)

    assert [better.sentiment, good.sentiment] == [text.sentiment for text in texts]
    assert better.sentiment_score == pytest.approx(texts[0].sentiment_score, abs=0.01)
    assert better.sentiment != good.sentiment


def test_texts_and_conversations_stand_beside_each_other(classifier: Classifier) -> None:
    chat = _chat(("customer", "The hotel was lovely."), ("customer", "ok"))

    one, two, three = classifier.classify(
        ["The food was cold.", "not looked at", "Great staff!"], turns=[None, chat, None]
    )

    assert [p.sentiment for p in (one, two, three)] == ["negative", "positive", "positive"]
    assert [span.turn for span in two.spans or ()] == [0, 1]
    assert [span.turn for span in one.spans or ()] == [None]


@pytest.mark.parametrize(
    "chat",
    [
        [],
        _chat(("agent", "Hello?"), ("bot", "Are you there?")),
        _chat(("customer", "  "), ("customer", "")),
    ],
)
def test_a_conversation_without_a_customer_is_not_scored(
    classifier: Classifier, chat: list[Turn]
) -> None:
    [found] = classifier.classify(["ignored"], turns=[chat])

    assert (found.sentiment, found.language, found.spans) == (None, None, None)


def test_a_foreign_conversation_is_marked_and_not_scored(classifier: Classifier) -> None:
    chat = _chat(
        ("customer", "Guten Tag, meine Bestellung ist leider nicht angekommen."),
        ("agent", "Hello, how are you today?"),
        ("customer", "Ich warte seit zwei Wochen auf das Paket und bin sehr enttäuscht."),
    )

    [found] = classifier.classify([None], turns=[chat])

    assert (found.sentiment, found.language) == (None, "de")


def test_a_conversation_is_cut_where_a_text_would_be(classifier: Classifier) -> None:
    long = "It was good. " * 5_000

    [found] = classifier.classify([None], turns=[_chat(("customer", long), ("customer", long))])

    assert found.truncated is True
    assert max(span.turn or 0 for span in found.spans or ()) == 1


def test_one_conversation_a_text(classifier: Classifier) -> None:
    with pytest.raises(InputError, match="turns has 1 entries for 2 texts"):
        classifier.classify(["a", "b"], turns=[None])


def test_a_system_asks_nothing_and_the_last_question_stands() -> None:
    chat = _chat(
        ("agent", "Which order?"),
        ("system", "Anna has joined."),
        ("customer", "4711"),
        ("customer", "It is late"),
    )

    assert [(turn.index, turn.question) for turn in customer_turns(chat)] == [
        (2, "Which order?"),
        (3, "Which order?"),
    ]
