from __future__ import annotations

import numpy as np
import pytest

from cxnlp.errors import InputError
from cxnlp.labels import EMOTIONS, TOPICS
from cxnlp.model.classifier import Classifier

TEXTS = [
    "The nurse was wonderful and explained everything.",
    "Terrible. I waited four hours and nobody told me why.",
    "My appointment is on Monday.",
    "The room was clean but the food arrived cold.",
]


def test_answers_come_in_the_order_of_the_texts(classifier: Classifier) -> None:
    found = classifier.classify(TEXTS)
    assert [p.sentiment for p in found[:2]] == ["positive", "negative"]
    backwards = classifier.classify(TEXTS[::-1])[::-1]
    for one, other in zip(found, backwards, strict=True):
        assert one.sentiment_score == pytest.approx(other.sentiment_score, abs=0.01)


def test_every_field_is_in_its_range(classifier: Classifier) -> None:
    for text, found in zip(TEXTS, classifier.classify(TEXTS), strict=True):
        assert found.sentiment_probs is not None
        assert found.satisfaction is not None
        assert found.sentiment == max(found.sentiment_probs, key=found.sentiment_probs.__getitem__)
        assert 1 <= found.satisfaction <= 5
        assert {e.label for e in found.emotions or ()} <= set(EMOTIONS) - {"neutral"}
        assert {t.label for t in found.topics or ()} <= set(TOPICS)
        assert found.spans
        assert all(text[s.start : s.end] == text[s.start : s.end].strip() for s in found.spans)


def test_satisfaction_follows_sentiment(classifier: Classifier) -> None:
    good, bad, *_ = classifier.classify(TEXTS)
    assert good.satisfaction is not None
    assert bad.satisfaction is not None
    assert good.satisfaction > 4 > 2.5 > bad.satisfaction


def test_halves_of_a_contrast_are_told_apart(classifier: Classifier) -> None:
    found = classifier.classify(["The staff were lovely but the room was filthy."])[0]
    assert found.spans is not None
    assert [span.sentiment for span in found.spans] == ["positive", "negative"]
    assert found.mixed is True


def test_the_question_changes_what_nothing_means(classifier: Classifier) -> None:
    better, good = classifier.classify(
        ["Nothing at all."] * 2, questions=["What could we do better?", "What was good?"]
    )
    assert better.sentiment_score is not None
    assert good.sentiment_score is not None
    assert better.sentiment_score > good.sentiment_score + 0.5


def test_nothing_to_score(classifier: Classifier) -> None:
    empty, blank, german = classifier.classify(
        ["", "  \n", "Der Zug kam wieder einmal viel zu spät und niemand hat uns etwas gesagt."]
    )
    assert empty.sentiment is blank.sentiment is german.sentiment is None
    assert german.language == "de"
    assert german.spans is None
    assert classifier.classify([]) == []


def test_a_locale_is_read_as_its_language(classifier: Classifier) -> None:
    found = classifier.classify(["Lovely staff."] * 3, languages=["EN", "en-GB", "de-AT"])
    assert [p.sentiment for p in found] == ["positive", "positive", None]
    assert [p.language for p in found] == ["en", "en", "de"]


def test_a_given_language_wins(classifier: Classifier) -> None:
    text = "The nurse was wonderful and explained everything."
    assert classifier.classify([text], languages=["fr"])[0].sentiment is None


def test_characters_the_vocabulary_lacks_do_not_break(classifier: Classifier) -> None:
    found = classifier.classify(
        ["😡😡😡", "¯\\_(ツ)_/¯", "\u200b", "!!!", "a" * 500, "bad \ud83d"], languages=["en"] * 6
    )
    assert found[0].sentiment == "negative"
    assert len(found) == 6


def test_long_texts_are_read_to_the_end(classifier: Classifier) -> None:
    praise = "The staff were wonderful. " * 120
    text = praise + "The bill was wrong and nobody helped me, absolutely terrible."
    found = classifier.classify([text])[0]
    assert found.sentiment == "positive"
    assert found.truncated is False
    assert found.spans is not None
    assert len(found.spans) == 121
    assert found.spans[-1].sentiment == "negative"


def test_the_hard_cap_is_told(classifier: Classifier) -> None:
    found = classifier.classify(["The staff were so kind. " * 4_200])[0]
    assert found.truncated is True
    assert found.sentiment == "positive"


def test_a_window_more_changes_little(classifier: Classifier) -> None:
    """The same sentence in a long and in a short text is scored alike."""
    filler = "We arrived on Monday. " * 70
    long, short = classifier.classify([filler + "The food was awful.", "The food was awful."])
    assert long.spans is not None
    assert short.spans is not None
    assert long.spans[-1].sentiment == short.spans[-1].sentiment == "negative"


def test_batch_composition_moves_no_probability_by_a_hundredth(classifier: Classifier) -> None:
    texts = [f"{text} {'It was fine. ' * n}" for n in range(5) for text in TEXTS]
    together = classifier.classify(texts)
    alone = [classifier.classify([text])[0] for text in texts]
    gaps = [
        abs(one.sentiment_probs[name] - other.sentiment_probs[name])
        for one, other in zip(together, alone, strict=True)
        if one.sentiment_probs is not None and other.sentiment_probs is not None
        for name in one.sentiment_probs
    ]
    assert len(gaps) == 3 * len(texts)
    assert max(gaps) < 0.01


def test_low_precision_stays_close_to_single(classifier: Classifier) -> None:
    single = Classifier.load(precision="f32").classify(TEXTS)
    gaps = [
        np.abs(
            np.subtract(list(a.sentiment_probs.values()), list(b.sentiment_probs.values()))
        ).max()
        for a, b in zip(single, classifier.classify(TEXTS), strict=True)
        if a.sentiment_probs is not None and b.sentiment_probs is not None
    ]
    assert len(gaps) == len(TEXTS)
    assert max(gaps) < 0.02


def test_one_question_for_each_text(classifier: Classifier) -> None:
    with pytest.raises(InputError, match="1 questions for 4 texts"):
        classifier.classify(TEXTS, questions=["Why?"])


def test_any_iterable_of_texts_is_read(classifier: Classifier) -> None:
    assert classifier.classify(text for text in TEXTS) == classifier.classify(TEXTS)


def test_a_precision_that_is_none_is_told() -> None:
    with pytest.raises(InputError, match="no precision 'int3'; choose one of bf16"):
        Classifier.load(precision="int3")
