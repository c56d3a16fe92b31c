"""Fine-tune the whole network on a mixture, resuming from the last checkpoint."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file

from training.batches import Item, deal, to_tensors
from training.losses import Targets, disagreement, loss_by_head, total
from training.network import CxNetwork
from training.recipe import Recipe

Epoch = Callable[[int], Sequence[Item]]


@dataclass(slots=True)
class Progress:
    """Where a training run stands."""

    step: int = 0
    epoch: int = 0
    batch: int = 0
    seconds: float = 0.0


def choose_device() -> torch.device:
    """Return the GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def group_parameters(network: CxNetwork, recipe: Recipe) -> list[dict[str, object]]:
    """Return optimiser groups: lower layers learn more slowly, heads faster."""
    config = recipe.train
    n_layers = len(network.encoder.encoder.layer)
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if config.freeze_word_embeddings and "word_embeddings" in name:
            parameter.requires_grad = False
            continue
        if not name.startswith("encoder."):
            rate = config.head_learning_rate
        else:
            layer = int(name.split(".layer.")[1].split(".")[0]) if ".layer." in name else -1
            rate = config.learning_rate * config.layer_decay ** (n_layers - 1 - layer)
        decay = config.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return [
        {"params": parameters, "lr": rate, "base_lr": rate, "weight_decay": decay}
        for (rate, decay), parameters in groups.items()
    ]


class Trainer:
    """Holds the network, its running weight average and the optimiser of one run."""

    def __init__(self, recipe: Recipe, network: CxNetwork, out: Path) -> None:
        self.recipe, self.out = recipe, out
        self.device = choose_device()
        self.network = network.to(self.device)
        self.optimiser = torch.optim.AdamW(
            group_parameters(network, recipe), betas=(0.9, 0.98), eps=1e-6, fused=True
        )
        self.average = {k: v.detach().clone().float() for k, v in network.state_dict().items()}
        self.progress = Progress()
        self.checkpoint = out / "checkpoint.pt"

    def run(self, items_of_epoch: Epoch, steps_per_epoch: int) -> None:
        """Train to the end of the recipe, or until its minutes are used up."""
        config = self.recipe.train
        n_steps = max(1, int(steps_per_epoch * config.epochs))
        self._resume()
        started, saved = time.monotonic() - self.progress.seconds, time.monotonic()
        with (self.out / "loss.csv").open("a", newline="") as log:
            writer = csv.writer(log)
            for batch in self._batches(items_of_epoch):
                self.progress.seconds = time.monotonic() - started
                spent = max(
                    self.progress.step / n_steps,
                    self.progress.seconds / (60 * config.max_minutes),
                )
                if spent >= 1:
                    break
                losses = self._step(batch, spent)
                if self.progress.step % 50 == 0:
                    writer.writerow(
                        [
                            self.progress.step,
                            round(self.progress.seconds),
                            *(round(v.item(), 4) for v in losses.values()),
                        ]
                    )
                    log.flush()
                if time.monotonic() - saved > 60 * config.checkpoint_minutes:
                    self._save()
                    saved = time.monotonic()
        self._save()
        save_file(
            {k: v.contiguous() for k, v in self.average.items()}, self.out / "network.safetensors"
        )

    def _batches(self, items_of_epoch: Epoch) -> Iterator[list[Item]]:
        while True:
            items = items_of_epoch(self.progress.epoch)
            seed = self.recipe.seed * 1000 + self.progress.epoch
            batches = deal(items, tokens_per_batch=self.recipe.train.tokens_per_batch, seed=seed)
            for number, batch in enumerate(batches):
                if number >= self.progress.batch:
                    self.progress.batch = number + 1
                    yield batch
            self.progress.epoch, self.progress.batch = self.progress.epoch + 1, 0

    def _step(self, batch: list[Item], spent: float) -> dict[str, torch.Tensor]:
        config = self.recipe.train
        factor = min(spent / config.warmup, (1 - spent) / (1 - config.warmup))
        for group in self.optimiser.param_groups:
            group["lr"] = group["base_lr"] * max(factor, 1e-3)
        encoded, targets = to_tensors(batch)
        targets = Targets(**{n: getattr(targets, n).to(self.device) for n in Targets.__slots__})
        self.network.train()
        arrays = (encoded.input_ids, encoded.attention_mask, encoded.pooling)
        inputs = [torch.from_numpy(array).to(self.device) for array in arrays]
        with torch.autocast(self.device.type, torch.bfloat16):
            logits = self.network(*inputs)
            again = self.network(*inputs) if config.r_drop else None
        losses = loss_by_head(
            logits,
            targets,
            self.recipe.loss,
            smoothing=config.label_smoothing,
            teacher=config.teacher_share,
        )
        loss = total(losses)
        if again is not None:
            loss = loss + config.r_drop * disagreement(logits, again, targets)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.progress.step += 1
        self._update_average()
        return losses

    @torch.no_grad()
    def _update_average(self) -> None:
        # A short memory at first, so that the average does not remember the new heads' noise.
        step = self.progress.step
        decay = min(self.recipe.train.average_decay, (1 + step) / (10 + step))
        frozen = "word_embeddings" if self.recipe.train.freeze_word_embeddings else None
        for name, value in self.network.state_dict().items():
            if value.dtype.is_floating_point and not (frozen and frozen in name):
                self.average[name].lerp_(value.float(), 1 - decay)

    def _save(self) -> None:
        state = {
            "network": self.network.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "progress": {n: getattr(self.progress, n) for n in Progress.__slots__},
            "random": torch.get_rng_state(),
        }
        beside = self.checkpoint.with_suffix(".tmp")
        torch.save(state, beside)
        beside.replace(self.checkpoint)

    def _resume(self) -> None:
        if not self.checkpoint.exists():
            return
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.average = state["average"]
        self.progress = Progress(**state["progress"])
        torch.set_rng_state(state["random"].cpu())
