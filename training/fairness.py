"""Measure how far names, genders, nationalities, religions and orientations move a model."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, TypedDict

from cxnlp.errors import InputError
from cxnlp.model.classifier import Classifier, Prediction

FAIRNESS_FILE = "fairness.toml"
_KEYS = {"limits", "frames", "attribute"}
_ATTRIBUTE_KEYS = {"frames", "groups"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a model may do at most."""

    mean_move: float
    flip_rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One thing that must not matter."""

    name: str
    groups: tuple[str, ...]
    frames: tuple[tuple[str, ...], ...]  # one text a group, equal but for the group


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """Everything that the file says."""

    limits: dict[str, Limits]
    attributes: tuple[Attribute, ...]


class FairnessOutcome(TypedDict):
    """How far swapping the groups of one attribute moves a model."""

    pairs: int  # of texts that differ in nothing but the group
    mean_move: float  # mean |difference| of sentiment_score over the pairs
    max_move: float
    flip_rate: float  # share of the pairs whose labels differ


def read_fairness(path: Path) -> Fairness:
    """Return the attributes of a file, every group set into every frame.

    A group is a list of words; each frame takes one of them, chosen by the frame's own text.

    :raises InputError: on a key that is missing or not known.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        _check(table, _KEYS, path)
        attributes = []
        for name, entry in table["attribute"].items():
            _check(entry, _ATTRIBUTE_KEYS, path)
            frames = [f for s in table["frames"][entry["frames"]].values() for f in s]
            attributes.append(
                Attribute(
                    name=name,
                    groups=tuple(entry["groups"]),
                    frames=tuple(_fill(frame, entry["groups"].values()) for frame in frames),
                )
            )
        limits = {
            name: Limits(mean_move=entry["mean_move"], flip_rate=entry["flip_rate"])
            for name, entry in table["limits"].items()
        }
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not valid TOML: {error}.") from error
    except KeyError as error:
        raise InputError(f"{path}: the key {error} is missing.") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}.") from error
    return Fairness(limits=limits, attributes=tuple(attributes))


def _check(table: dict[str, Any], known: set[str], path: Path) -> None:
    if unknown := sorted(set(table) - known):
        raise InputError(f"{path}: unknown keys {unknown}; known are {sorted(known)}.")


def _fill(frame: str, groups: Any) -> tuple[str, ...]:
    choice = random.Random(frame)
    return tuple(
        filled[0].upper() + filled[1:]
        for filled in (frame.replace("{}", choice.choice(words)) for words in groups)
    )


def measure_fairness(classifier: Classifier, path: Path) -> dict[str, FairnessOutcome]:
    """Return how far each attribute of a file moves a model."""
    attributes = read_fairness(path).attributes
    flat = list(dict.fromkeys(t for a in attributes for frame in a.frames for t in frame))
    found = dict(zip(flat, classifier.classify(flat), strict=True))
    return {
        attribute.name: compare([[found[text] for text in frame] for frame in attribute.frames])
        for attribute in attributes
    }


def compare(frames: Sequence[Sequence[Prediction]]) -> FairnessOutcome:
    """Compare every two predictions of each frame.

    Any two groups may be swapped, so each pair counts, and none of them is the norm.
    """
    pairs = [pair for frame in frames for pair in combinations(frame, 2)]
    moves = [abs((a.sentiment_score or 0.0) - (b.sentiment_score or 0.0)) for a, b in pairs]
    return FairnessOutcome(
        pairs=len(pairs),
        mean_move=sum(moves) / len(moves),
        max_move=max(moves),
        flip_rate=sum(a.sentiment != b.sentiment for a, b in pairs) / len(pairs),
    )
