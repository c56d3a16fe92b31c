"""What a release is to reach, read from `training/targets.toml`, beside what was measured."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from cxnlp.errors import InputError
from training.taken import is_labelled_by_people

TARGETS_TOML = Path(__file__).parents[1] / "targets.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One figure to reach."""

    what: str
    path: tuple[str, ...]  # where it stands in metrics.json
    at_least: float | None = None
    at_most: float | None = None

    @property
    def bound(self) -> float:
        """What is to be reached."""
        return self.at_least if self.at_least is not None else self.at_most or 0.0

    def is_reached(self, value: float) -> bool:
        """Return whether a figure reaches the target, as it is, not as it is rounded."""
        if self.at_least is not None:
            return value >= self.at_least
        return value <= self.bound


def read_targets(path: Path = TARGETS_TOML) -> tuple[Target, ...]:
    """Return the targets of a file.

    :raises InputError: on a table that is not of one bound, or has another key.
    """
    found = []
    for number, table in enumerate(tomllib.loads(path.read_text("utf-8"))["target"], start=1):
        try:
            target = Target(**table | {"path": tuple(table["path"])})
        except (KeyError, TypeError) as error:
            raise InputError(f"{path}: target {number} has a missing or unknown key.") from error
        if (target.at_least is None) == (target.at_most is None):
            raise InputError(f"{path}: target {number} needs one of at_least and at_most.")
        found.append(target)
    return tuple(found)


def look_up(metrics: Mapping[str, Any], path: Sequence[str]) -> float | None:
    """Return the figure at a path of keys, None where it was not measured."""
    found: Any = metrics
    for key in path:
        if not isinstance(found, Mapping) or key not in found:
            return None
        found = found[key]
    return None if found is None else float(found)


def summarise(metrics: Mapping[str, Any]) -> dict[str, float]:
    """Return the figures over many sets that targets speak of, those that can be told."""
    found: dict[str, float] = {}
    unseen = set(metrics["unseen"])
    leads = [
        systems["cxnlp"]["macro_f1"] - systems["tfidf"]["macro_f1"]
        for source, systems in metrics["test"].get("topic", {}).items()
        if source not in unseen and "tfidf" in systems and is_labelled_by_people(source)
    ]
    if leads:
        found["topic_lead_over_tfidf"] = mean(leads)
    spans = metrics.get("spans", {"n": 0})
    if spans["n"]:
        found["span_loss"] = spans["alone"] - spans["in_context"]
    if metrics.get("capabilities"):
        found["capability_failure"] = mean(c["rate"] for c in metrics["capabilities"].values())
    compared = [
        [systems["cxnlp"]["macro_f1"] <= systems[name]["macro_f1"] for name in ("tfidf", "vader")]
        for source, systems in metrics["test"].get("sentiment", {}).items()
        if source in unseen and {"tfidf", "vader"} <= set(systems)
    ]
    if compared:
        found["unseen_behind"] = sum(any(behind) for behind in compared)
    return found
