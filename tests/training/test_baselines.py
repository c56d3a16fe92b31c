from __future__ import annotations

import numpy as np

from cxnlp.labels import TOPICS
from training.baselines import TfidfBaseline, ask_vader
from training.example import document
from training.scores import labels_of


def _fit(train):
    return TfidfBaseline(train, labels_of(train), train, labels_of(train))


def test_polarity_depends_on_the_topic_that_is_asked_for():
    """The same word is praise of one topic and blame of another."""
    train = [
        document(f"small {thing} {n}", "x", "train", polarities={topic: polarity})
        for n in range(20)
        for thing, topic, polarity in (
            ("price", "price_value", 2), ("portion", "food_drink", 0),
            ("thing", "price_value", 2), ("thing", "food_drink", 0),
        )
    ]  # fmt: skip

    found = _fit(train).predict([document("small thing", "x", "test")])

    assert found.polarity is not None
    assert found.polarity[0, TOPICS.index("price_value")] == 2
    assert found.polarity[0, TOPICS.index("food_drink")] == 0


def test_half_weights_give_way_to_whole_ones():
    def said(sentiment, weight, n):
        return [
            document("so so", "x", "train", sentiment=sentiment, weight=weight) for _ in range(n)
        ]

    others = [
        document(w, "x", "train", sentiment=s) for s, w in enumerate(("bad", "plain", "good"))
    ]
    found = _fit([*others * 4, *said(0, 0.2, 12), *said(2, 1.0, 10)])

    assert found.predict([document("so so", "x", "test")]).sentiment.tolist() == [2]


def test_question_decides_what_nothing_means():
    asked = {"What was good?": 0, "What could we do better?": 2}
    train = [
        document("nothing", "x", "train", question=question, sentiment=sentiment)
        for question, sentiment in asked.items()
        for _ in range(10)
    ]

    texts = [document("nothing", "x", "test", question=question) for question in asked]

    assert _fit(train).predict(texts).sentiment.tolist() == [0, 2]


def test_vader_at_its_authors_bounds():
    texts = [document(t, "x", "test") for t in ("It was awful.", "It arrived.", "It was great!")]

    np.testing.assert_array_equal(ask_vader(texts).sentiment, [0, 1, 2])
