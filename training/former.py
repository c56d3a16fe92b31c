"""Keep what a network knew when training started: the same answers, and weights not far off."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from training.label_arrays import UNKNOWN
from training.losses import Targets
from training.network import CxNetwork, HeadLogits
from training.recipe import LossWeights


class FormerNetwork:
    """The network as it was at the start, frozen.

    Answering as it did on texts of other kinds is learning without forgetting (Li and Hoiem, 2016);
    the pull towards its weights is L2-SP (Xuhong et al., 2018), apart from the gradient as the
    weight decay of AdamW is.
    """

    def __init__(self, network: CxNetwork) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self._weights: dict[str, Tensor] = dict(self.network.named_parameters())

    @torch.no_grad()
    def answer(self, inputs: Sequence[Tensor]) -> HeadLogits:
        """Return the logits that it gives."""
        logits: HeadLogits = self.network(*inputs)
        return logits

    @torch.no_grad()
    def pull(self, optimiser: torch.optim.Optimizer, strength: float) -> None:
        """Move every trained weight towards where it was, by its learning rate times `strength`."""
        for group in optimiser.param_groups:
            kept = [self._weights[name] for name in group["names"]]
            share = min(1.0, group["lr"] * strength)
            torch._foreach_lerp_(list[Tensor](group["params"]), kept, share)


def forgetting(
    now: HeadLogits,
    before: HeadLogits,
    targets: Targets,
    weights: LossWeights,
    *,
    real: Tensor,
    own: Tensor,
) -> Tensor:
    """Return how far a network's answers are from those of before, weighed as the heads are.

    Where a text of one's own has a label of a head, that label is what counts: nothing is kept.

    :param real: (batch, spans) whether the span is one, and does not only fill the batch up.
    :param own: (batch,) whether the text was labelled by the user.
    """
    mine = own.unsqueeze(1)
    kept = {
        "sentiment": real & ~(mine & (targets.sentiment != UNKNOWN)),
        "satisfaction": real & ~(mine & ~targets.satisfaction.isnan()),
        "emotion": real.unsqueeze(-1) & ~(mine.unsqueeze(-1) & (targets.emotion != UNKNOWN)),
        "topic": real.unsqueeze(-1) & ~(mine.unsqueeze(-1) & (targets.topic != UNKNOWN)),
        "polarity": real.unsqueeze(-1) & ~(mine.unsqueeze(-1) & (targets.polarity != UNKNOWN)),
    }
    n_spans = real.sum().clamp(min=1)
    losses = []
    for head, mask in kept.items():
        found, expected = getattr(now, head).float(), getattr(before, head).float()
        if head in ("emotion", "topic"):
            apart = _binary_divergence(found, expected)
        else:
            apart = functional.kl_div(
                found.log_softmax(-1), expected.log_softmax(-1), log_target=True, reduction="none"
            ).sum(-1)
        if head == "polarity":
            # Of a topic that is not there, nobody reads the polarity.
            apart = apart * before.topic.float().sigmoid()
        losses.append(getattr(weights, head) * (apart * mask).sum() / n_spans)
    return torch.stack(losses).sum()


def _binary_divergence(found: Tensor, expected: Tensor) -> Tensor:
    """Return the divergence of each label's probability from what it was."""
    p = expected.sigmoid()
    cross = functional.binary_cross_entropy_with_logits(found, p, reduction="none")
    entropy = functional.binary_cross_entropy_with_logits(expected, p, reduction="none")
    return cross - entropy
