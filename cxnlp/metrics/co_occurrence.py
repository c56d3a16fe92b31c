"""Whether words are said together more often than chance would have it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import poisson


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """How many texts say at least two of some words."""

    observed: int
    expected: float  # if words fell into texts at random, by the texts' lengths
    p_value: float  # one-sided: as many as observed, or more


def said_together(
    said: npt.ArrayLike, n_words: npt.ArrayLike, *, rates: npt.ArrayLike | None = None
) -> Together:
    """Return how many texts say two or more of the words, and how many would by chance.

    A word of rate r stands in text d with probability r l_d, l the number of words of a text: long
    texts say more of everything, which is no sign of a theme. Texts are
    independent, so the count is a sum of unequal coins, whose upper tail that of the Poisson
    distribution of the same mean bounds from a little above the mean (Hoeffding, 1956; Anderson &
    Samuels, 1967).

    :param said: [texts, words], whether the text says the word.
    :param n_words: [texts], how many different words each text says.
    :param rates: of each word, per word of text; those of these texts where not given.
    :returns: p = 1 where fewer than two words or no texts are given.
    :raises ValueError: where the shapes do not go together.

    >>> chance = said_together([[1, 1], [1, 1], [0, 0], [0, 0]], [2, 2, 2, 2])
    >>> chance.observed, chance.expected
    (2, 1.0)
    """
    says = np.asarray(said, dtype=bool)
    lengths = np.asarray(n_words, dtype=np.float64)
    if says.ndim != 2 or lengths.shape != says.shape[:1]:
        raise ValueError(
            f"{says.shape} texts and words do not go with {lengths.shape} lengths. "
            "Give one row and one length per text."
        )
    observed = int((says.sum(axis=1) >= 2).sum())
    total = float(lengths.sum())
    if says.shape[1] < 2 or total <= 0:
        return Together(observed=observed, expected=0.0, p_value=1.0)
    rate = says.sum(axis=0) / total if rates is None else np.asarray(rates, dtype=np.float64)
    chance = np.minimum(lengths[:, None] * rate, 1.0)
    # The chance that none, and that exactly one, of the words so far is said.
    none, one = np.ones(len(lengths)), np.zeros(len(lengths))
    for p in chance.T:
        none, one = none * (1 - p), one * (1 - p) + none * p
    expected = float(np.maximum(1 - none - one, 0.0).sum())
    p_value = float(poisson.sf(observed - 1, expected)) if observed else 1.0
    return Together(observed=observed, expected=expected, p_value=min(max(p_value, 0.0), 1.0))
