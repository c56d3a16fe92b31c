"""The vectors of texts and of their sentences, as own topics are fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cxnlp.model.classifier import Classifier
from cxnlp.model.folder import read_config
from cxnlp.model.locate import locate_model
from cxnlp.model.own_topics import unit_layers
from cxnlp.model.read_out import VECTORS, read_vectors

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_TEXTS = 2048  # read at once


@dataclass(frozen=True, slots=True, kw_only=True)
class TextVectors:
    """Vectors of texts: a row for each, followed by rows for its sentences."""

    rows: Floats  # (rows, width), each layer's part of length 1; zeros where there is no word
    firsts: Ints  # the row of each text itself

    @property
    def texts(self) -> Floats:
        """Return the vectors of the texts themselves."""
        return self.rows[self.firsts]

    def highest(self, values: Floats) -> Floats:
        """Return each text's highest value over its rows, (texts, ...) of (rows, ...)."""
        return np.asarray(np.maximum.reduceat(values, self.firsts, axis=0), dtype=np.float32)


def topic_layers(n_layers: int) -> tuple[int, ...]:
    """Return the layers whose states own topics are told by: words, late and last.

    The last layer alone knows what the model was trained for; the words' own vectors and those of
    an earlier layer know the rest. On banking77 and clinc150 the three together were better than
    any one, at 8 as at 50 examples a topic.
    """
    return (0, 2 * n_layers // 3, n_layers)


def load_for_vectors(
    model: str | Path | None = None,
    *,
    layers: Sequence[int] | None = None,
    precision: str | None = None,
) -> Classifier:
    """Load a model that also gives vectors; without `layers`, those of own topics.

    :raises ModelError: as `Classifier.load` does.
    :raises InputError: where the encoder has no such layer.
    """
    folder = locate_model(model)
    shape = read_config(folder).encoder
    chosen = topic_layers(shape.n_layers) if layers is None else tuple(layers)
    return Classifier(folder, precision=precision, read_out=read_vectors(chosen, width=shape.width))


def encode_texts(classifier: Classifier, texts: Sequence[str]) -> TextVectors:
    """Return the vectors of texts, which are taken to be in a language that the model reads.

    :param classifier: as `load_for_vectors` returns it.
    """
    read_out = classifier.read_out
    if read_out is None or read_out.name != VECTORS:
        raise ValueError("This classifier gives no vectors; load it by load_for_vectors.")
    n_layers, parts, firsts, n_rows = len(read_out.layers), [], [], 0
    language = classifier.config.languages[0]
    for start in range(0, len(texts), _TEXTS):
        shard = list(texts[start : start + _TEXTS])
        prepared = classifier.prepare(shard, languages=[language] * len(shard))
        found = classifier.span_logits(prepared.scored)[VECTORS] if prepared.scored else None
        place = 0
        for plan in prepared.plans:
            # A text without any word the model reads has one row of zeros.
            size = 0 if plan is None else 1 + len(plan.sentences)
            firsts.append(n_rows)
            n_rows += max(size, 1)
            if found is None or not size:
                parts.append(np.zeros((1, read_out.width), dtype=np.float32))
            else:
                parts.append(found[place : place + size])
            place += size
    rows = np.concatenate(parts) if parts else np.zeros((0, read_out.width), np.float32)
    return TextVectors(rows=unit_layers(rows, n_layers), firsts=np.asarray(firsts, dtype=np.int64))
