from __future__ import annotations

import numpy as np
import pytest

from cxnlp.labels import EMOTIONS, SENTIMENTS, TOPICS
from cxnlp.model.decode import Probabilities
from training.answers import Answers
from training.evaluate import ask, confidence, measure, why_not
from training.evaluation.calibration import pooled_calibration
from training.evaluation.slices import slice_head
from training.example import document
from training.label_arrays import UNKNOWN
from training.scores import DocumentScores, labels_of

_FOOD, _STAFF = TOPICS.index("food_drink"), TOPICS.index("staff_service")


def _always_positive(sure_of: float):
    """A system that finds every text positive, with one confidence, and every topic present."""

    def answer(examples):
        n = len(examples)
        rest = (1 - sure_of) / 2
        sentiment = np.tile(np.array([rest, rest, sure_of], dtype=np.float32), (n, 1))
        levels = np.tile(np.array([0.1, 0.1, 0.1, 0.1, 0.6], dtype=np.float32), (n, 1))
        probabilities = Probabilities(
            sentiment=sentiment,
            satisfaction=np.full(n, 4.6, dtype=np.float32),
            emotion=np.full((n, len(EMOTIONS)), 0.2, dtype=np.float32),
            topic=np.full((n, len(TOPICS)), 0.8, dtype=np.float32),
            polarity=np.tile(sentiment[:, None], (1, len(TOPICS), 1)),
        )
        return Answers(
            sentiment=np.full(n, 2),
            satisfaction=probabilities.satisfaction,
            emotion=np.zeros((n, len(EMOTIONS)), dtype=bool),
            topic=np.ones((n, len(TOPICS)), dtype=bool),
            polarity=np.full((n, len(TOPICS)), 2),
            scores=DocumentScores(probabilities=probabilities, levels=levels),
            sure=np.arange(n) % 2 == 0,
        )

    return answer


def _only_sentiment(examples):
    return Answers(sentiment=np.zeros(len(examples), dtype=np.int64))


def _examples(source="shop", n=8):
    """Half of the texts negative about staff, half positive about food, graded 2 and 5."""
    made = []
    for number in range(n):
        good = number % 4 < 2
        topic, other = ("food_drink", "staff_service") if good else ("staff_service", "food_drink")
        made.append(
            document(
                "word " * (number + 1),
                source,
                "test",
                question="How was it?" if number < 2 else None,
                sentiment=2 if good else 0,
                satisfaction=5.0 if good else 2.0,
                topics={topic: True, other: False},
                polarities={topic: 2 if good else 0},
            )
        )
    return made


@pytest.fixture
def answered():
    systems = {"cxnlp": _always_positive(0.6), "vader": _only_sentiment}
    return ask(systems, [*_examples("shop"), *_examples("unknown_shop")])


def test_every_head_is_measured_for_every_system_that_speaks_of_it(answered):
    report = measure(answered)

    assert set(report) == {"sentiment", "satisfaction", "topic", "polarity"}
    shop = report["sentiment"]["shop"]
    assert set(shop) == {"cxnlp", "vader"}
    assert set(report["topic"]["shop"]) == {"cxnlp"}
    ours = shop["cxnlp"]
    assert (ours["accuracy"], shop["vader"]["accuracy"]) == (0.5, 0.5)
    assert ours["macro_f1"] == pytest.approx((0 + 2 / 3) / 2)
    assert ours["labels"]["positive"]["recall"] == 1.0
    assert ours["ece"] == pytest.approx(0.1)  # sure of .6, right in half
    assert "ece" not in shop["vader"]
    topic = report["topic"]["shop"]["cxnlp"]
    # Each topic is claimed everywhere and there in half: no text has both labels right.
    assert topic["macro_f1"] == pytest.approx(2 / 3)
    assert topic["accuracy"] == 0.0
    assert topic["ece"] == pytest.approx(0.3)
    assert report["satisfaction"]["shop"]["cxnlp"]["mean_absolute_error"] == pytest.approx(1.5)


def test_abstention_is_judged_on_the_texts_that_are_left(answered):
    ours = measure(answered)["sentiment"]["shop"]["cxnlp"]

    assert ours["coverage"] == 0.5
    assert ours["accuracy_when_sure"] == 0.5  # texts 0 and 4 of 0, 2, 4, 6 are positive


def test_confidence_of_labels_that_are_there_or_not():
    examples = _examples()
    (item,) = ask({"cxnlp": _always_positive(0.6)}, examples)

    probabilities, there = confidence(item, "topic", "cxnlp")

    assert probabilities.tolist() == pytest.approx([0.8] * 16)
    assert there.sum() == 8


def test_emotions_that_a_set_cannot_express_are_left_open():
    examples = [document(f"text {n}", "chat", "test", emotions=frozenset({"joy"})) for n in "ab"]

    (item,) = ask({}, examples, emotions={"chat": frozenset({"joy", "anger"})})

    known = {EMOTIONS[i] for i in np.flatnonzero(item.labels.emotion[0] != UNKNOWN)}
    assert known == {"joy", "anger"}


def test_heads_that_cannot_be_measured_say_why():
    single = [document(f"text {n}", "x", "test", topics={"food_drink": True}) for n in range(9)]
    none = [document(f"text {n}", "x", "test", topics={"food_drink": False}) for n in range(9)]

    assert "no precision" in str(why_not(labels_of(single), "topic"))
    assert "no recall" in str(why_not(labels_of(none), "topic"))
    assert why_not(labels_of(_examples(n=4)), "sentiment") == "4 labelled texts, fewer than 5"
    assert why_not(labels_of(_examples()), "topic") is None
    same = [document("a", "x", "test", satisfaction=5.0) for _ in range(6)]
    assert why_not(labels_of(same), "satisfaction") == "every text has the same score: no rank"
    assert why_not(labels_of(_examples()), "satisfaction") is None


def test_slices_leave_out_what_cannot_be_measured(answered):
    few = ask({"cxnlp": _only_sentiment}, _examples(source="tiny", n=4))

    assert slice_head(few, "sentiment", unseen=frozenset()) == []
    assert slice_head([*answered, *few], "sentiment", unseen=frozenset()) == slice_head(
        answered, "sentiment", unseen=frozenset()
    )


def test_calibration_over_sets_weighs_every_answer_the_same(answered):
    found = pooled_calibration(answered, unseen={"unknown_shop"})

    assert {s: found["sentiment"][s]["n"] for s in found["sentiment"]} == {
        "all": 16, "trained": 8, "unseen": 8,
    }  # fmt: skip
    assert found["sentiment"]["all"]["ece"] == pytest.approx(0.1)
    assert found["satisfaction"]["all"]["ece"] == pytest.approx(0.1)  # sure of .6, half right
    assert "emotion" not in found


def test_slices_hold_every_text_once_a_way(answered):
    rows = slice_head(answered, "sentiment", unseen={"unknown_shop"})

    by = {(row["by"], row["slice"]): row for row in rows}
    assert by["length", "1-3 words"]["n"] == 6
    assert by["length", "4-10 words"]["n"] == 10
    assert by["question", "with"]["n"] == 4
    assert by["question", "with"]["cxnlp"] == {"macro_f1": 1.0, "accuracy": 1.0}
    assert by["question", "with"]["vader"]["accuracy"] == 0.0
    assert by["training", "sources never trained on"]["n"] == 8
    assert by["channel", "other"]["n"] == 16
    for way in ("length", "question", "training", "channel", "source"):
        assert sum(row["n"] for row in rows if row["by"] == way) == 16
    polarity = slice_head(answered, "polarity", unseen=())
    assert sum(row["n"] for row in polarity if row["by"] == "source") == 16
    assert all("vader" not in row for row in polarity)


def test_names_of_the_classes_are_those_of_the_product(answered):
    labels = measure(answered)["sentiment"]["shop"]["cxnlp"]["labels"]
    assert set(labels) < set(SENTIMENTS)
