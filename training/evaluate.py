"""Measure what systems say of labelled texts, head by head and data set by data set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxnlp.labels import EMOTIONS, SENTIMENTS, TOPICS
from training.answers import Answers, Bools, System
from training.evaluation.reliability import reliability
from training.example import Example
from training.label_arrays import UNKNOWN, Labels
from training.measures import (
    measure_classes,
    measure_scores,
    measure_sets,
    right_sets,
    whole_levels,
)  # fmt: skip
from training.scores import Floats, labels_of

Report = dict[str, dict[str, dict[str, Any]]]  # head -> data set -> system -> measures

OURS = "cxnlp"
MIN_TEXTS = 5  # labelled texts of a head; fewer are named, not measured
_NAMES = {"emotion": EMOTIONS, "topic": TOPICS}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredSet:
    """The labelled texts of one data set, and what every system says of them."""

    source: str
    examples: tuple[Example, ...]
    labels: Labels
    answers: dict[str, Answers]  # by system


def by_source(examples: Sequence[Example]) -> dict[str, list[Example]]:
    """Group examples by their data set."""
    groups: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        groups[example.source].append(example)
    return dict(sorted(groups.items()))


def ask(
    systems: Mapping[str, System],
    examples: Sequence[Example],
    *,
    emotions: Mapping[str, frozenset[str]] | None = None,
) -> list[AnsweredSet]:
    """Return what every system says, data set by data set.

    :param emotions: source -> the emotions its labels can express, where those are not all.
    """
    sets = []
    for source, group in by_source(examples).items():
        labels = labels_of(group)
        if emotions and source in emotions:
            unsaid = [i for i, name in enumerate(EMOTIONS) if name not in emotions[source]]
            labels.emotion[:, unsaid] = UNKNOWN
        answers = {name: system(group) for name, system in systems.items()}
        sets.append(
            AnsweredSet(source=source, examples=tuple(group), labels=labels, answers=answers)
        )
    return sets


def measure(sets: Sequence[AnsweredSet], *, seed: int = 0) -> Report:
    """Return every measure of every system on each data set that a head can be measured on."""
    report: Report = defaultdict(dict)
    for item in sets:
        for head in ("sentiment", "satisfaction", "emotion", "topic", "polarity"):
            if why_not(item.labels, head) is None:
                report[head][item.source] = _measure_head(item, head, seed)
    return dict(report)


def known_texts(labels: Labels, head: str) -> Bools:
    """Return which texts have a label of a head."""
    if head == "satisfaction":
        graded: Bools = ~np.isnan(labels.satisfaction)
        return graded
    known = getattr(labels, head) != UNKNOWN
    return np.asarray(known.reshape(len(known), -1).any(axis=1), dtype=np.bool_)


def why_not(labels: Labels, head: str) -> str | None:
    """Return why a head cannot be measured on these labels, or None where it can."""
    n = int(known_texts(labels, head).sum())
    if n < MIN_TEXTS:
        return f"{n} labelled {'text' if n == 1 else 'texts'}, fewer than {MIN_TEXTS}"
    gold = getattr(labels, head)
    if head == "satisfaction" and len(np.unique(gold[~np.isnan(gold)])) == 1:
        return "every text has the same score: no rank"
    if head in _NAMES:
        # One topic a row and nothing said of the others measures no precision.
        if not (gold == 0).any():
            return "labels are only ever given, never denied: no precision"
        if not (gold == 1).any():
            return "no label occurs: no recall"
    return None


def _measure_head(item: AnsweredSet, head: str, seed: int) -> dict[str, Any]:
    rows = known_texts(item.labels, head)
    gold = getattr(item.labels, head)[rows]
    entry: dict[str, Any] = {}
    for name, answers in item.answers.items():
        found = getattr(answers, head)
        if found is None:
            continue
        found = found[rows]
        if head == "satisfaction":
            entry[name] = measure_scores(found, gold, seed=seed)
            right = whole_levels(found) == whole_levels(gold)
        elif head in _NAMES:
            entry[name] = measure_sets(found, gold, _NAMES[head], seed=seed)
            right = right_sets(found, gold)
        else:
            known = gold != UNKNOWN  # of polarity: several a text
            entry[name] = measure_classes(found[known], gold[known], SENTIMENTS, seed=seed)
            right = (found == gold)[known]
        if answers.scores is not None and answers.sure is not None:
            sure = answers.sure[rows]
            if head == "polarity":
                sure = np.broadcast_to(sure[:, None], gold.shape)[gold != UNKNOWN]
            judged = reliability(*confidence(item, head, name))
            entry[name] |= {"ece": judged["ece"], "bins": judged["bins"]}
            entry[name]["coverage"] = float(sure.mean())
            if sure.any():
                entry[name]["accuracy_when_sure"] = float(right[sure].mean())
    return entry


def confidence(item: AnsweredSet, head: str, system: str) -> tuple[Floats, Bools]:
    """Return the confidence behind each judged answer of a system, and whether it was right.

    Of a label that is there or not, confidence is its probability, and right is that it is there.
    """
    scores = item.answers[system].scores
    if scores is None:
        raise ValueError(f"{system} gives no probabilities")
    if head == "satisfaction":
        graded = known_texts(item.labels, head)
        levels = whole_levels(item.labels.satisfaction[graded])
        return scores.levels[graded].max(1), scores.levels[graded].argmax(1) + 1 == levels
    gold = getattr(item.labels, head)
    known = gold != UNKNOWN
    probabilities = getattr(scores.probabilities, head)[known]
    if head in _NAMES:
        return probabilities, gold[known] == 1
    return probabilities.max(-1), probabilities.argmax(-1) == gold[known]
