from __future__ import annotations

from dataclasses import replace

import numpy as np

from cxnlp.topics.cross_validate import Examples, _folds, cross_validate
from cxnlp.topics.definition import OwnTopic
from cxnlp.topics.quality import TopicQuality, judge, most_confused
from cxnlp.topics.vectors import TextVectors


def _examples(middles: np.ndarray, sizes: list[int], *, noise: float, seed: int = 0) -> Examples:
    """Texts around the middles; the last size is of texts about none, around zero."""
    rng = np.random.default_rng(seed)
    number = np.repeat(np.arange(len(sizes)), sizes)
    all_middles = np.vstack([middles, np.zeros_like(middles[:1])])
    rows = all_middles[number] + noise * rng.normal(size=(len(number), middles.shape[1]))
    return Examples(
        vectors=TextVectors(rows=rows.astype(np.float32), firsts=np.arange(len(number))),
        labels=np.eye(len(sizes), dtype=bool)[number][:, :-1],
        groups=np.arange(len(number)),
        described=middles.astype(np.float32),
    )


TOPICS = tuple(OwnTopic(label=n, name=n.upper(), description="") for n in ("a", "b", "c"))


def _judged(examples: Examples) -> dict[str, TopicQuality]:
    found = cross_validate(examples)
    return {quality.label: quality for quality in judge(TOPICS, examples, found)}


def test_what_lies_apart_is_found_and_usable() -> None:
    found = _judged(_examples(4 * np.eye(3, 8), [20, 20, 20, 100], noise=0.5))
    assert all(q.warning is None and q.recall >= 0.9 for q in found.values())
    assert all((q.precision or 0) >= 0.9 for q in found.values())


def test_two_topics_that_are_one_are_named() -> None:
    middles = 4 * np.eye(3, 8)
    middles[1] = middles[0]
    examples = _examples(middles, [20, 20, 20, 100], noise=0.5)
    found = _judged(examples)
    assert "not told apart from 'B'" in (found["a"].warning or "")
    assert found["b"].confused_with == "a"
    assert found["c"].warning is None
    pair = most_confused(TOPICS, examples, cross_validate(examples))
    assert pair is not None
    assert {pair.first, pair.second} == {"A", "B"}


def test_what_is_like_unrelated_texts_is_not_usable() -> None:
    middles = 4 * np.eye(3, 8)
    middles[2] = 0
    found = _judged(_examples(middles, [20, 20, 20, 100], noise=0.5))
    assert found["c"].warning is not None
    assert found["a"].warning is None


def test_few_different_examples_are_said() -> None:
    examples = _examples(4 * np.eye(3, 8), [5, 20, 20, 100], noise=0.3)
    assert "too few: 5 examples" in (_judged(examples)["a"].warning or "")


def test_near_duplicates_are_in_one_fold_and_topics_in_all() -> None:
    examples = replace(
        _examples(4 * np.eye(3, 8), [20, 20, 20, 100], noise=0.5), groups=np.arange(160) // 2
    )
    folds = _folds(examples, seed=0)
    assert np.array_equal(folds[::2], folds[1::2])
    for topic in range(3):
        assert set(folds[examples.labels[:, topic]]) == set(range(5))


def test_a_sentence_about_a_topic_makes_its_text_about_it() -> None:
    vectors = TextVectors(rows=np.zeros((3, 2), np.float32), firsts=np.array([0, 2]))
    scores = np.array([[0.1], [0.8], [0.2]], dtype=np.float32)
    assert np.allclose(vectors.highest(scores), [[0.8], [0.2]])
