"""Fit a head for own topics on a model's vectors of their examples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from cxnlp.errors import InputError
from cxnlp.model.classifier import Classifier
from cxnlp.topics.cross_validate import Examples, cross_validate, fit_on
from cxnlp.topics.definition import OwnTopic
from cxnlp.topics.discriminant import Discriminant
from cxnlp.topics.examples import Example
from cxnlp.topics.near_duplicates import group_near_duplicates
from cxnlp.topics.quality import Confusion, TopicQuality, judge, most_confused
from cxnlp.topics.vectors import encode_texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A head for own topics, and how it did on examples that were held back."""

    topics: tuple[OwnTopic, ...]
    layers: tuple[int, ...]
    discriminant: Discriminant
    temperature: float
    threshold: float
    qualities: tuple[TopicQuality, ...]
    confusion: Confusion | None
    n_none: int  # texts about none of the topics: the file's own, and those shipped
    n_none_found: int  # of them, those in which a topic was found


def read_background() -> list[str]:
    """Return texts about no company's own topic; background.md says where they come from."""
    text = (files("cxnlp.topics") / "background.txt").read_text(encoding="utf-8")
    return text.splitlines()


def fit_topics(
    topics: Sequence[OwnTopic],
    examples: Sequence[Example],
    classifier: Classifier,
    *,
    seed: int = 0,
    progress: Callable[[float], None] = lambda share: None,
) -> Fitted:
    """Return a head fitted on all examples, with what cross-validation says of it.

    :param classifier: as `cxnlp.topics.vectors.load_for_vectors` returns it.
    :raises InputError: where the model can read no word of an example.
    """
    ready = prepare_examples(topics, examples, classifier)
    progress(0.5)
    found = cross_validate(ready, seed=seed, progress=lambda share: progress(0.5 + 0.45 * share))
    discriminant = fit_on(ready, np.arange(len(ready.labels)))
    progress(1.0)
    none = ~ready.labels.any(axis=1)
    return Fitted(
        topics=tuple(topics),
        layers=() if classifier.read_out is None else classifier.read_out.layers,
        discriminant=discriminant,
        temperature=found.temperature,
        threshold=found.threshold,
        qualities=judge(topics, ready, found),
        confusion=most_confused(topics, ready, found),
        n_none=int(none.sum()),
        n_none_found=int(found.hits[none].any(axis=1).sum()),
    )


def prepare_examples(
    topics: Sequence[OwnTopic], examples: Sequence[Example], classifier: Classifier
) -> Examples:
    """Return the examples and the background with their vectors.

    :raises InputError: where the model can read no word of an example.
    """
    texts = [example.text for example in examples] + read_background()
    vectors = encode_texts(classifier, texts)
    wordless = np.flatnonzero(~vectors.texts[: len(examples)].any(axis=1))
    if wordless.size:
        lines = ", ".join(str(examples[i].line) for i in wordless[:5].tolist())
        raise InputError(f"Examples, line {lines}: hold no word. Take them out.")
    labels = np.zeros((len(texts), len(topics)), dtype=bool)
    for row, example in enumerate(examples):
        for number, topic in enumerate(topics):
            labels[row, number] = topic.label in example.labels
    return Examples(
        vectors=vectors,
        labels=labels,
        groups=group_near_duplicates(texts),
        described=encode_texts(classifier, [topic.as_text for topic in topics]).texts,
    )
