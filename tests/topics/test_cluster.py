from __future__ import annotations

import numpy as np

from cxnlp.topics.cluster import cluster_sentences


def _sentences(seed: int = 0) -> tuple[list[str], np.ndarray]:
    rng = np.random.default_rng(seed)
    words = [f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(400)]
    texts, vectors = [], []
    for number in range(120):
        topic = number % 3  # two matters, and texts about nothing together
        some = " ".join(rng.choice(words, 4))
        texts.append(f"{('parking space', 'loyalty points', '')[topic]} {some}".strip())
        middle = np.zeros(20)
        if topic < 2:
            middle[topic] = 4
        vectors.append(middle + (0.3 if topic < 2 else 1.0) * rng.normal(size=20))
    return texts, np.asarray(vectors, dtype=np.float32)


def test_what_goes_together_is_named_by_its_words() -> None:
    texts, vectors = _sentences()
    found = cluster_sentences(texts, vectors, n_clusters=5)
    assert {cluster.phrases[0] for cluster in found} == {"parking space", "loyalty points"}
    for cluster in found:
        own = [cluster.phrases[0] in texts[i] for i in cluster.members]
        assert np.mean(own) > 0.9
    assert cluster_sentences(texts, vectors, n_clusters=5) == found


def test_what_has_nothing_in_common_makes_no_topic() -> None:
    rng = np.random.default_rng(1)
    words = [f"w{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(500)]
    texts = [" ".join(rng.choice(words, 5)) for _ in range(80)]
    vectors = rng.normal(size=(80, 20)).astype(np.float32)
    assert cluster_sentences(texts, vectors, n_clusters=5) == ()


def test_a_few_sentences_make_none() -> None:
    assert cluster_sentences(["a b"] * 3, np.zeros((3, 4), np.float32), n_clusters=2) == ()
