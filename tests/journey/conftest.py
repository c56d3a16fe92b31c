"""Scored files made by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxnlp.journey.journey_file import JourneyFile, journey_to_json
from cxnlp.records import INTERACTION, METADATA_JOURNEY, METADATA_SUMMARY, PREDICTION

Row = dict[str, Any]
WriteScored = Callable[..., Path]


@pytest.fixture
def write_scored(tmp_path: Path) -> WriteScored:
    """Return a function that writes rows of the record fields as a scored file."""

    def write(
        rows: list[Row], *, journey: JourneyFile | None = None, name: str = "scored.parquet"
    ) -> Path:
        fields = {field.name: field for field in (*PREDICTION, *INTERACTION)}
        kept = {key: pa.field(key, pa.string()) for row in rows for key in row if key not in fields}
        metadata: dict[bytes | str, bytes | str] = {METADATA_SUMMARY: b'{"n_read": 7}'}
        if journey is not None:
            metadata[METADATA_JOURNEY] = journey_to_json(journey).encode()
        schema = pa.schema([*fields.values(), *kept.values()], metadata=metadata)
        path = tmp_path / name
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
        return path

    return write


@pytest.fixture
def comment() -> Callable[..., Row]:
    """Return a function that makes one scored row."""

    def make(sentiment: str | None = "positive", **fields: Any) -> Row:
        row: Row = {
            "interaction_id": "1",
            "source": "a.csv",
            "touchpoint": "shop",
            "stage": "purchase",
            "occurred_at": dt.datetime(2021, 10, 4, 12, tzinfo=dt.UTC),
            "language": "en",
            "text": "text",
            "responses": [],
            "sentiment": sentiment,
            "mixed": None if sentiment is None else False,
            "satisfaction": None if sentiment is None else 4.0,
        }
        return {**row, **fields}

    return make


@pytest.fixture
def answer() -> Callable[..., Row]:
    """Return a function that makes one survey answer."""

    def make(value: float, metric: str = "nps", **fields: Any) -> Row:
        low, high = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7), "rating": (1, 5)}[metric]
        row: Row = {
            "question_id": metric,
            "metric": metric,
            "value": value,
            "scale_min": low,
            "scale_max": high,
            "higher_is_better": True,
            "weight": 1.0,
        }
        return {**row, **fields}

    return make
