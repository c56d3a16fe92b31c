"""Gold and predicted labels of held-back texts, as codes and without the texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from cxnlp.labels import SENTIMENTS, TOPICS
from cxnlp.metrics.carry_over import MIN_SETS, effective_texts
from cxnlp.metrics.confusion import Confusion

Ints = NDArray[np.int64]

UNKNOWN = -1
# Labelled by people with all three sentiments, but no feedback of customers: more classes to shift.
OTHERS: tuple[str, ...] = ("newsmtsc", "sentimentr_crowd", "vader_graded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Gold and predicted labels of one set of texts; UNKNOWN where gold is open."""

    gold: Ints
    predicted: Ints
    labels: tuple[str, ...]

    def confusion(self) -> Confusion:
        """Return the confusion of all texts."""
        size = len(self.labels)
        known = self.gold != UNKNOWN
        counts = np.zeros((size, size), dtype=np.int64)
        np.add.at(counts, (self.gold[known], self.predicted[known]), 1)
        return Confusion(labels=self.labels, counts=tuple(tuple(map(int, row)) for row in counts))


def together(sets: Sequence[Answered]) -> Answered:
    """Return the texts of several sets with the same labels as one."""
    return Answered(
        gold=np.concatenate([item.gold for item in sets]),
        predicted=np.concatenate([item.predicted for item in sets]),
        labels=sets[0].labels,
    )


def carried_over(sets: Sequence[Answered], *, min_sets: int = MIN_SETS) -> Confusion | None:
    """Return the confusion of several sets for use on another, or None where they are too few.

    It is worth as many texts as its rates are steady from set to set.
    """
    pooled = together(sets).confusion()
    rows = range(len(pooled.labels))
    counts = [item.confusion().counts for item in sets]
    found = [effective_texts([c[k] for c in counts], min_sets=min_sets) for k in rows]
    effective = tuple(texts for texts in found if texts is not None)
    return replace(pooled, effective=effective) if len(effective) == len(rows) else None


def read_predictions(path: Path) -> dict[str, dict[str, Answered]]:
    """Return head ("sentiment" or a topic) -> source -> answers, from a kept file.

    :returns: only sets in which at least two labels of the head are some text's true one.
    """
    table = pq.read_table(path)
    sources = np.asarray(table.column("source").to_pylist())
    found: dict[str, dict[str, Answered]] = {}
    for head in ("sentiment", *TOPICS):
        labels = SENTIMENTS if head == "sentiment" else (f"no {head}", head)
        gold = table.column(head).to_numpy().astype(np.int64)
        predicted = table.column(f"{head}_predicted").to_numpy().astype(np.int64)
        for source in np.unique(sources):
            rows = (sources == source) & (gold != UNKNOWN)
            if len(np.unique(gold[rows])) > 1:
                found.setdefault(head, {})[str(source)] = Answered(
                    gold=gold[rows], predicted=predicted[rows], labels=labels
                )
    return found


def ask_released(data: Path) -> pa.Table:
    """Return gold and predicted labels of test texts, as codes, through the released model."""
    from cxnlp.model.classifier import Classifier
    from training.answers import ask_model
    from training.confusion import FEEDBACK
    from training.evaluate import OURS, ask
    from training.readers import read_sources
    from training.scores import fully_labelled
    from training.taken import take

    examples = take(read_sources(data, [*FEEDBACK, *OTHERS]), "test", limit=3000)
    columns: dict[str, list[NDArray[np.int8]]] = {}
    sources: list[str] = []
    for item in ask({OURS: ask_model(Classifier.load())}, examples):
        answers = item.answers[OURS]
        sources += [item.source] * len(item.examples)
        topics = fully_labelled(item.labels.topic)
        columns.setdefault("sentiment", []).append(item.labels.sentiment.astype(np.int8))
        columns.setdefault("sentiment_predicted", []).append(answers.sentiment.astype(np.int8))
        for column, topic in enumerate(TOPICS):
            said = np.zeros(len(topics)) if answers.topic is None else answers.topic[:, column]
            columns.setdefault(topic, []).append(topics[:, column].astype(np.int8))
            columns.setdefault(f"{topic}_predicted", []).append(said.astype(np.int8))
    joined = {name: np.concatenate(parts) for name, parts in columns.items()}
    return pa.table({"source": pa.array(sources).dictionary_encode(), **joined})
