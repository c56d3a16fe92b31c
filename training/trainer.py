"""Fine-tune the whole network on a mixture, resuming from the last checkpoint."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from training.batches import Item, deal, to_tensors
from training.blend import SHARES, blend, blend_best
from training.curves import TRAINING, VALIDATION, CurveLog
from training.former import FormerNetwork, forgetting
from training.losses import Targets, disagreement, loss_by_head, total
from training.network import CxNetwork
from training.recipe import Recipe
from training.validation import Validation

Epoch = Callable[[int], Sequence[Item]]
NETWORK, CHECKPOINT, CURVES = "network.safetensors", "checkpoint.pt", "curves.csv"
_MOST_BETWEEN_ROWS = 50  # steps from one row of the curves to the next
_ROWS = 200  # of a short run


@dataclass(slots=True)
class Progress:
    """Where a training run stands."""

    step: int = 0
    epoch: int = 0
    batch: int = 0
    seconds: float = 0.0
    spent: float = 0.0  # share of the recipe's epochs or minutes, whichever is nearer its end


Observer = Callable[[Progress, float], None]  # is told the loss of every step


def choose_device() -> torch.device:
    """Return the GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def group_parameters(network: CxNetwork, recipe: Recipe) -> list[dict[str, object]]:
    """Return optimiser groups: lower layers learn more slowly, heads faster."""
    config = recipe.train
    n_layers = len(network.encoder.encoder.layer)
    groups: dict[tuple[float, float], list[tuple[str, torch.nn.Parameter]]] = {}
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
        groups.setdefault((rate, decay), []).append((name, parameter))
    return [
        {
            "params": [parameter for _, parameter in named],
            "names": [name for name, _ in named],
            "lr": rate,
            "base_lr": rate,
            "weight_decay": decay,
        }
        for (rate, decay), named in groups.items()
    ]


class Trainer:
    """Holds the network, its running weight average and the optimiser of one run.

    With texts held back and a recipe with patience, the run ends with the weights that did best on
    them; without patience they are only watched. A recipe that blends averages those with the
    start's: the share that does best on them and leaves the answers on `others` as they were.
    """

    def __init__(
        self,
        recipe: Recipe,
        network: CxNetwork,
        out: Path,
        *,
        held_back: Sequence[Item] = (),
        others: Sequence[Item] = (),
        observer: Observer | None = None,
    ) -> None:
        self.recipe, self.out, self.observer = recipe, out, observer
        self.device = choose_device()
        self.network = network.to(self.device)
        config = recipe.train
        keeps = config.anchor or config.distil or config.blend
        self.former = FormerNetwork(self.network) if keeps else None
        self.validation = Validation(recipe, self.network, held_back) if held_back else None
        self.others = others
        self.optimiser = torch.optim.AdamW(
            group_parameters(network, recipe), betas=(0.9, 0.98), eps=1e-6, fused=True
        )
        self.average = {k: v.detach().clone().float() for k, v in network.state_dict().items()}
        self.progress = Progress()
        self.checkpoint = out / CHECKPOINT

    def run(self, items_of_epoch: Epoch, steps_per_epoch: int) -> None:
        """Train to the end of the recipe, or until its minutes or the patience are used up."""
        config = self.recipe.train
        n_steps = max(1, int(steps_per_epoch * config.epochs)) if config.epochs else 0
        self._resume()
        log = CurveLog(self.out / CURVES, step=self.progress.step)
        every = max(1, min(_MOST_BETWEEN_ROWS, n_steps // _ROWS))
        look_every = max(1, n_steps // max(1, config.validations))
        started, saved = time.monotonic() - self.progress.seconds, time.monotonic()
        for batch in self._batches(items_of_epoch) if n_steps else ():
            self.progress.seconds = time.monotonic() - started
            self.progress.spent = max(
                self.progress.step / n_steps,
                self.progress.seconds / (60 * config.max_minutes),
            )
            if self.progress.spent >= 1 or (self.validation and self.validation.is_over):
                break
            if self.validation and self.progress.step == 0:
                self._look(log)  # what is to be beaten
            losses = self._step(batch, self.progress.spent)
            loss = sum(losses.values())
            if self.progress.step % every == 0:
                log.add(self.progress.step, TRAINING, self.progress.seconds, losses)
            if self.validation and self.progress.step % look_every == 0:
                self._look(log)
            if self.observer:
                self.observer(self.progress, loss)
            if time.monotonic() - saved > 60 * config.checkpoint_minutes:
                self._save()
                saved = time.monotonic()
        self._save()
        best = self.validation.weights if self.validation and config.patience else None
        weights = {k: v.contiguous() for k, v in self._blend(best or self.average).items()}
        beside = (self.out / NETWORK).with_suffix(".tmp")
        save_file(weights, beside)
        beside.replace(self.out / NETWORK)

    def _blend(self, trained: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the trained weights, averaged with those of the start where the recipe says so."""
        config, former, validation = self.recipe.train, self.former, self.validation
        if not config.blend or not former or not self.progress.step:
            return trained
        start = former.network.state_dict()
        if len(config.blend) == 1 or not validation:
            return blend(start, trained, config.blend[0])
        judge = partial(validation.judge_beside, former=former, others=self.others)
        return blend_best(start, trained, config, judge, path=self.out / SHARES)

    def _look(self, log: CurveLog) -> None:
        if self.validation:
            found = self.validation.look(self.average)
            log.add(self.progress.step, VALIDATION, self.progress.seconds, found)

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

    def _step(self, batch: list[Item], spent: float) -> dict[str, float]:
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
            before = self.former.answer(inputs) if self.former and config.distil else None
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
        if before is not None:
            own = torch.tensor([item.own for item in batch], device=self.device)
            real = inputs[2].sum(-1) > 0
            kept = forgetting(logits, before, targets, self.recipe.loss, real=real, own=own)
            loss = loss + config.distil * kept
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        if self.former and config.anchor:
            self.former.pull(self.optimiser, config.anchor)
        self.optimiser.zero_grad(set_to_none=True)
        self.progress.step += 1
        self._update_average()
        values = torch.stack(list(losses.values())).tolist()  # at once: each waits for a GPU
        return dict(zip(losses, values, strict=True))

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
            "random_on_gpu": torch.cuda.get_rng_state_all(),
            "validation": self.validation.state() if self.validation else None,
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
        if self.validation and state["validation"]:
            self.validation.restore(state["validation"])
        torch.set_rng_state(state["random"].cpu())
        if state["random_on_gpu"]:
            torch.cuda.set_rng_state_all([one.cpu() for one in state["random_on_gpu"]])
