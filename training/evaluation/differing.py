"""The texts on which two models differ most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxnlp.labels import EMOTIONS, SENTIMENTS, TOPICS
from cxnlp.model.folder import HEADS
from training.answers import Answers
from training.evaluate import AnsweredSet, known_texts
from training.label_arrays import UNKNOWN

_NAMES = {"emotion": EMOTIONS, "topic": TOPICS}


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferingText:
    """One text with what people said of it and what two models say."""

    source: str
    head: str
    text: str
    question: str | None
    gold: str
    a: str
    b: str
    gap: float  # between what the two give to what they differ on: a probability, or points


def most_differing(
    sets: Sequence[AnsweredSet], a: str, b: str, *, n: int
) -> tuple[DifferingText, ...]:
    """Return for each head the n labelled texts whose answers differ most, widest gap first.

    A text counts only where the two give it another label (satisfaction: another score).
    """
    found: list[DifferingText] = []
    for head in HEADS:
        of_head = [
            text for item in sets for text in _of_set(item, head, item.answers[a], item.answers[b])
        ]
        of_head.sort(key=lambda t: (-t.gap, t.source, t.text))
        # One text may stand in several data sets.
        distinct = {(t.text, t.question): t for t in reversed(of_head)}
        found += sorted(distinct.values(), key=lambda t: (-t.gap, t.source, t.text))[:n]
    return tuple(found)


def _of_set(item: AnsweredSet, head: str, a: Answers, b: Answers) -> list[DifferingText]:
    gaps = _gaps(item, head, a, b)
    return [
        DifferingText(
            source=item.source,
            head=head,
            text=item.examples[row].text,
            question=item.examples[row].question,
            gold=_words(head, getattr(item.labels, head)[row], item, row, gold=True),
            a=_words(head, getattr(a, head)[row], item, row),
            b=_words(head, getattr(b, head)[row], item, row),
            gap=float(gaps[row]),
        )
        for row in np.flatnonzero(gaps > 0).tolist()
    ]


def _gaps(item: AnsweredSet, head: str, a: Answers, b: Answers) -> NDArray[np.float64]:
    known = known_texts(item.labels, head)
    found_a, found_b = getattr(a, head), getattr(b, head)
    if head == "satisfaction":
        return np.asarray(np.where(known, np.abs(found_a - found_b), 0.0), dtype=np.float64).round(
            4
        )
    if a.scores is None or b.scores is None:
        raise ValueError("only models that give probabilities can be compared by text")
    p_a = getattr(a.scores.probabilities, head)
    p_b = getattr(b.scores.probabilities, head)
    apart = np.abs(p_a - p_b)
    if head in _NAMES:
        differs = (found_a != found_b) & (getattr(item.labels, head) != UNKNOWN)
        return np.asarray(np.where(differs, apart, 0.0).max(axis=1), dtype=np.float64)
    apart = apart.max(axis=-1)
    differs = (found_a != found_b) & (getattr(item.labels, head) != UNKNOWN)
    gaps = np.where(differs, apart, 0.0).reshape(len(known), -1)
    return np.asarray(gaps.max(axis=1), dtype=np.float64)


def _words(
    head: str, value: NDArray[np.int64], item: AnsweredSet, row: int, *, gold: bool = False
) -> str:
    """Return labels as people read them."""
    if head == "satisfaction":
        return f"{float(value):.1f}"
    if head == "sentiment":
        return SENTIMENTS[int(value)]
    if head == "polarity":
        asked = item.labels.polarity[row] != UNKNOWN
        return ", ".join(f"{TOPICS[i]} {SENTIMENTS[int(value[i])]}" for i in np.flatnonzero(asked))
    names = _NAMES[head]
    said = np.asarray(value == 1 if gold else value) & (getattr(item.labels, head)[row] != UNKNOWN)
    return ", ".join(names[i] for i in np.flatnonzero(said)) or "none"
