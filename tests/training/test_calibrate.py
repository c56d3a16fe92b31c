from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cxnlp.labels import EMOTIONS, TOPICS
from cxnlp.model.decode import sigmoid, softmax
from training.calibrate import (
    _binary_nll,
    _class_nll,
    calibrate_heads,
    find_temperature,
    find_threshold,
)
from training.scores import UNKNOWN, Labels, fully_labelled


@pytest.mark.parametrize("planted", [0.5, 1.0, 2.5])
def test_planted_temperature_of_classes_is_recovered(planted):
    random = np.random.default_rng(0)
    true = random.normal(0, 2, (20_000, 3)).astype(np.float32)
    labels = np.array([random.choice(3, p=p / p.sum()) for p in softmax(true).astype(float)])

    assert find_temperature(_class_nll(true * planted, labels)) == pytest.approx(planted, rel=0.05)


@pytest.mark.parametrize("planted", [0.5, 2.0])
def test_planted_temperature_of_sets_is_recovered(planted):
    random = np.random.default_rng(1)
    true = random.normal(-1, 2, 30_000).astype(np.float32)
    labels = (random.random(len(true)) < sigmoid(true)).astype(np.int64)

    assert find_temperature(_binary_nll(true * planted, labels)) == pytest.approx(planted, rel=0.05)


def _f1(scores, labels, threshold):
    found = scores >= np.float32(threshold)
    hits = (found & (labels == 1)).sum()
    return 2 * hits / (found.sum() + (labels == 1).sum())


# Coarse scores, so that many are equal.
_ROWS = st.lists(st.tuples(st.integers(8, 92), st.booleans()), min_size=5, max_size=60)


@settings(max_examples=40, deadline=None)
@given(_ROWS)
def test_threshold_maximises_f1(rows):
    scores = np.array([score for score, _ in rows], dtype=np.float32) / 100
    labels = np.array([int(label) for _, label in rows])
    assume(labels.sum() >= 5)

    threshold = find_threshold(scores, labels)

    best = max(_f1(scores, labels, t) for t in np.arange(0.02, 0.985, 0.005))
    assert _f1(scores, labels, threshold) >= best - 0.0051
    if _f1(scores, labels, 0.5) >= best - 0.0049:
        assert threshold == pytest.approx(0.5, abs=0.005)


def test_of_equally_good_thresholds_the_one_nearest_to_a_half_is_taken():
    labels = np.array([0] * 20 + [1] * 20)

    for low, high in ((0.01, 0.9), (0.2, 0.99)):
        scores = np.array([low] * 20 + [high] * 20, dtype=np.float32)
        assert find_threshold(scores, labels) == 0.5
    scores = np.array([0.1] * 20 + [0.3] * 20, dtype=np.float32)
    assert find_threshold(scores, labels) == pytest.approx(0.2)


def test_threshold_needs_positives():
    scores = np.linspace(0, 1, 50, dtype=np.float32)

    assert find_threshold(scores, np.array([0] * 46 + [1] * 4)) is None
    assert find_threshold(scores, np.array([0] * 45 + [1] * 5)) == pytest.approx(0.908, abs=0.001)


def test_threshold_stays_within_bounds():
    scores = np.full(20, 0.001, dtype=np.float32)

    assert find_threshold(scores, np.ones(20, dtype=np.int64)) == pytest.approx(0.05)


def test_rows_that_only_say_yes_are_left_out():
    labels = np.array([[1, UNKNOWN, UNKNOWN], [1, 0, UNKNOWN], [UNKNOWN] * 3])

    assert fully_labelled(labels).tolist() == [[UNKNOWN] * 3, [1, 0, UNKNOWN], [UNKNOWN] * 3]


def _validation(n=400):
    random = np.random.default_rng(2)
    sizes = {"sentiment": (3,), "satisfaction": (5,), "emotion": (28,), "topic": (21,)}
    logits = {k: random.normal(0, 1, (n, *s)).astype(np.float32) for k, s in sizes.items()}
    logits["polarity"] = random.normal(0, 1, (n, 21, 3)).astype(np.float32)
    labels = Labels(
        sentiment=logits["sentiment"].argmax(1),
        satisfaction=(logits["satisfaction"].argmax(1) + 1).astype(np.float32),
        emotion=(logits["emotion"] > 0.5).astype(np.int64),
        topic=(logits["topic"] > 0.5).astype(np.int64),
        polarity=logits["polarity"].argmax(2),
    )
    return logits, labels


def test_heads_are_calibrated_together():
    logits, labels = _validation()
    rare = EMOTIONS.index("grief")
    labels.emotion[:, rare] = 0

    calibration = calibrate_heads(logits, labels)

    # The labels are a function of the logits: the surer the better, down to the bound.
    assert max(calibration.temperatures.values()) < 0.5
    assert set(calibration.emotion_thresholds) == set(EMOTIONS)
    others = [t for name, t in calibration.emotion_thresholds.items() if name != "grief"]
    assert calibration.emotion_thresholds["grief"] == pytest.approx(np.median(others), abs=0.02)
    confidence = softmax(logits["sentiment"] / calibration.temperatures["sentiment"]).max(1)
    assert (confidence >= calibration.abstain_below).mean() == pytest.approx(0.9, abs=0.01)


def test_topic_rows_that_only_say_yes_move_no_threshold():
    logits, labels = _validation()
    before = calibrate_heads(logits, labels)
    only_yes = np.full_like(labels.topic, UNKNOWN)
    only_yes[:, TOPICS.index("food_drink")] = 1
    doubled = Labels(
        **{
            name: np.concatenate([getattr(labels, name), getattr(labels, name)])
            for name in ("sentiment", "satisfaction", "emotion", "polarity")
        },
        topic=np.concatenate([labels.topic, only_yes]),
    )

    after = calibrate_heads({k: np.concatenate([v, v]) for k, v in logits.items()}, doubled)

    assert after.topic_thresholds == before.topic_thresholds
    assert after.temperatures["topic"] == before.temperatures["topic"]


def test_heads_that_no_text_speaks_of_keep_plain_numbers():
    logits, labels = _validation()
    unknown = Labels(
        **{n: np.full_like(getattr(labels, n), UNKNOWN) for n in Labels.__slots__}
        | {"satisfaction": np.full_like(labels.satisfaction, np.nan)}
    )

    calibration = calibrate_heads(logits, unknown)

    assert set(calibration.temperatures.values()) == {1.0}
    assert set(calibration.emotion_thresholds.values()) == {0.5}
    assert set(calibration.topic_thresholds.values()) == {0.5}
    assert calibration.abstain_below == 0.0
