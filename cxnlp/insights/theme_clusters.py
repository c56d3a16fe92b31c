"""Key words of what sentences may speak of, from clusters that are yet to be tested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix, csr_matrix

from cxnlp.metrics.co_occurrence import Together, said_together
from cxnlp.metrics.phrases import find_phrases

LIFT = 2.5  # times as many sentences with two key words as chance has

_CLUSTERS = (3, 6, 12, 24, 48)  # coarse to fine: how many matters there are is not known
_DIMENSIONS = 50
_MAX_KEYS = 8
_MAX_JOINED = 16  # of clusters that are one matter
_KEY_SHARE = 0.15  # of a cluster's sentences that say a key word

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Keys = tuple[int, ...]  # columns of key words


def key_words(
    phrases: csr_matrix, words: csr_matrix, n_words: Ints, rates: Floats, *, seed: int
) -> list[Keys]:
    """Return the key words of clusters of sentences, as columns of `words`; at least two a cluster.

    TF-IDF of phrases, truncated SVD and k-means, for few and for many clusters. A cluster's key
    words are those that most of all are said in it and not elsewhere (class TF-IDF; Grootendorst,
    2022). Clusters that share two of them become one. There are clusters in anything: whether they
    mean something is for other sentences to tell.

    :param phrases: [sentences, phrases] and `words` [sentences, words], 1 where it is said.
    :param n_words: [sentences] how many words each has.
    :param rates: [words] how often each is said, per word, by anybody.
    """
    clusterings = _clusterings(phrases, seed=seed)
    candidates = [
        keys for clusters in clusterings for keys in _keys_of(words, n_words, rates, clusters)
    ]
    return _joined(candidates, words.tocsc(), n_words, rates)


def _joined(
    candidates: Iterable[Keys], said: csc_matrix, n_words: Ints, rates: Floats
) -> list[Keys]:
    """Return sets of key words, those that share two words as one where they go together too."""

    def test(keys: Keys) -> Together:
        return together(said, keys, n_words, rates)

    def shortfall(tested: tuple[Keys, Together]) -> float:
        return tested[1].expected - tested[1].observed

    distinct = {frozenset(keys): keys for keys in candidates}.values()
    kept: list[Keys] = []
    for keys, tested in sorted(((k, test(k)) for k in distinct), key=shortfall):
        if tested.observed < LIFT * tested.expected:
            continue
        alike = [i for i, other in enumerate(kept) if len({*keys} & {*other}) >= 2]
        if not alike:
            kept.append(keys)
        for i in alike[:1]:
            both = tuple(dict.fromkeys((*kept[i], *keys)))
            union = test(both)
            if len(both) <= _MAX_JOINED and union.observed >= LIFT * union.expected:
                kept[i] = both
    return kept


def _clusterings(said: csr_matrix, *, seed: int) -> Iterator[Ints]:
    """Yield the k-means cluster of each sentence, for few and for many clusters."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    n, n_phrases = said.shape
    spread = np.log(1 + n / np.maximum(np.asarray(said.sum(axis=0)).ravel(), 1))
    vectors = normalize(csr_matrix(said.multiply(spread)))
    dimensions = min(_DIMENSIONS, n_phrases - 1, n - 1)
    if dimensions < 2:
        return
    svd = TruncatedSVD(dimensions, n_iter=2, random_state=seed)
    vectors = normalize(svd.fit_transform(vectors))
    n_distinct = len(np.unique(np.round(vectors, 6), axis=0))
    for k in _CLUSTERS:
        if k < min(n_distinct, n // 4):
            yield KMeans(k, n_init=1, max_iter=30, random_state=seed).fit_predict(vectors)


def rates_of(words: Sequence[str], background: Sequence[str]) -> Floats:
    """Return how often each word is said, per word of the background; at least once in all."""
    found = find_phrases(background, min_texts=1, max_words=1)
    counts = np.asarray(found.said.sum(axis=0)).ravel()
    place = {name: i for i, name in enumerate(found.names)}
    own = [max(int(counts[place[word]]), 1) if word in place else 1 for word in words]
    return np.asarray(own, dtype=np.float64) / max(int(counts.sum()), 1)


def together(said: csc_matrix, keys: Sequence[int], n_words: Ints, rates: Floats) -> Together:
    """Return how many sentences say two key words or more, and how many would by chance."""
    columns = list(keys)
    return said_together(said[:, columns].toarray(), n_words, rates=rates[columns])


def _keys_of(said: csr_matrix, n_words: Ints, rates: Floats, clusters: Ints) -> Iterator[Keys]:
    """Yield the columns of the words that tell each cluster from the rest, at least two each."""
    for cluster in np.unique(clusters):
        own = np.flatnonzero(clusters == cluster)
        counts = np.asarray(said[own].sum(axis=0)).ravel()
        within = counts / len(own)
        expected = rates * n_words[own].mean()
        # More often here than elsewhere, and in more than one or two of them.
        usable = (within >= _KEY_SHARE) & (counts >= 3) & (within > 2 * expected)
        ranked = np.argsort(-within * np.log(1 + 1 / expected), kind="stable")
        keys = [int(i) for i in ranked if usable[i]][:_MAX_KEYS]
        if len(keys) >= 2:
            yield tuple(keys)
