"""Scored files for the tests of insights: made by hand, and with planted truths."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cxnlp.insights.data import InsightData
from tests.insights.planted import Planted, Row, plant, write_rows


@pytest.fixture
def write_scored(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes rows as a scored file in the test's own folder."""

    def write(rows: list[Row], *, name: str = "scored.parquet", **options: Any) -> Path:
        return write_rows(tmp_path / name, rows, **options)

    return write


@pytest.fixture
def scored_row() -> Callable[..., Row]:
    """Return a function that makes one row of a scored file; it answers nothing."""

    def make(number: int = 0, *, sentiment: str | None = "positive", **fields: Any) -> Row:
        value = {"positive": 1.0, "negative": -1.0}.get(sentiment or "", 0.0)
        row: Row = {
            "interaction_id": f"row {number}",
            "source": "feedback.csv",
            "occurred_at": dt.datetime(2024, 1, 15, 12, tzinfo=dt.UTC),
            "touchpoint": "web",
            "channel": "email",
            "language": "en",
            "text": "Lovely staff. The wait was long.",
            "submission_id": f"person {number}",
            "responses": [],
            "sentiment": sentiment,
        }
        if sentiment is not None:
            row |= {"sentiment_score": 0.8 * value, "satisfaction": 3.0 + 1.5 * value}
            row |= {"mixed": False, "emotions": [], "topics": [], "spans": []}
        return {**row, **fields}

    return make


@pytest.fixture
def nps_answer() -> Callable[..., Row]:
    """Return a function that makes one answer to the question for NPS."""

    def make(value: float, **fields: Any) -> Row:
        row: Row = {
            "question_id": "recommend",
            "metric": "nps",
            "value": value,
            "scale_min": 0.0,
            "scale_max": 10.0,
            "higher_is_better": True,
            "weight": 1.0,
        }
        return {**row, **fields}

    return make


@pytest.fixture(scope="session")
def planted() -> Planted:
    """Return the planted rows with what is true of them."""
    return plant()


@pytest.fixture(scope="session")
def planted_file(planted: Planted, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the planted rows as a scored file."""
    return write_rows(tmp_path_factory.mktemp("planted") / "planted.parquet", planted.rows)


@pytest.fixture(scope="session")
def planted_data(planted_file: Path) -> InsightData:
    """Return the planted file as insights read it."""
    return InsightData.open(planted_file)
