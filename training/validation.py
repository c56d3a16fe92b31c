"""Judge a network on held-back texts while it is trained, and keep its best weights."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from training.batches import Item, deal, to_tensors
from training.former import FormerNetwork, forgetting
from training.losses import Targets, loss_by_head
from training.network import CxNetwork
from training.recipe import Recipe

_TOKENS = 8192  # a batch: nothing is kept for gradients


class Validation:
    """Held-back texts, and the best weights that they saw."""

    def __init__(self, recipe: Recipe, network: CxNetwork, items: Sequence[Item]) -> None:
        self.recipe, self.items = recipe, items
        self.judge = copy.deepcopy(network).eval()
        self.best = float("inf")
        self.stale = 0
        self.weights: dict[str, Tensor] | None = None

    @property
    def is_over(self) -> bool:
        """Whether so many looks in a row found nothing better that training should stop."""
        patience = self.recipe.train.patience
        return bool(patience) and self.stale >= patience

    def look(self, weights: Mapping[str, Tensor]) -> dict[str, float]:
        """Return each head's mean loss on the held-back texts, and remember the best weights."""
        found = self.losses(weights)
        together = sum(found.values())
        if together < self.best:
            self.best, self.stale = together, 0
            self.weights = {name: value.clone() for name, value in weights.items()}
        else:
            self.stale += 1
        return found

    @torch.no_grad()
    def losses(self, weights: Mapping[str, Tensor]) -> dict[str, float]:
        """Return each head's mean loss on the held-back texts."""
        self.judge.load_state_dict(dict(weights))
        sums = dict.fromkeys(("sentiment", "satisfaction", "emotion", "topic", "polarity"), 0.0)
        for n, inputs, targets in self._batches(self.items):
            with torch.autocast(inputs[0].device.type, torch.bfloat16):
                logits = self.judge(*inputs)
            losses = loss_by_head(logits, targets, self.recipe.loss, smoothing=0.0)
            for head, loss in losses.items():
                sums[head] += loss.item() * n
        return {head: value / len(self.items) for head, value in sums.items()}

    def judge_beside(
        self, weights: Mapping[str, Tensor], *, former: FormerNetwork, others: Sequence[Item]
    ) -> tuple[float, float]:
        """Return the loss on the held-back texts, and how far answers on others have moved."""
        return sum(self.losses(weights).values()), self.moved(weights, former, others)

    @torch.no_grad()
    def moved(
        self, weights: Mapping[str, Tensor], former: FormerNetwork, items: Sequence[Item]
    ) -> float:
        """Return how far the answers on other texts are from those of before; 0 of no text."""
        self.judge.load_state_dict(dict(weights))
        moved = 0.0
        for n, inputs, targets in self._batches(items):
            with torch.autocast(inputs[0].device.type, torch.bfloat16):
                now, before = self.judge(*inputs), former.answer(inputs)
            own = torch.zeros(n, dtype=torch.bool, device=inputs[0].device)
            real = inputs[2].sum(-1) > 0
            apart = forgetting(now, before, targets, self.recipe.loss, real=real, own=own)
            moved += apart.item() * n
        return moved / max(1, len(items))

    def _batches(self, items: Sequence[Item]) -> Iterator[tuple[int, list[Tensor], Targets]]:
        device = next(self.judge.parameters()).device
        for batch in deal(items, tokens_per_batch=_TOKENS, seed=None) if items else ():
            encoded, targets = to_tensors(batch)
            targets = Targets(**{n: getattr(targets, n).to(device) for n in Targets.__slots__})
            arrays = (encoded.input_ids, encoded.attention_mask, encoded.pooling)
            yield len(batch), [torch.from_numpy(array).to(device) for array in arrays], targets

    def state(self) -> dict[str, Any]:
        """Return what a resumed run needs."""
        return {"best": self.best, "stale": self.stale, "weights": self.weights}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` returned."""
        self.best, self.stale = state["best"], state["stale"]
        self.weights = state["weights"]
