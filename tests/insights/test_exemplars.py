from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxnlp.insights.data import InsightData
from cxnlp.insights.exemplars import evidence_rows, exemplars
from cxnlp.insights.finding import Where

WAITING = [
    "We had to wait far too long for the doctor to see us",
    "The wait for the doctor was far too long for all of us",
    "A long wait for the doctor, far too long if you ask me",
    "Had to wait so long for a doctor that we nearly went home",
]
PARKING = [
    "The parking bay was full and there was nowhere else to leave the car",
    "No space in the parking bay, so I had to leave the car far away",
    "Parking is a nightmare, the bay was full when I brought the car",
]
ODD = "My aunt once kept bees in Devon and sold honey at fairs"


def test_takes_the_middle_of_the_largest_group() -> None:
    texts = [*WAITING, ODD]
    (first,) = exemplars(texts, k=1)
    assert first < len(WAITING)


def test_the_second_is_about_something_else() -> None:
    texts = [*WAITING, *PARKING, ODD]
    first, second = exemplars(texts, k=2)
    assert (first < len(WAITING)) != (second < len(WAITING))
    assert ODD not in (texts[first], texts[second])


def test_the_longest_is_not_the_best() -> None:
    ramble = " ".join([*WAITING, *PARKING] * 4)
    texts = [ramble, *WAITING, "Long wait"]
    (first,) = exemplars(texts, k=1)
    assert 8 <= len(texts[first].split()) <= 60


def test_copies_are_shown_once() -> None:
    texts = [WAITING[0], WAITING[0].upper() + "!", "  " + WAITING[0], PARKING[0]]
    chosen = exemplars(texts, k=3)
    assert sorted(chosen) == [0, 3]


def test_covers_more_than_texts_drawn_at_random() -> None:
    # The oracle is the definition: total cosine of every text to the nearest one picked.
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [*WAITING, *PARKING, ODD, "The nurse was kind to my son while we were waiting there"]
    alike = TfidfVectorizer().fit_transform(texts)
    cosine = (alike @ alike.T).toarray()

    def cover(chosen: tuple[int, ...]) -> float:
        return float(cosine[:, list(chosen)].max(axis=1).sum())

    rng = random.Random(1)
    drawn = [cover(tuple(rng.sample(range(len(texts)), 2))) for _ in range(60)]
    assert cover(exemplars(texts, k=2)) > sum(drawn) / len(drawn) + 0.3


@pytest.mark.parametrize("texts", [[], [""], ["   ", "!!"], ["\x00"]])
def test_nothing_said_is_nothing_shown(texts: list[str]) -> None:
    assert exemplars(texts) == ()


def test_one_text_is_its_own_example() -> None:
    assert exemplars(["Fine"], k=3) == (0,)
    assert exemplars(["Fine"], k=0) == ()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([*WAITING, *PARKING, ODD, "", "ok"]), max_size=12), st.integers(0, 4)
)
def test_picks_are_different_texts(texts: list[str], k: int) -> None:
    chosen = exemplars(texts, k=k)
    assert len(chosen) <= k
    assert len({texts[i] for i in chosen}) == len(chosen)
    assert chosen == exemplars(texts, k=k)
    assert all(texts[i] for i in chosen)


def test_quick_on_many() -> None:
    rng = random.Random(2)
    words = [*" ".join([*WAITING, *PARKING, ODD]).split(), *(f"word{i}x" for i in range(400))]
    texts = [" ".join(rng.choices(words, k=rng.randint(3, 60))) for _ in range(20_000)]
    start = time.process_time()
    assert len(exemplars(texts, k=3)) == 3
    assert time.process_time() - start < 5  # about .4 s on one core


@pytest.mark.parametrize(
    "where",
    [
        Where(touchpoint="delivery"),
        Where(stage="order"),
        Where(period="2024-Q4", touchpoint="support"),
        Where(topic="staff_service", sentiment="negative"),
        Where(sentiment="positive"),
    ],
)
def test_evidence_comes_from_where_it_is_said_of(planted_data: InsightData, where: Where) -> None:
    rows = evidence_rows(planted_data, where)
    assert len(rows) == 3
    for verbatim in planted_data.texts(rows):
        assert where.touchpoint in (None, verbatim.touchpoint)
        if where.stage is not None:
            assert verbatim.touchpoint in ("web", "shop")
        if where.period is not None:
            assert verbatim.occurred_at is not None
            assert (verbatim.occurred_at.year, (verbatim.occurred_at.month + 2) // 3) == (2024, 4)
        if where.topic is None:
            assert where.sentiment in (None, verbatim.sentiment)
        else:
            assert where.topic in verbatim.topics


def test_evidence_of_a_group_needs_its_column(planted_data: InsightData) -> None:
    assert evidence_rows(planted_data, Where(group="north")) == ()
    assert len(evidence_rows(planted_data, Where(group="north"), group_column="region")) == 3
    assert len(evidence_rows(planted_data, Where(group="app"))) == 3  # a channel
    assert evidence_rows(planted_data, Where(touchpoint="nowhere")) == ()
