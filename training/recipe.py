"""The recipe of one released model, read from TOML; unknown keys are errors."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from cxnlp.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class MixtureConfig:
    """Which sources, and how much of each."""

    sources: tuple[str, ...]
    cap: int = 2500  # texts per source and sentiment class
    cap_unlabelled: int = 100_000  # texts per source without a sentiment
    caps: dict[str, int] = field(default_factory=dict)  # source -> cap, where it differs
    repeats: dict[str, int] = field(default_factory=dict)  # source -> times each text is dealt
    concatenations: int = 12_000  # per epoch
    taught: tuple[str, ...] = ()  # sources that a teacher's soft labels are taken for
    doubted: float = 0.0  # a label that the teacher gives less than this is dropped

    def cap_of(self, source: str) -> int:
        """Return how many texts of each class a source may give."""
        return self.caps.get(source, self.cap)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """How the encoder and its heads are trained."""

    epochs: float = 3.0
    max_minutes: float = 75.0  # the learning rate reaches zero then, whatever is left
    learning_rate: float = 1e-4
    head_learning_rate: float = 5e-4
    layer_decay: float = 0.9
    weight_decay: float = 0.01
    warmup: float = 0.06
    tokens_per_batch: int = 2048
    max_tokens: int = 160
    label_smoothing: float = 0.1
    teacher_share: float = 0.5  # of a teacher's soft labels, where a text has a label too
    r_drop: float = 0.0  # weight of the gap between two passes with other units dropped
    edited: float = 0.0  # share of the texts that are edited slightly, anew each epoch
    dropout: float = 0.1
    average_decay: float = 0.999  # of the exponential weight average that is released
    freeze_word_embeddings: bool = True
    checkpoint_minutes: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LossWeights:
    """What each head's loss counts."""

    sentiment: float = 1.0
    satisfaction: float = 0.5
    emotion: float = 0.5
    topic: float = 0.3
    polarity: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that makes one model, but data and base folders."""

    name: str
    seed: int
    base: str
    mixture: MixtureConfig
    train: TrainConfig = TrainConfig()
    loss: LossWeights = LossWeights()


def _build(kind: type[Any], values: dict[str, Any], where: str) -> Any:
    known = [item.name for item in fields(kind)]
    for key in values:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0)
            raise InputError(f"{where}: unknown key {key!r}; did you mean {near[0]!r}?")
    needed = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    for key in needed:
        if key not in values:
            raise InputError(f"{where}: {key!r} is missing.")
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})


def read_recipe(path: Path) -> Recipe:
    """Return the recipe in a TOML file.

    :raises InputError: on a key that no recipe has, naming the nearest one, or one that is missing.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not valid TOML: {error}.") from error
    parts = {"mixture": MixtureConfig, "train": TrainConfig, "loss": LossWeights}
    for name, kind in parts.items():
        if name in values:
            values[name] = _build(kind, values[name], f"{path} [{name}]")
    recipe: Recipe = _build(Recipe, values, str(path))
    return recipe
