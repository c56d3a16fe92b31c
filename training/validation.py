"""Judge a network on held-back texts while it is trained, and keep its best weights."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from training.batches import Item, deal, to_tensors
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

    @torch.no_grad()
    def look(self, weights: Mapping[str, Tensor]) -> dict[str, float]:
        """Return each head's mean loss on the held-back texts, and remember the best weights."""
        self.judge.load_state_dict(dict(weights))
        device = next(self.judge.parameters()).device
        sums = dict.fromkeys(("sentiment", "satisfaction", "emotion", "topic", "polarity"), 0.0)
        n_texts = 0
        for batch in deal(self.items, tokens_per_batch=_TOKENS, seed=None):
            encoded, targets = to_tensors(batch)
            targets = Targets(**{n: getattr(targets, n).to(device) for n in Targets.__slots__})
            arrays = (encoded.input_ids, encoded.attention_mask, encoded.pooling)
            with torch.autocast(device.type, torch.bfloat16):
                logits = self.judge(*(torch.from_numpy(array).to(device) for array in arrays))
            losses = loss_by_head(logits, targets, self.recipe.loss, smoothing=0.0)
            for head, loss in losses.items():
                sums[head] += loss.item() * len(batch)
            n_texts += len(batch)
        found = {head: value / n_texts for head, value in sums.items()}
        together = sum(found.values())
        if together < self.best:
            self.best, self.stale = together, 0
            self.weights = {name: value.clone() for name, value in weights.items()}
        else:
            self.stale += 1
        return found

    def state(self) -> dict[str, Any]:
        """Return what a resumed run needs."""
        return {"best": self.best, "stale": self.stale, "weights": self.weights}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` returned."""
        self.best, self.stale = state["best"], state["stale"]
        self.weights = state["weights"]
