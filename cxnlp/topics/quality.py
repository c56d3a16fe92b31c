"""Whether an own topic can be used: precision, recall, what it is confused with, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cxnlp.topics.cross_validate import Bools, CrossValidated, Examples, Ints
from cxnlp.topics.definition import OwnTopic

MIN_DIFFERENT = 6  # examples, near-duplicates counted once
MIN_PRECISION, MIN_RECALL = 0.6, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicQuality:
    """How a topic fared on held-back examples."""

    label: str
    n_examples: int
    n_different: int  # near-duplicates counted once
    n_found: int  # texts that it was found in
    n_right: int
    n_unrelated: int  # texts about no topic that it was found in
    confused_with: str | None  # the topic that most of its wrong finds and misses are about
    n_confused: int
    warning: str | None  # why it is not usable, None where it is

    @property
    def precision(self) -> float | None:
        """Return the share of right finds; None where there is none."""
        return self.n_right / self.n_found if self.n_found else None

    @property
    def recall(self) -> float:
        """Return the share of its examples that were found."""
        return self.n_right / self.n_examples


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Two topics of which examples were taken for each other."""

    first: str
    second: str
    n_texts: int


def confusion_counts(labels: Bools, hits: Bools, nearest: Ints) -> Ints:
    """Return (topics, topics): texts about one that were taken for the other, or came nearest it.

    A miss counts too where another topic was more probable than its own: a text for which nothing
    was above the threshold may still show what it was mistaken for.
    """
    n_topics = labels.shape[1]
    taken = hits | (np.arange(n_topics) == nearest[:, None])
    wrong = taken & ~labels
    return np.asarray(labels.astype(np.int64).T @ wrong.astype(np.int64), dtype=np.int64)


def judge(
    topics: Sequence[OwnTopic], examples: Examples, found: CrossValidated
) -> tuple[TopicQuality, ...]:
    """Return the quality of each topic, in order."""
    labels, hits = examples.labels, found.hits
    counts = confusion_counts(labels, hits, found.nearest)
    both = counts + counts.T
    none = ~labels.any(axis=1)
    judged = []
    for number, topic in enumerate(topics):
        own, told = labels[:, number], hits[:, number]
        worst = int(both[number].argmax())
        n_confused = int(both[number, worst])
        quality = TopicQuality(
            label=topic.label,
            n_examples=int(own.sum()),
            n_different=len(np.unique(examples.groups[own])),
            n_found=int(told.sum()),
            n_right=int((own & told).sum()),
            n_unrelated=int((told & none).sum()),
            confused_with=topics[worst].label if n_confused else None,
            n_confused=n_confused,
            warning=None,
        )
        judged.append(_with_warning(quality, {t.label: t.name for t in topics}))
    return tuple(judged)


def most_confused(
    topics: Sequence[OwnTopic], examples: Examples, found: CrossValidated
) -> Confusion | None:
    """Return the two topics of which most examples were taken for each other, if any were."""
    counts = confusion_counts(examples.labels, found.hits, found.nearest)
    both = np.triu(counts + counts.T, 1)
    if not both.any():
        return None
    a, b = np.unravel_index(int(both.argmax()), both.shape)
    return Confusion(first=topics[int(a)].name, second=topics[int(b)].name, n_texts=int(both[a, b]))


def _with_warning(quality: TopicQuality, names: dict[str, str]) -> TopicQuality:
    from dataclasses import replace

    if quality.n_different < MIN_DIFFERENT:
        few = f"{quality.n_different} examples"
        if quality.n_different < quality.n_examples:
            few = f"{quality.n_different} different examples of {quality.n_examples}"
        return replace(
            quality, warning=f"too few: {few}; give {MIN_DIFFERENT} or more that differ."
        )
    precision = quality.precision or 0.0
    if precision >= MIN_PRECISION and quality.recall >= MIN_RECALL:
        return quality
    n_wrong = quality.n_found - quality.n_right
    n_missed = quality.n_examples - quality.n_right
    why = (
        f"{n_wrong} of {quality.n_found} finds are wrong"
        if precision < MIN_PRECISION and quality.n_found
        else f"{n_missed} of {quality.n_examples} examples are missed"
    )
    if quality.n_confused and quality.n_confused >= quality.n_unrelated:
        other = names[quality.confused_with or quality.label]
        what = f"not told apart from {other!r}: {why}. Sharpen both, or make them one."
    elif quality.n_unrelated:
        what = f"not told apart from unrelated texts: {why}. Give examples that say one thing."
    else:
        what = f"its examples have little in common: {why}. Give more, or make two topics of it."
    return replace(quality, warning=what)
