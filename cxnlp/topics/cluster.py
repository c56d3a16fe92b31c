"""Find what sentences speak of together, by their vectors, and name it by their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxnlp.metrics.phrases import Phrases, find_phrases

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

MIN_SENTENCES = 6  # different ones, of a cluster
_DIMENSIONS = 50
_CLUSTERS_A_TOPIC = 4  # more than are asked for: most clusters of sentences are about nothing
_NAMED_SHARE = 0.25  # of a cluster's sentences that say its name
_LIFT = 3.0  # times as often as the others say it
_ALIKE = 0.75  # cosine of two clusters' middles that are one matter
_MAX_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Sentences that are alike."""

    phrases: tuple[str, ...]  # that name it, the most telling first
    members: tuple[int, ...]  # places of its sentences, the most typical first
    cohesion: float  # mean cosine of its sentences and their middle


def cluster_sentences(
    texts: Sequence[str],
    vectors: Floats,
    *,
    n_clusters: int,
    without: frozenset[str] = frozenset(),
    seed: int = 0,
) -> tuple[Cluster, ...]:
    """Return clusters that have a name and hold together, the largest first.

    k-means of the vectors' main components makes clusters of anything. One counts where a quarter
    of its sentences say one phrase that others say a third as often at most.

    :param texts: different ones; a sentence that is said many times is a form.
    :param vectors: (sentences, width), as `cxnlp.topics.vectors` gives them.
    :param without: words that no name is made of.
    """
    from sklearn.cluster import KMeans

    if len(texts) < 2 * MIN_SENTENCES:
        return ()
    found = find_phrases([t.casefold() for t in texts], min_texts=3, max_words=2, without=without)
    if not found.names:
        return ()
    points = _components(vectors, seed=seed)
    n = max(2, min(_CLUSTERS_A_TOPIC * n_clusters, len(texts) // MIN_SENTENCES))
    number = KMeans(n, n_init=3, random_state=seed).fit_predict(points)
    parts = [np.flatnonzero(number == k) for k in range(n)]
    clusters = [
        _cluster(own, points, found) for own in _joined(parts, points) if len(own) >= MIN_SENTENCES
    ]
    named = sorted(
        (c for c in clusters if c is not None),
        key=lambda c: (-len(c.members) * c.cohesion, c.phrases),
    )
    return _distinct(named)[:n_clusters]


def _components(vectors: Floats, *, seed: int) -> Floats:
    """Return the sentences in few dimensions, each of length 1."""
    from sklearn.decomposition import PCA

    n = min(_DIMENSIONS, len(vectors) - 1, vectors.shape[1])
    points = PCA(n, random_state=seed).fit_transform(vectors)
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(points / np.maximum(lengths, 1e-9), dtype=np.float32)


def _joined(parts: Sequence[Ints], points: Floats) -> list[Ints]:
    """Return the clusters, those with almost one middle as one."""
    left = sorted((own for own in parts if len(own)), key=len, reverse=True)
    made: list[Ints] = []
    for own in left:
        middle = _unit(points[own].mean(axis=0))
        for place, other in enumerate(made):
            if float(middle @ _unit(points[other].mean(axis=0))) >= _ALIKE:
                made[place] = np.concatenate([other, own])
                break
        else:
            made.append(own)
    return made


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), dtype=np.float32)


def _cluster(own: Ints, points: Floats, found: Phrases) -> Cluster | None:
    names = _names(own, found)
    if not names:
        return None
    near = points[own] @ _unit(points[own].mean(axis=0))
    order = own[np.argsort(-near, kind="stable")]
    return Cluster(phrases=names, members=tuple(int(i) for i in order), cohesion=float(near.mean()))


def _names(own: Ints, found: Phrases) -> tuple[str, ...]:
    """Return phrases that tell these sentences from the others (class TF-IDF), the best first."""
    total = np.asarray(found.said.sum(axis=0)).ravel()
    counts = np.asarray(found.said[own].sum(axis=0)).ravel()
    n_others = max(found.said.shape[0] - len(own), 1)
    within, elsewhere = counts / len(own), (total - counts + 1) / n_others
    telling = within * np.log(1 + within / elsewhere)
    # A longer phrase that is said almost as often says more.
    telling *= np.where(np.asarray(found.n_words) > 1, 1.5, 1.0)
    chosen: list[int] = []
    for place in np.argsort(-telling, kind="stable").tolist():
        usable = counts[place] >= 3 and within[place] >= _LIFT * elsewhere[place]
        own_words = set(found.names[place].split())
        if usable and all(own_words.isdisjoint(found.names[c].split()) for c in chosen):
            chosen.append(place)
        if len(chosen) == _MAX_WORDS:
            break
    if not chosen or max(within[place] for place in chosen) < _NAMED_SHARE:
        return ()
    return tuple(found.names[place] for place in chosen)


def _distinct(clusters: Sequence[Cluster]) -> tuple[Cluster, ...]:
    """Return clusters of which no two have one name, the first of each."""
    kept: dict[str, Cluster] = {}
    for cluster in clusters:
        kept.setdefault(cluster.phrases[0], cluster)
    return tuple(kept.values())
