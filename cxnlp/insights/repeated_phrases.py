"""Which phrases only repeat one another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

SAME_TEXTS = 0.8  # share of the rarer phrase's texts that the other has as well


def repeated_phrases(
    names: Sequence[str], texts: Sequence[npt.NDArray[np.int64]]
) -> list[list[int]]:
    """Return positions of phrases in groups that repeat one another, each led by the one to show.

    A phrase repeats an earlier one where most texts that say it say the earlier one too; or the
    other way round, where they share a word. The first one given leads; a longer phrase said almost
    as often says more, and leads in its place.

    :param texts: the texts that say each phrase, without repeats.

    >>> said = [np.arange(9), np.arange(8), np.arange(20, 22)]
    >>> repeated_phrases(["parking", "free parking", "bus"], said)
    [[1, 0], [2]]
    """
    groups: list[list[int]] = []
    for i, own in enumerate(texts):
        words = set(names[i].split())
        for group in groups:
            lead = group[0]
            both = len(np.intersect1d(own, texts[lead], assume_unique=True))
            shares_word = not words.isdisjoint(names[lead].split())
            size = min(len(own), len(texts[lead])) if shares_word else len(own)
            if both >= SAME_TEXTS * size:
                longer = len(names[i].split()) > len(names[lead].split())
                as_often = len(own) >= SAME_TEXTS * len(texts[lead])
                group.insert(0 if longer and as_often else len(group), i)
                break
        else:
            groups.append([i])
    return groups
