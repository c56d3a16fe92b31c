"""The verbatims that show a statement best: central, diverse and readable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from cxnlp.metrics.phrases import find_phrases

if TYPE_CHECKING:
    from cxnlp.insights.data import InsightData
    from cxnlp.insights.finding import Where

N_SHOWN = 3
MAX_CANDIDATES = 20_000
READABLE_WORDS = (8, 60)

# Each text picked is one of this many, and speaks for this many; both drawn by chance from more.
_N_CONSIDERED = 400
_N_SPOKEN_FOR = 1_500
_FEW = 200  # of more texts, words that stand in one alone are left out
_TOO_ALIKE = 0.9  # cosine; a copy with a word changed
Ints = npt.NDArray[np.int64]

_SPACE = re.compile(r"\W+")


def exemplars(texts: Sequence[str], *, k: int = N_SHOWN, seed: int = 0) -> tuple[int, ...]:
    """Return the positions of the `k` texts that best stand for all of them, the best first.

    A text is covered as far as it is like the nearest text picked: their cosine on TF-IDF of words.
    Picking what adds most cover, again and again (facility location; Nemhauser, Wolsey & Fisher,
    1978), takes one from the middle of each large group, and no two alike. Texts of 8 to 60 words
    are preferred over shorter and longer ones. Of many texts, a sample drawn by the seed is used.

    :returns: fewer than `k` where there are fewer different texts that say something.

    >>> exemplars(["Late bus again", "Nice view", "The bus was late again"], k=1)
    (2,)
    """
    distinct = _distinct(texts)
    if not distinct or k < 1:
        return ()
    rng = np.random.default_rng(seed)
    readable = np.array([_readability(len(texts[i].split())) for i in distinct])
    best = np.flatnonzero(readable == readable.max())
    others = np.flatnonzero(readable < readable.max())
    # Others are considered only where the readable ones are few.
    considered = _drawn(best, _N_CONSIDERED, rng)
    considered = np.concatenate([considered, _drawn(others, _N_CONSIDERED - len(considered), rng)])
    spoken_for = _drawn(np.arange(len(distinct)), _N_SPOKEN_FOR, rng)
    used = np.union1d(considered, spoken_for)
    vectors = _unit_vectors([texts[distinct[i]] for i in used])
    of_considered = vectors[np.searchsorted(used, considered)]
    alike = (vectors[np.searchsorted(used, spoken_for)] @ of_considered.T).toarray()
    among = (of_considered @ of_considered.T).toarray()
    picked: list[int] = []
    covered = np.zeros(len(spoken_for))
    allowed = np.ones(len(considered), dtype=bool)
    while len(picked) < k and allowed.any():
        gain = np.maximum(alike - covered[:, None], 0.0).sum(axis=0) * readable[considered]
        # Where nothing more can be covered, the most readable is as good as any.
        gain = np.where(allowed, gain + 1e-9 * readable[considered], -1.0)
        j = int(np.argmax(gain))
        picked.append(int(considered[j]))
        covered = np.maximum(covered, alike[:, j])
        allowed &= among[:, j] < _TOO_ALIKE
        allowed[j] = False
    return tuple(distinct[i] for i in picked)


def evidence_rows(
    data: InsightData,
    where: Where,
    *,
    group_column: str | None = None,
    k: int = N_SHOWN,
    seed: int = 0,
) -> tuple[int, ...]:
    """Return the file rows of the comments that show best what is said of a part of the data.

    A sentiment is that of the topic where one is named, else that of the comment.

    :param group_column: the column or segment that `where.group` is a value of.
    """
    from cxnlp.insights.comments import read_matching

    rows, texts = read_matching(
        data, where, group_column=group_column, limit=MAX_CANDIDATES, seed=seed
    )
    return tuple(rows[i] for i in exemplars(texts, k=k, seed=seed))


def _distinct(texts: Sequence[str]) -> list[int]:
    """Return the positions of texts that say something, of equal ones the first."""
    first: dict[str, int] = {}
    for i, text in enumerate(texts):
        plain = _SPACE.sub(" ", text).strip().casefold()
        if plain:
            first.setdefault(plain, i)
    return list(first.values())


def _readability(n_words: int) -> float:
    """Return 1 within the readable length, falling to .2 below and to .1 far above it."""
    fewest, most = READABLE_WORDS
    if n_words < fewest:
        return 0.2 + 0.7 * n_words / fewest
    return 1.0 if n_words <= most else max(0.1, 0.9 * most / n_words)


def _drawn(places: Ints, most: int, rng: np.random.Generator) -> Ints:
    if len(places) <= max(most, 0):
        return places
    return np.sort(rng.choice(places, size=max(most, 0), replace=False))


def _unit_vectors(texts: Sequence[str]) -> csr_matrix:
    """Return TF-IDF of words, one row of length 1 per text (0 where it has no word)."""
    from sklearn.preprocessing import normalize

    said = find_phrases(texts, min_texts=2 if len(texts) > _FEW else 1, max_words=1).said
    spread = np.log(1 + len(texts) / np.maximum(np.asarray(said.sum(axis=0)).ravel(), 1))
    return csr_matrix(normalize(csr_matrix(said.multiply(spread))))
