"""The order in which unlabelled texts are worth labelling: uncertain ones, far from each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Texts without a topic may lack one that the model missed; how surely is not in a scored file.
_NO_TOPIC = 0.5


def closeness(probabilities: Floats) -> Floats:
    """Return how close the two likeliest labels of each row are, 0 (one is sure) to 1 (equal).

    >>> closeness(np.array([[1.0, 0.0], [0.5, 0.5], [0.75, 0.25]])).tolist()
    [0.0, 1.0, 0.5]
    """
    ordered = np.sort(np.asarray(probabilities, dtype=np.float64), axis=1)
    found: Floats = 1.0 - (ordered[:, -1] - ordered[:, -2])
    return found.clip(0.0, 1.0)


def doubt_of_topics(topics: Sequence[Sequence[Mapping[str, float]]]) -> Floats:
    """Return how unsure the found topics of each text are, 0 to 1: the most unsure decides.

    :param topics: of each text, its topics with their `score`.
    """
    return np.array(
        [
            max((1 - abs(2 * float(topic["score"]) - 1) for topic in found), default=_NO_TOPIC)
            for found in topics
        ],
        dtype=np.float64,
    )


def order_by_worth(
    vectors: NDArray[np.floating], doubt: Floats, n: int, *, generator: np.random.Generator
) -> Ints:
    """Return the places of n texts, the most worth labelling first: any beginning is a sample too.

    Each next text is drawn in proportion to its squared distance from those drawn before
    (k-means++; Arthur and Vassilvitskii, 2007), times the fourth power of its doubt: with the
    second, texts of which the model is fairly sure come too often.

    :param vectors: [texts, width], a row for each.
    :param doubt: [texts], 0 or above.
    """
    rows = np.asarray(vectors, dtype=np.float32)
    weight = np.maximum(doubt, 1e-3) ** 4
    lengths = (rows * rows).sum(axis=1)
    nearest: Floats = np.ones(len(rows))  # squared distance from the nearest that was drawn
    left = np.ones(len(rows), dtype=bool)
    order = np.empty(min(n, len(rows)), dtype=np.int64)
    for place in range(len(order)):
        odds = np.where(left, weight * nearest, 0.0)
        if not odds.sum() > 0:  # all that is left equals what was drawn
            odds = np.where(left, weight, 0.0)
        drawn = int(generator.choice(len(rows), p=odds / odds.sum()))
        order[place] = drawn
        left[drawn] = False
        apart = lengths + lengths[drawn] - 2.0 * (rows @ rows[drawn])
        apart = np.where(apart > 1e-6, apart, 0.0).astype(np.float64)
        nearest = apart if not place else np.minimum(nearest, apart)
    return order
