"""Key words of what sentences may speak of, from clusters that are yet to be tested."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix, csr_matrix

from cxnlp.metrics.co_occurrence import Together, said_together
from cxnlp.metrics.phrases import find_phrases

LIFT = 2.5  # times as many sentences with two key words as chance has

_CLUSTERS = (2, 3, 6, 12, 24, 48)  # coarse to fine: how many matters there are is not known
_DIMENSIONS = 50
_MAX_KEYS = 8
_MAX_JOINED = 16  # of clusters that are one matter
_HUB_SHARE = 0.6  # of a theme's sentences that say its commonest word
_KEY_SHARE = 0.15  # of a cluster's sentences that say a key word

_SENTENCE_END = re.compile(r"\s*[.!?\n]+(?:\s+|$)|^\s+")

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Keys = tuple[int, ...]  # columns of key words


def halves(said: csr_matrix, *, seed: int) -> tuple[Ints, Ints]:
    """Split the sentences that say any word in two, evenly among those with one rarest word.

    Evening out one word leaves open whether others stand beside it, which is what is tested.

    :param said: [sentences, words], 1 where it is said.
    """
    saying = np.flatnonzero(np.diff(said.indptr) > 0)
    frequency = np.asarray(said.sum(axis=0)).ravel()
    rank = np.empty(len(frequency), dtype=np.int64)
    rank[np.argsort(frequency, kind="stable")] = np.arange(len(frequency))
    luck = np.random.default_rng(seed).permutation(len(saying))
    if not saying.size:
        return saying, saying
    rarest = np.minimum.reduceat(rank[said.indices], said.indptr[:-1][saying])
    order = saying[np.lexsort((luck, rarest))]
    return np.sort(order[::2]), np.sort(order[1::2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How sentences other than the clustered ones use words."""

    said: csc_matrix  # [sentences, words], 1 where it is said
    n_words: Ints  # [sentences], of whatever words

    def rates(self) -> Floats:
        """Return how often each word is said, per word; at least once in all."""
        counts = np.asarray(self.said.sum(axis=0)).ravel() + 1
        return np.asarray(counts / max(int(self.n_words.sum()), 1), dtype=np.float64)

    def rates_apart(self, columns: Sequence[int]) -> Floats:
        """Return how often each of some words is said where none of the others is, per word.

        Where words fall at random this is how often they are said anywhere. Where they belong
        together, what speaks of their theme would make each look common by itself.
        """
        says = self.said[:, list(columns)].toarray() > 0
        n_keys = says.sum(axis=1)
        rates = []
        for own in says.T:
            without_others = n_keys - own == 0
            n_words = int(self.n_words[without_others].sum())
            rates.append((int((own & without_others).sum()) + 1) / max(n_words, 1))
        return np.asarray(rates, dtype=np.float64)


def key_words(
    phrases: csr_matrix,
    words: csr_matrix,
    n_words: Ints,
    usage: Usage,
    *,
    n_times: Ints,
    seed: int,
) -> dict[Keys, int]:
    """Return the key words of clusters of sentences, and how often sentences with two were written.

    TF-IDF of phrases, truncated SVD and k-means, for few and for many clusters. A cluster's key
    words are those that most of all are said in it and not elsewhere (class TF-IDF; Grootendorst,
    2022). A cluster counts only where most of its sentences say one and the same key word; those
    that share two become one. There are clusters in anything: whether they mean something is for
    other sentences to tell.

    Key words are columns of `words`, at least two.

    :param phrases: [sentences, phrases] and `words` [sentences, words], 1 where it is said.
    :param n_words: [sentences] how many words each has.
    :param n_times: [sentences] how often each was written.
    :param usage: of each of `words`, by anybody.
    """
    clusterings = _clusterings(phrases, n_times, seed=seed)
    candidates = [
        keys for clusters in clusterings for keys in _keys_of(words, n_words, usage, clusters)
    ]
    columns = words.tocsc()
    return {
        keys: int(n_times[np.asarray(columns[:, list(keys)].sum(axis=1)).ravel() >= 2].sum())
        for keys in _joined(candidates, columns, n_words, usage)
    }


def _joined(
    candidates: Iterable[Keys], said: csc_matrix, n_words: Ints, usage: Usage
) -> list[Keys]:
    """Return sets of key words, those that share two words as one where they go together too."""

    def test(keys: Keys) -> Together:
        return together(said, keys, n_words, usage)

    def shortfall(tested: tuple[Keys, Together]) -> float:
        return tested[1].expected - tested[1].observed

    distinct = {frozenset(keys): keys for keys in candidates}.values()
    kept: list[Keys] = []
    for keys, found in sorted(((k, test(k)) for k in distinct), key=shortfall):
        if not _stands(said, keys, found):
            continue
        alike = [i for i, other in enumerate(kept) if len({*keys} & {*other}) >= 2]
        if not alike:
            kept.append(keys)
        for i in alike[:1]:
            both = tuple(dict.fromkeys((*kept[i], *keys)))
            if len(both) <= _MAX_JOINED and _stands(said, both, test(both)):
                kept[i] = both
    return kept


def held_back_tests(
    matters: Mapping[Keys, int], said: csc_matrix, n_words: Ints, usage: Usage
) -> Iterator[tuple[Keys, Together, float]]:
    """Yield key words with their test on held-back sentences, and its p-value among all.

    The weight of a test is how often its sentences of the other half were written, which says
    nothing of the half that it is tested on (weighted Bonferroni; Genovese, Roeder & Wasserman,
    2006).

    :param matters: as `key_words` returns them; the others of held-back sentences.
    """
    total = sum(matters.values())
    for keys, n_times in matters.items():
        test = together(said, keys, n_words, usage)
        yield keys, test, min(1.0, test.p_value * total / n_times)


def _clusterings(said: csr_matrix, n_times: Ints, *, seed: int) -> Iterator[Ints]:
    """Yield the k-means cluster of each sentence, for few and for many clusters."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    n, n_phrases = said.shape
    dimensions = min(_DIMENSIONS, n_phrases - 1, n - 1)
    if dimensions < 2:
        return
    spread = np.log(1 + n / np.maximum(np.asarray(said.sum(axis=0)).ravel(), 1))
    vectors = normalize(csr_matrix(said.multiply(spread)))
    svd = TruncatedSVD(dimensions, n_iter=2, random_state=seed)
    vectors = normalize(svd.fit_transform(vectors))
    n_distinct = len(np.unique(np.round(vectors, 6), axis=0))
    for k in _CLUSTERS:
        if k <= min(n_distinct, n // 2):
            means = KMeans(k, n_init=1, max_iter=30, random_state=seed)
            yield means.fit_predict(vectors, sample_weight=n_times)


def _stands(said: csc_matrix, keys: Keys, tested: Together) -> bool:
    """Tell whether key words go together, and most sentences that say two say one and the same."""
    says = said[:, list(keys)].toarray()
    own = says[says.sum(axis=1) >= 2]
    if tested.observed < max(LIFT * tested.expected, 1):
        return False
    return bool(own.mean(axis=0).max() >= _HUB_SHARE)


def usage_of(
    words: Sequence[str], background: Sequence[str], *, besides: Sequence[str] = ()
) -> Usage:
    """Return how the sentences of the background, besides some, use words.

    A sentence that is said many times counts once, as it does among those that are clustered.
    """
    found = find_phrases(
        sorted(_sentences(background) - _sentences(besides)), min_texts=1, max_words=1
    )
    place = {name: i for i, name in enumerate(found.names)}
    known = [j for j, word in enumerate(words) if word in place]
    own = found.said[:, [place[words[j]] for j in known]].tocoo()
    shape = (found.said.shape[0], len(words))
    said = csc_matrix((own.data, (own.row, np.asarray(known, dtype=np.int64)[own.col])), shape)
    return Usage(said=said, n_words=np.asarray(found.said.sum(axis=1)).ravel())


def _sentences(texts: Sequence[str]) -> set[str]:
    parts = {part for text in texts for part in _SENTENCE_END.split(text.casefold())}
    return parts - {""}


def together(said: csc_matrix, keys: Sequence[int], n_words: Ints, usage: Usage) -> Together:
    """Return how many sentences say two key words or more, and how many would by chance."""
    columns = list(keys)
    return said_together(said[:, columns].toarray(), n_words, rates=usage.rates_apart(columns))


def _keys_of(said: csr_matrix, n_words: Ints, usage: Usage, clusters: Ints) -> Iterator[Keys]:
    """Yield the columns of the words that tell each cluster from the rest, at least two each."""
    for cluster in np.unique(clusters):
        own = np.flatnonzero(clusters == cluster)
        counts = np.asarray(said[own].sum(axis=0)).ravel()
        within = counts / len(own)
        expected = usage.rates() * n_words[own].mean()
        # More often here than elsewhere, and not in one sentence alone.
        usable = (within >= _KEY_SHARE) & (counts >= 2) & (within > 2 * expected)
        ranked = np.argsort(-within * np.log(1 + 1 / expected), kind="stable")
        keys = [int(i) for i in ranked if usable[i]][:_MAX_KEYS]
        if len(keys) >= 2:
            yield tuple(keys)
