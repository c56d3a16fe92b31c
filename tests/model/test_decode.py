from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cxnlp.labels import EMOTIONS, TOPICS
from cxnlp.model.decode import Decoder, calibrate, sigmoid, softmax
from cxnlp.model.folder import EncoderShape, ModelConfig
from cxnlp.model.prediction import unscored
from cxnlp.model.windows import Plan

CONFIG = ModelConfig(
    name="test",
    revision="1",
    languages=("en",),
    encoder=EncoderShape(n_layers=1, n_heads=1, width=4, norm_eps=1e-12, max_tokens=512),
    temperatures={
        "sentiment": 2.0,
        "satisfaction": 1.0,
        "emotion": 1.0,
        "topic": 1.0,
        "polarity": 1.0,
    },
    emotion_thresholds=(0.5,) * len(EMOTIONS),
    topic_thresholds=(0.5,) * len(TOPICS),
    abstain_below=0.5,
    mixed_above=0.6,
)


def _plan(*sentences: tuple[int, int], turns: tuple[int, ...] | None = None) -> Plan:
    return Plan(windows=(), pieces=(), sentences=sentences, turns=turns)


def logits(sentiment: list[list[float]]) -> dict[str, np.ndarray]:
    n = len(sentiment)
    return {
        "sentiment": np.array(sentiment, dtype=np.float32),
        "satisfaction": np.zeros((n, 5), dtype=np.float32),
        "emotion": np.full((n, 28), -5, dtype=np.float32),
        "topic": np.full((n, 21), -5, dtype=np.float32),
        "polarity": np.zeros((n, 21, 3), dtype=np.float32),
    }


def test_temperature_divides_the_logits() -> None:
    found = calibrate(logits([[2.0, 0.0, -2.0]]), CONFIG)
    np.testing.assert_allclose(found.sentiment[0], softmax(np.array([1.0, 0.0, -1.0])), atol=1e-6)
    assert found.satisfaction[0] == pytest.approx(3.0)


def test_sigmoid_and_softmax_stay_finite() -> None:
    assert np.isfinite(sigmoid(np.array([-1e9, 0, 1e9], dtype=np.float32))).all()
    assert np.isfinite(softmax(np.array([[1e9, -1e9]], dtype=np.float32))).all()


def test_reads_document_and_spans() -> None:
    values = logits([[0.0, 0.0, 1.0], [-6.0, 0.0, 6.0], [6.0, 0.0, -6.0]])
    values["topic"][0, 3] = 5.0
    values["polarity"][0, 3] = [3.0, 0.0, 0.0]
    values["emotion"][2, EMOTIONS.index("anger")] = 5.0
    values["emotion"][2, EMOTIONS.index("neutral")] = 9.0
    found = Decoder(CONFIG).decode(
        calibrate(values, CONFIG), 0, _plan((0, 5), (6, 9)), language="en", truncated=False
    )
    assert found.sentiment == "positive"
    assert found.sentiment_probs is not None
    assert sum(found.sentiment_probs.values()) == pytest.approx(1.0, abs=2e-4)
    probs = found.sentiment_probs
    assert found.sentiment_score == pytest.approx(probs["positive"] - probs["negative"], abs=2e-4)
    assert found.mixed is True
    assert found.topics is not None
    assert [(t.label, t.sentiment) for t in found.topics] == [(TOPICS[3], "negative")]
    assert found.emotions == ()
    assert found.spans is not None
    assert [(s.start, s.end, s.sentiment) for s in found.spans] == [
        (0, 5, "positive"),
        (6, 9, "negative"),
    ]
    assert [e.label for e in found.spans[1].emotions] == ["anger"]
    assert found.unsure is True


def test_sure_and_unmixed() -> None:
    found = Decoder(replace(CONFIG, abstain_below=0.1)).decode(
        calibrate(logits([[0.0, 0.0, 1.0]] * 2), CONFIG), 0, _plan((0, 5)), language="en",
        truncated=True,
    )  # fmt: skip
    assert (found.unsure, found.mixed, found.truncated) == (False, False, True)


def test_an_unscored_text_has_no_answers() -> None:
    found = unscored("m@1", "de").to_dict()
    assert {k for k, v in found.items() if v is not None} == {"model", "language"}


def test_a_document_is_about_what_its_sentences_are_about() -> None:
    values = logits([[0.0, 0.0, 1.0]] * 3)
    food, staff, place = 16, 0, 17
    # The document says nothing of food and is unfriendly about staff; its sentences know better.
    values["topic"][[0, 1], staff] = 5.0
    values["topic"][2, food] = 5.0
    values["topic"][0, place] = 5.0
    values["polarity"][0, [staff, food, place]] = [5.0, 0.0, 0.0]
    values["polarity"][1, staff] = [0.0, 0.0, 5.0]
    values["polarity"][2, [staff, food]] = [0.0, 5.0, 0.0]
    found = Decoder(CONFIG).decode(
        calibrate(values, CONFIG), 0, _plan((0, 5), (6, 9)), language="en", truncated=False
    )
    assert found.topics is not None
    assert {t.label: t.sentiment for t in found.topics} == {
        TOPICS[staff]: "positive",
        TOPICS[food]: "neutral",
        TOPICS[place]: "negative",
    }
    assert {t.label for s in found.spans or () for t in s.topics} == {TOPICS[staff], TOPICS[food]}


def test_a_conversation_shows_what_one_of_its_turns_shows() -> None:
    values = logits([[0.0, 0.0, 1.0]] * 3)
    values["emotion"][2, EMOTIONS.index("anger")] = 5.0
    probabilities = calibrate(values, CONFIG)
    chat = _plan((0, 5), (0, 9), turns=(1, 3))

    found = Decoder(CONFIG).decode(probabilities, 0, chat, language="en", truncated=False)

    assert [e.label for e in found.emotions or ()] == ["anger"]
    assert [span.turn for span in found.spans or ()] == [1, 3]
    text = Decoder(CONFIG).decode(
        probabilities, 0, _plan((0, 5), (6, 9)), language="en", truncated=False
    )
    assert text.emotions == ()
    assert [span.turn for span in text.spans or ()] == [None, None]
