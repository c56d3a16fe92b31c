"""The cube: coarser cells are sums of finer ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from cxnlp.journey.cube import KEYS, build_cube
from cxnlp.journey.scored import open_scored

Make = Callable[..., dict[str, Any]]


@pytest.fixture
def rows(comment: Make, answer: Make) -> list[dict[str, Any]]:
    labels = ("price_value", "food_drink", "website_app")
    return [
        comment(
            ("negative", "positive", "neutral")[i % 3],
            touchpoint=("shop", "web")[i % 2],
            occurred_at=dt.datetime(2021, 1 + i % 5, 3, tzinfo=dt.UTC),
            satisfaction=1 + i % 4 + 0.25,
            emotions=[{"label": ("joy", "anger")[i % 2], "score": 0.9}],
            topics=[
                {"label": label, "score": 0.9, "sentiment": ("positive", "negative")[i % 2]}
                for label in labels[: i % 4]
            ],
            responses=[answer(i % 11), answer(1 + i % 5, "csat")],
        )
        for i in range(60)
    ]


def _sorted(table: pa.Table) -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=str)


def test_rolling_up_equals_asking_the_data_again(
    rows: list[dict[str, Any]], write_scored: Callable[..., Path]
) -> None:
    opened = open_scored(write_scored(rows))
    months, years = (build_cube(opened.table, period=p) for p in ("month", "year"))
    keys = ("touchpoint", "stage")
    fine, coarse = months.rolled_up(*keys), years.rolled_up(*keys)
    for name in ("documents", "answers", "emotions", "topics"):
        assert _sorted(getattr(fine, name)) == _sorted(getattr(coarse, name))
    assert fine.documents.num_rows == 2


def test_sums_are_those_of_the_rows(
    rows: list[dict[str, Any]], write_scored: Callable[..., Path]
) -> None:
    cube = build_cube(open_scored(write_scored(rows)).table, period="month").rolled_up()
    (documents,) = cube.documents.to_pylist()
    assert documents["n"] == 60
    assert documents["s"] == pytest.approx(sum(row["satisfaction"] for row in rows))
    assert documents["ss"] == pytest.approx(sum(row["satisfaction"] ** 2 for row in rows))
    nps = [row for row in cube.answers.to_pylist() if row["metric"] == "nps"]
    assert {row["bucket"]: row["n"] for row in nps} == {
        rating: len(range(rating, 60, 11)) for rating in range(11)
    }
    assert {row["emotion"]: row["n"] for row in cube.emotions.to_pylist()} == {
        "joy": 30, "anger": 30,
    }  # fmt: skip
    topics = {row["topic"]: row for row in cube.topics.to_pylist()}
    assert topics["price_value"]["n"] == 45
    assert topics["website_app"]["x"] == -15  # of i = 3, 7, 11 ..., all odd


def test_the_grain_is_the_keys(
    rows: list[dict[str, Any]], write_scored: Callable[..., Path]
) -> None:
    cube = build_cube(open_scored(write_scored(rows)).table, period="month")
    documents = cube.documents
    cells = {tuple(row[key] for key in KEYS) for row in documents.to_pylist()}
    assert len(cells) == documents.num_rows == 10
