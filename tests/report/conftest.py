"""Small scored files and cells made by hand."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxnlp.journey.journey_file import JourneyFile, Touchpoint, journey_to_json
from cxnlp.journey.summary import Cell, JourneySummary
from cxnlp.records import INTERACTION, METADATA_JOURNEY, METADATA_SUMMARY, PREDICTION
from cxnlp.report.build import write_report

Row = dict[str, Any]
MARKUP = '</script><script>alert(1)</script><img src=x onerror="alert(2)"> & \u2028'

JOURNEY = JourneyFile(
    stages=("order", "receive"),
    touchpoints=(
        Touchpoint(name="web", stage="order", display="Web shop"),
        Touchpoint(name="shop", stage="order", display="High street <shop>"),
        Touchpoint(name="delivery", stage="receive", display="Delivery"),
    ),
    segments=("region",),
    period="quarter",
)


def write_rows(path: Path, rows: list[Row], *, journey: JourneyFile | None = JOURNEY) -> Path:
    """Write rows of the record fields as a scored file."""
    fields = {field.name: field for field in (*PREDICTION, *INTERACTION)}
    metadata = {METADATA_SUMMARY: json.dumps({"rows_read": 9, "rows_rejected": 3}).encode()}
    if journey is not None:
        metadata[METADATA_JOURNEY] = journey_to_json(journey).encode()
    schema = pa.schema(list(fields.values()), metadata=metadata)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    return path


@pytest.fixture(scope="session")
def scored_row() -> Callable[..., Row]:
    """Return a function that makes one row of a scored file."""

    def make(number: int = 0, *, sentiment: str | None = "positive", **fields: Any) -> Row:
        text = "Lovely staff. The wait was long."
        value = {"positive": 5.0, "neutral": 3.0, "negative": 1.0}.get(sentiment or "", 4.0)
        answer = {
            "question_id": "satisfied",
            "metric": "csat",
            "value": value,
            "scale_min": 1.0,
            "scale_max": 5.0,
            "higher_is_better": True,
            "weight": 1.0,
        }
        row: Row = {
            "interaction_id": f"row {number}",
            "source": "feedback.csv",
            "occurred_at": dt.datetime(2024, 1, 15, 12, tzinfo=dt.UTC),
            "touchpoint": "web",
            "stage": "order",
            "language": "en",
            "question": "Why?",
            "text": text,
            "submission_id": f"person {number}",
            "segments": [("region", "north" if number % 2 else "south")],
            "responses": [answer],
            "model": "cx-mini-en@abc123",
            "sentiment": sentiment,
            "mixed": None if sentiment is None else False,
            "satisfaction": None if sentiment is None else value,
        }
        if sentiment is not None:
            topic = {"label": "wait_time_speed", "score": 0.9, "sentiment": sentiment}
            row["emotions"] = [{"label": "gratitude", "score": 0.8}]
            row["topics"] = [topic]
            row["spans"] = [
                {"start": 0, "end": 13, "sentiment": "positive", "sentiment_score": 0.9},
                {"start": 14, "end": 32, "sentiment": "negative", "sentiment_score": -0.9},
            ]
            row["truncated"] = row["unsure"] = False
        return {**row, **fields}

    return make


@pytest.fixture
def write_scored(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes rows as a scored file in the test's own folder."""

    def write(rows: list[Row], *, name: str = "scored.parquet", **options: Any) -> Path:
        return write_rows(tmp_path / name, rows, **options)

    return write


@pytest.fixture(scope="session")
def survey_report(tmp_path_factory: pytest.TempPathFactory, survey_rows: list[Row]) -> Path:
    """Return the report of the survey, by region."""
    scored = write_rows(tmp_path_factory.mktemp("survey") / "scored.parquet", survey_rows)
    return write_report(scored, scored.with_suffix(".html"), by="region").output


@pytest.fixture(scope="session")
def survey_rows(scored_row: Callable[..., Row]) -> list[Row]:
    """Return three quarters of three touchpoints: reliable, indicative, suppressed and absent."""
    rows: list[Row] = []
    sizes = {"web": (40, 40, 40), "shop": (12, 12, 12), "delivery": (3, 0, 2)}
    for touchpoint, counts in sizes.items():
        stage = "receive" if touchpoint == "delivery" else "order"
        for quarter, n in enumerate(counts):
            for i in range(n):
                # The web shop falls from 90% satisfied to 30%; the shop stays at three quarters.
                good = i % 10 < (9, 6, 3)[quarter] if touchpoint == "web" else i % 4 > 0
                rows.append(
                    scored_row(
                        len(rows),
                        sentiment="positive" if good else "negative",
                        touchpoint=touchpoint,
                        stage=stage,
                        occurred_at=dt.datetime(2024, 1 + 3 * quarter, 15, tzinfo=dt.UTC),
                    )
                )
    rows[0]["text"] = MARKUP
    rows[0]["spans"] = []
    foreign = {"language": "fr", "text": "Tr\u00e8s bien, merci.", "responses": []}
    rows.append(scored_row(len(rows), sentiment=None, **foreign))
    return rows


@pytest.fixture
def cell() -> Callable[..., Cell]:
    """Return a function that makes a cell; every part is empty unless given."""

    def make(**fields: Any) -> Cell:
        empty: dict[str, Any] = {
            "touchpoint": None, "stage": None, "period": None, "group": None, "n": 100,
            "n_scored": 100, "n_foreign": 0, "metrics": {}, "sentiment": {}, "emotions": {},
            "topics": {},
        }  # fmt: skip
        return Cell(**{**empty, **fields})

    return make


@pytest.fixture
def summary(cell: Callable[..., Cell]) -> Callable[..., JourneySummary]:
    """Return a function that makes a summary; every part is empty unless given."""

    def make(**fields: Any) -> JourneySummary:
        empty: dict[str, Any] = {
            "journey": JOURNEY, "period": "quarter", "by": None, "overall": cell(),
            "touchpoints": (), "periods": (), "cells": (),
        }  # fmt: skip
        return JourneySummary(**{**empty, **fields})

    return make


# Not for the session: until it is closed, its event loop runs in this thread, and no other can.
@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start a browser, or skip: reports open in one, and only one can say so."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CXNLP_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("NO BROWSER FOUND: install chromium or set CXNLP_CHROMIUM")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        launched = started.chromium.launch(executable_path=found, args=arguments)
        yield launched
        launched.close()
