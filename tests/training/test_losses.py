from __future__ import annotations

import math

import pytest
import torch

from cxnlp.labels import EMOTIONS, TOPICS
from training.losses import UNKNOWN, Targets, loss_by_head, total
from training.network import HeadLogits
from training.recipe import LossWeights

_ONE = LossWeights(sentiment=1.0, satisfaction=1.0, emotion=1.0, topic=1.0, polarity=1.0)


def _logits(n_spans=1):
    shapes = {"sentiment": 3, "satisfaction": 5, "emotion": len(EMOTIONS), "topic": len(TOPICS)}
    flat = [torch.zeros(1, n_spans, size, requires_grad=True) for size in shapes.values()]
    polarity = torch.zeros(1, n_spans, len(TOPICS), 3, requires_grad=True)
    return HeadLogits(*flat, polarity)


def _unknown(n_spans=1):
    return Targets(
        sentiment=torch.full((1, n_spans), UNKNOWN),
        weight=torch.zeros(1, n_spans),
        soft_sentiment=torch.full((1, n_spans, 3), math.nan),
        satisfaction=torch.full((1, n_spans), math.nan),
        emotion=torch.full((1, n_spans, len(EMOTIONS)), UNKNOWN),
        topic=torch.full((1, n_spans, len(TOPICS)), UNKNOWN),
        polarity=torch.full((1, n_spans, len(TOPICS)), UNKNOWN),
    )


def test_what_is_unknown_adds_nothing_and_moves_nothing():
    logits = _logits(3)

    losses = loss_by_head(logits, _unknown(3), _ONE, smoothing=0.1)
    total(losses).backward()

    assert all(loss.item() == 0 for loss in losses.values())
    for name in losses:
        assert torch.count_nonzero(getattr(logits, name).grad) == 0, name


def test_only_the_known_label_moves():
    logits, targets = _logits(2), _unknown(2)
    targets.topic[0, 1, 4] = 1
    targets.polarity[0, 1, 4] = 2

    total(loss_by_head(logits, targets, _ONE, smoothing=0.0)).backward()

    assert torch.nonzero(logits.topic.grad).tolist() == [[0, 1, 4]]
    assert {tuple(place[:3]) for place in torch.nonzero(logits.polarity.grad).tolist()} == {
        (0, 1, 4)
    }
    for name in ("sentiment", "satisfaction", "emotion"):
        assert torch.count_nonzero(getattr(logits, name).grad) == 0


@pytest.mark.parametrize("label", [0, 1, 2])
def test_sentiment_of_even_logits(label):
    targets = _unknown()
    targets.sentiment[0, 0], targets.weight[0, 0] = label, 1.0

    losses = loss_by_head(_logits(), targets, _ONE, smoothing=0.0)

    assert losses["sentiment"].item() == pytest.approx(math.log(3))


def test_weights_of_texts_count_in_the_mean():
    logits, targets = _logits(2), _unknown(2)
    with torch.no_grad():
        logits.sentiment[0, 0] = torch.tensor([0.0, 0.0, math.log(2)])  # p = 1/4, 1/4, 1/2
    targets.sentiment[0] = torch.tensor([2, 0])
    targets.weight[0] = torch.tensor([1.0, 0.5])

    losses = loss_by_head(logits, targets, _ONE, smoothing=0.0)

    expected = (1.0 * math.log(2) + 0.5 * math.log(3)) / 1.5
    assert losses["sentiment"].item() == pytest.approx(expected)


def test_a_teacher_alone_is_followed():
    targets = _unknown()
    targets.soft_sentiment[0, 0] = torch.tensor([0.7, 0.2, 0.1])
    logits = _logits()

    losses = loss_by_head(logits, targets, _ONE, smoothing=0.1)
    total(losses).backward()

    # It counts half a text, and a batch divides by no less than one.
    assert losses["sentiment"].item() == pytest.approx(0.5 * math.log(3))
    pull = -2 * logits.sentiment.grad[0, 0]
    assert pull.tolist() == pytest.approx([0.7 - 1 / 3, 0.2 - 1 / 3, 0.1 - 1 / 3], abs=1e-6)


@pytest.mark.parametrize(("weight", "of_label"), [(1.0, 0.5), (0.5, 1 / 3)])
def test_a_label_and_a_teacher_share_the_text(weight, of_label):
    targets = _unknown()
    targets.sentiment[0, 0], targets.weight[0, 0] = 2, weight
    targets.soft_sentiment[0, 0] = torch.tensor([1.0, 0.0, 0.0])
    logits = _logits()

    total(loss_by_head(logits, targets, _ONE, smoothing=0.0, teacher=0.5)).backward()

    share = 0.5 + 0.5 * weight  # what the text counts
    pull = -logits.sentiment.grad[0, 0]
    expected = share * torch.tensor([1 - of_label - 1 / 3, -1 / 3, of_label - 1 / 3])
    assert pull.tolist() == pytest.approx(expected.tolist(), abs=1e-6)


def test_satisfaction_is_shared_between_its_neighbours():
    logits, targets = _logits(), _unknown()
    with torch.no_grad():
        logits.satisfaction[0, 0] = torch.tensor([0.1, 0.2, 0.3, 0.4, 0.5]).log()
    targets.satisfaction[0, 0] = 3.25

    losses = loss_by_head(logits, targets, _ONE, smoothing=0.0)

    total_p = 1.5
    expected = -(0.75 * math.log(0.3 / total_p) + 0.25 * math.log(0.4 / total_p))
    assert losses["satisfaction"].item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("score", "level"), [(1.0, 0), (5.0, 4), (0.2, 0), (9.0, 4)])
def test_satisfaction_at_the_ends_of_the_scale(score, level):
    logits, targets = _logits(), _unknown()
    with torch.no_grad():
        logits.satisfaction[0, 0, level] = math.log(4)
    targets.satisfaction[0, 0] = score

    losses = loss_by_head(logits, targets, _ONE, smoothing=0.0)

    assert losses["satisfaction"].item() == pytest.approx(math.log(2), rel=1e-5)


def test_sets_are_summed_over_labels_and_averaged_over_labelled_spans():
    logits, targets = _logits(3), _unknown(3)
    targets.topic[0, 0, :4] = torch.tensor([1, 0, 0, 0])
    targets.topic[0, 2, 0] = 1

    losses = loss_by_head(logits, targets, _ONE, smoothing=0.0)

    assert losses["topic"].item() == pytest.approx(5 * math.log(2) / 2)


def test_heads_count_as_the_recipe_says():
    targets = _unknown()
    targets.emotion[0, 0] = 0
    targets.polarity[0, 0, 3] = 1
    weights = LossWeights(sentiment=1, satisfaction=1, emotion=0.5, topic=1, polarity=0.25)

    losses = loss_by_head(_logits(), targets, weights, smoothing=0.0)

    assert losses["emotion"].item() == pytest.approx(0.5 * len(EMOTIONS) * math.log(2), rel=1e-5)
    assert losses["polarity"].item() == pytest.approx(0.25 * math.log(3))
    assert total(losses).item() == pytest.approx(sum(v.item() for v in losses.values()))
