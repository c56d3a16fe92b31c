"""Losses of partly labelled spans: what is unknown adds nothing."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from training.label_arrays import UNKNOWN
from training.network import HeadLogits
from training.recipe import LossWeights


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Labels of a batch's spans; UNKNOWN (NaN for satisfaction) where nothing is known."""

    sentiment: Tensor  # (batch, spans) int
    weight: Tensor  # (batch, spans) of the sentiment label
    soft_sentiment: Tensor  # (batch, spans, 3) a teacher's probabilities, NaN where it has none
    satisfaction: Tensor  # (batch, spans) 1-5
    emotion: Tensor  # (batch, spans, 28) 0, 1 or UNKNOWN
    topic: Tensor  # (batch, spans, 21) 0, 1 or UNKNOWN
    polarity: Tensor  # (batch, spans, 21) sentiment index or UNKNOWN


def _mean(values: Tensor, weights: Tensor) -> Tensor:
    return (values * weights).sum() / weights.sum().clamp(min=1.0)


def _sentiment(logits: Tensor, targets: Targets, smoothing: float, teacher: float) -> Tensor:
    """Cross-entropy against people's label, the teacher's probabilities, or a share of both.

    A label that counts half leaves more to the teacher.
    """
    log_probs = logits.log_softmax(-1)
    n_labels = logits.shape[-1]
    hard = functional.one_hot(targets.sentiment.clamp(min=0), n_labels).to(logits.dtype)
    hard = hard * (1 - smoothing) + smoothing / n_labels
    taught = ~targets.soft_sentiment[..., 0].isnan()
    weight = targets.weight * (targets.sentiment != UNKNOWN)
    of_label = torch.where(taught, (1 - teacher) * weight, weight)
    of_teacher = torch.where(taught, teacher * torch.ones_like(weight), 0.0)
    soft = targets.soft_sentiment.nan_to_num(0.0)
    target = of_label.unsqueeze(-1) * hard + of_teacher.unsqueeze(-1) * soft
    losses = -(target * log_probs).sum(-1)
    return losses.sum() / (of_label + of_teacher).sum().clamp(min=1.0)


def _satisfaction(logits: Tensor, targets: Targets) -> Tensor:
    """Cross-entropy against the score shared between its two neighbouring whole levels."""
    known = ~targets.satisfaction.isnan()
    place = targets.satisfaction.nan_to_num(1.0).clamp(1, 5) - 1
    lower = place.floor().clamp(max=3).long()
    share = (place - lower).unsqueeze(-1)
    n_levels = logits.shape[-1]
    target = functional.one_hot(lower, n_levels) * (1 - share)
    target = target + functional.one_hot(lower + 1, n_levels) * share
    losses = -(target * logits.log_softmax(-1)).sum(-1)
    return _mean(losses, known.float())


def _binary(logits: Tensor, target: Tensor) -> Tensor:
    """Binary cross-entropy summed over a span's known labels, averaged over labelled spans."""
    known = (target != UNKNOWN).float()
    losses = functional.binary_cross_entropy_with_logits(
        logits, target.clamp(min=0).to(logits.dtype), reduction="none"
    )
    n_spans = known.amax(-1).sum().clamp(min=1.0)
    return (losses * known).sum() / n_spans


def _polarity(logits: Tensor, target: Tensor, smoothing: float) -> Tensor:
    known = (target != UNKNOWN).float().flatten()
    losses = functional.cross_entropy(
        logits.flatten(0, 2),
        target.clamp(min=0).flatten(),
        reduction="none",
        label_smoothing=smoothing,
    )
    return _mean(losses, known)


def loss_by_head(
    logits: HeadLogits,
    targets: Targets,
    weights: LossWeights,
    *,
    smoothing: float,
    teacher: float = 0.5,
) -> dict[str, Tensor]:
    """Return each head's weighted loss; their sum is what is minimised.

    `teacher` is the share of a teacher's probabilities where a text has both them and a label.
    """
    return {
        "sentiment": weights.sentiment
        * _sentiment(logits.sentiment.float(), targets, smoothing, teacher),
        "satisfaction": weights.satisfaction * _satisfaction(logits.satisfaction.float(), targets),
        "emotion": weights.emotion * _binary(logits.emotion.float(), targets.emotion),
        "topic": weights.topic * _binary(logits.topic.float(), targets.topic),
        "polarity": weights.polarity
        * _polarity(logits.polarity.float(), targets.polarity, smoothing),
    }


def disagreement(one: HeadLogits, other: HeadLogits, targets: Targets) -> Tensor:
    """Return the symmetric divergence of the sentiment of two passes (R-Drop, Wu et al. 2021)."""
    p, q = (logits.sentiment.float().log_softmax(-1) for logits in (one, other))
    gap = ((p.exp() - q.exp()) * (p - q)).sum(-1) / 2
    return _mean(gap, ((targets.sentiment != UNKNOWN) & (targets.weight > 0)).float())


def total(losses: dict[str, Tensor]) -> Tensor:
    """Return the sum of the heads' losses."""
    return torch.stack(list(losses.values())).sum()
