"""How well the model finds each label, from its confusion counts and its card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cxnlp.journey.naming import readable, topic_name
from cxnlp.labels import SENTIMENTS, TOPICS
from cxnlp.metrics.estimate import Estimate
from cxnlp.metrics.numbers import PERCENT, Unit, describe, describe_interval, format_n
from cxnlp.metrics.share import share
from cxnlp.model.folder import ModelConfig

_SHARE = Unit(decimals=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelScore:
    """How well one label is found."""

    kind: str  # sentiment, topic or emotion
    label: str
    f1: str
    f1_interval: str
    precision: str
    precision_interval: str
    recall: str
    recall_interval: str
    n: str  # texts that truly have it
    width: float  # of the bar, in percent


def f1_of(true: int, found_wrongly: int, missed: int) -> Estimate:
    """Return F1 with its 95% interval; n is the texts that have the label or were given it.

    F1 = 2J/(1 + J) for J, the share of those texts that have it and were given it. So the ends of
    J's Wilson interval become those of F1.

    >>> e = f1_of(80, 10, 10)
    >>> f"{e.value:.3f} [{e.low:.3f}, {e.high:.3f}] {e.n}"
    '0.889 [0.831, 0.929] 100'
    """
    union = true + found_wrongly + missed
    j = share(true, union)

    def f1(percent: float | None) -> float | None:
        return None if percent is None else 2 * percent / (100 + percent)

    return Estimate(value=f1(j.value), low=f1(j.low), high=f1(j.high), n=union)


def read_label_scores(config: ModelConfig, metrics: Mapping[str, Any]) -> tuple[LabelScore, ...]:
    """Return how well each label is found: sentiment, then topics, then emotions.

    :param metrics: what the model's metrics.json says; empty where there is none.
    """
    found = []
    if config.confusion:
        counts = config.confusion.sentiment
        for i, label in enumerate(SENTIMENTS):
            given = sum(row[i] for row in counts)
            found.append(_score("sentiment", readable(label), counts[i][i], given, sum(counts[i])))
        for topic in TOPICS:
            if (table := config.confusion.topics.get(topic)) is not None:
                given, has = table[0][1] + table[1][1], sum(table[1])
                found.append(_score("topic", topic_name(topic), table[1][1], given, has))
    emotions = metrics.get("test", {}).get("emotion", {})
    for name, score in sorted(_label_scores(emotions)):
        # The card has rates; with n they give the counts back.
        true = round(score["recall"] * score["n"])
        given = round(true / score["precision"]) if score["precision"] else 0
        found.append(_score("emotion", readable(name), true, given, score["n"]))
    return tuple(found)


def _label_scores(sets: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the labels of the largest test set."""
    ours = [s["cxnlp"] for s in sets.values() if "labels" in s.get("cxnlp", {})]
    largest = max(ours, key=lambda measures: measures["n"], default=None)
    return [] if largest is None else list(largest["labels"].items())


def _score(kind: str, label: str, true: int, given: int, has: int) -> LabelScore:
    f1 = f1_of(true, given - true, has - true)
    precision, recall = share(true, given), share(true, has)
    return LabelScore(
        kind=kind,
        label=label,
        f1=describe(f1, _SHARE),
        f1_interval=describe_interval(f1, _SHARE),
        precision=describe(precision, PERCENT) if given else "",
        precision_interval=describe_interval(precision, PERCENT),
        recall=describe(recall, PERCENT) if has else "",
        recall_interval=describe_interval(recall, PERCENT),
        n=format_n(has),
        width=round(100 * (f1.value or 0.0), 1),
    )
