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
    validations: int = 20  # times a whole run that held-back texts are looked at
    patience: int = 0  # of those without a better loss, then training stops; 0: never
    anchor: float = 0.0  # pull towards the weights that the run started from
    distil: float = 0.0  # what it counts to answer as the network that the run started from
    # Shares of the trained weights to choose from, the rest being the start's; none: all trained.
    blend: tuple[float, ...] = ()
    most_moved: float = 0.015  # of such a share: divergence from the start's answers elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class LossWeights:
    """What each head's loss counts."""

    sentiment: float = 1.0
    satisfaction: float = 0.5
    emotion: float = 0.5
    topic: float = 0.3
    polarity: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelsConfig:
    """What is done with labels of one's own."""

    repeats: int = 1  # times each labelled text is dealt an epoch
    validation_share: float = 0.2  # held back to stop early, where the file names no split
    test_share: float = 0.0  # held back to measure, where the file names no split
    may_lack_classes: bool = False  # train although a sentiment has no text


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that makes one model, but data and base folders."""

    name: str
    seed: int
    base: str
    mixture: MixtureConfig
    train: TrainConfig = TrainConfig()
    loss: LossWeights = LossWeights()
    labels: LabelsConfig = LabelsConfig()
    guards: tuple[str, ...] = ()  # sources whose test texts a model must not do worse on


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
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    for item in fields(kind):
        if item.name in values:
            _check(item.name, str(item.type), values[item.name], where)
    return kind(**values)


_KINDS: dict[str, tuple[tuple[type[Any], ...], str]] = {
    "str": ((str,), "a text"),
    "bool": ((bool,), "true or false"),
    "int": ((int,), "a whole number, 0 or more"),
    "float": ((int, float), "a number, 0 or more"),
    "tuple[str, ...]": ((tuple,), "a list of names"),
    "tuple[float, ...]": ((tuple,), "a list of shares from 0 to 1"),
    "dict[str, int]": ((dict,), "a table of whole numbers"),
}


def _check(name: str, kind: str, value: object, where: str) -> None:
    """Refuse a value of another kind than the key's, or a number below nought."""
    if kind not in _KINDS:  # a table of its own, read already
        right = not isinstance(value, str | int | float | tuple | dict)
        said = f"a table [{name}]"
    else:
        types, said = _KINDS[kind]
        right = isinstance(value, types) and (kind == "bool" or not isinstance(value, bool))
    if isinstance(value, tuple):
        names = kind == "tuple[str, ...]"
        right = right and all(isinstance(x, str) if names else _is_share(x) for x in value)
    if isinstance(value, dict):
        right = right and all(type(item) is int and item >= 0 for item in value.values())
    if right and isinstance(value, int | float):
        # Also false for what is not a number at all, which TOML can say.
        right = 0 <= value < float("inf")
    if not right:
        raise InputError(f"{where}: {name!r} must be {said}.")


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def read_recipe(path: Path) -> Recipe:
    """Return the recipe in a TOML file.

    :raises InputError: on a key that no recipe has, naming the nearest one, or one that is missing.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}.") from error
    except ValueError as error:  # TOMLDecodeError, and what is not UTF-8
        raise InputError(f"{path}: not valid TOML: {error}.") from error
    parts = {
        "mixture": MixtureConfig,
        "train": TrainConfig,
        "loss": LossWeights,
        "labels": LabelsConfig,
    }
    for name, kind in parts.items():
        if isinstance(values.get(name), dict):
            values[name] = _build(kind, values[name], f"{path} [{name}]")
    recipe: Recipe = _build(Recipe, values, str(path))
    return recipe
