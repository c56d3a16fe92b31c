from __future__ import annotations

import numpy as np
import pytest

from cxnlp.insights.label_order import closeness, doubt_of_topics, order_by_worth


def test_doubt_by_hand() -> None:
    rows = np.array([[1.0, 0.0, 0.0], [1 / 3, 1 / 3, 1 / 3], [0.5, 0.1, 0.4]])
    assert closeness(rows) == pytest.approx([0.0, 1.0, 0.9])
    topics = [[{"score": 0.99}, {"score": 0.6}], [{"score": 1.0}], []]
    assert doubt_of_topics(topics) == pytest.approx([0.8, 0.0, 0.5])


def test_the_doubtful_come_first_and_apart() -> None:
    generator = np.random.default_rng(3)
    # Four tight heaps of 50, and one heap of which the model is sure.
    centres = 10 * np.eye(5)
    vectors = np.repeat(centres, 50, axis=0) + generator.normal(0, 0.01, (250, 5))
    doubt = np.repeat([0.9, 0.9, 0.9, 0.9, 0.01], 50)
    for seed in range(20):
        order = order_by_worth(vectors, doubt, 4, generator=np.random.default_rng(seed))
        assert sorted(place // 50 for place in order) == [0, 1, 2, 3]


def test_the_beginning_of_a_larger_order_is_the_smaller_one_and_nothing_twice() -> None:
    vectors = np.random.default_rng(0).normal(size=(60, 8))
    doubt = np.linspace(0, 1, 60)
    orders = [
        order_by_worth(vectors, doubt, n, generator=np.random.default_rng(7)) for n in (10, 60, 99)
    ]
    assert orders[0].tolist() == orders[1][:10].tolist()
    assert sorted(orders[1]) == list(range(60))
    assert orders[2].tolist() == orders[1].tolist()


def test_equal_and_sure_texts_are_drawn_all_the_same() -> None:
    order = order_by_worth(np.ones((5, 3)), np.zeros(5), 5, generator=np.random.default_rng(0))
    assert sorted(order) == [0, 1, 2, 3, 4]
