"""Group texts that are nearly the same, so that none is tested on its own copy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_TOO_ALIKE = 0.8  # cosine of their letters, by threes to fives
_ROWS = 1024  # compared at once


def group_near_duplicates(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return the number of each text's group; texts that are nearly the same share one.

    >>> group_near_duplicates(["My card is late.", "Lovely staff", "my card is late!!"]).tolist()
    [0, 1, 0]
    """
    from sklearn.feature_extraction.text import HashingVectorizer

    reader = HashingVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), n_features=1 << 18, alternate_sign=False
    )
    plain = [" ".join("".join(c if c.isalnum() else " " for c in t).split()) for t in texts]
    letters = reader.transform(plain)
    group = np.arange(len(texts))
    for first in range(0, len(texts), _ROWS):
        alike = (letters[first : first + _ROWS] @ letters.T).tocoo()
        near = alike.data >= _TOO_ALIKE
        for a, b in zip((alike.row[near] + first).tolist(), alike.col[near].tolist(), strict=True):
            if a < b and group[a] != group[b]:
                group[group == group[b]] = group[a]
    return np.unique(group, return_inverse=True)[1].astype(np.int64)
