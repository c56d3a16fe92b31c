"""Synthetic scored files of any size, written a row group at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from cxnlp.atomic_file import write_beside
from cxnlp.journey.journey_file import JourneyFile, Touchpoint, journey_to_json
from cxnlp.labels import EMOTIONS, SENTIMENTS, TOPICS
from cxnlp.records import (
    INTERACTION,
    LABEL_SCORE,
    METADATA_JOURNEY,
    METADATA_SUMMARY,
    PREDICTION,
    SPAN,
    SURVEY_RESPONSE,
    TOPIC_SCORE,
)

# As `cxnlp score` writes them.
ROW_GROUP_ROWS = 16_384

CHANNELS = ("email", "chat", "web", "app")
STAGES = ("discover", "order", "receive", "after")
JOURNEY = JourneyFile(
    title="A shop with many customers",
    stages=STAGES,
    touchpoints=tuple(
        Touchpoint(name=name, stage=STAGES[i // 2], display=name.title())
        for i, name in enumerate(
            ("adverts", "search", "web", "shop", "delivery", "pickup", "support", "returns")
        )
    ),
    segments=("region",),
    period="quarter",
)
_FIRST_DAY = np.datetime64("2023-01-01", "us")
_N_DAYS = 730  # eight quarters
_MEAN_SPANS, _MEAN_TOPICS, _MEAN_EMOTIONS = 2.0, 1.5, 0.8
_ANSWERED = 0.8  # of the rows
_CONTINUES = 0.15  # of the rows: a further comment of the submission before
_WORDS = (
    "the order came late and nobody told me where it was",
    "staff were kind and took the time to explain it all",
    "the app asked me to sign in again on every page",
    "good value and just what I had been looking for",
    "I was on hold for an hour before anybody answered",
    "the box was open and one of the cups was broken",
    "easy to find and easy to pay, no trouble at all",
    "they sent the refund the same day that I asked",
)

Integers = NDArray[np.int64]


def write_scored_rows(path: Path, n: int, *, seed: int = 0) -> Path:
    """Write a scored file of n rows: eight touchpoints, eight quarters, four channels.

    Most rows answer for NPS and CSAT; a row has two spans and 1.5 topics on average, and a text of
    about 100 characters. No more than a row group is held.
    """
    fields = {field.name: field for field in (*INTERACTION, *PREDICTION)}
    schema = pa.schema(
        list(fields.values()),
        metadata={
            METADATA_JOURNEY: journey_to_json(JOURNEY).encode(),
            METADATA_SUMMARY: json.dumps({"rows_read": n}).encode(),
        },
    )
    rng = np.random.default_rng(seed)
    # The journey's metadata would be lost beside a stored schema, as in `cxnlp score`.
    with (
        write_beside(path) as beside,
        pq.ParquetWriter(beside, schema, compression="zstd", store_schema=False) as writer,
    ):
        submission = -1
        for start in range(0, n, ROW_GROUP_ROWS):
            table, submission = _rows(rng, start, min(ROW_GROUP_ROWS, n - start), submission)
            arrays = [
                pa.array(table[field.name], field.type)
                if field.name in table
                else pa.nulls(len(table["interaction_id"]), field.type)
                for field in schema
            ]
            group = pa.Table.from_arrays(arrays, schema=schema)
            writer.write_table(group, row_group_size=ROW_GROUP_ROWS)
        writer.add_key_value_metadata(
            {key.decode(): value.decode() for key, value in (schema.metadata or {}).items()}
        )
    return path


def _rows(
    rng: np.random.Generator, start: int, n: int, submission: int
) -> tuple[dict[str, Any], int]:
    """Return columns of n rows by name, and the number of the last submission in them."""
    places = rng.integers(len(JOURNEY.touchpoints), size=n)
    touchpoints = [t.name for t in JOURNEY.touchpoints]
    stages = [t.stage for t in JOURNEY.touchpoints]
    begins = rng.random(n) >= _CONTINUES
    begins[0] = True
    submissions = submission + np.cumsum(begins)
    latent = rng.normal(0, 1, n)[np.cumsum(begins) - 1]
    feeling = np.clip((latent + rng.normal(0, 0.6, n)) / 2.5, -1, 1)
    sentiment = np.digitize(feeling, (-0.15, 0.15))
    ids = pa.array(np.arange(start, start + n)).cast(pa.string())
    days = rng.integers(_N_DAYS, size=n).astype("timedelta64[D]")
    spans = _counts(rng.poisson(_MEAN_SPANS - 1, n) + 1)
    return {
        "interaction_id": ids,
        "source": _words(["feedback.csv"], np.zeros(n, np.int64)),
        "customer_id": pa.array(rng.integers(1 << 40, size=n)).cast(pa.string()),
        "occurred_at": pa.array(_FIRST_DAY + days, pa.timestamp("us", tz="UTC")),
        "channel": _words(CHANNELS, rng.integers(len(CHANNELS), size=n)),
        "touchpoint": _words(touchpoints, places),
        "stage": _words(stages, places),
        "language": _words(["en"], np.zeros(n, np.int64)),
        "text": _texts(rng, ids),
        "submission_id": pa.array(submissions).cast(pa.string()),
        "segments": pa.MapArray.from_arrays(
            pa.array(np.arange(n + 1), pa.int32()),
            _words(["region"], np.zeros(n, np.int64)),
            _words(["north", "south", "east", "west"], rng.integers(4, size=n)),
        ),
        "responses": _responses(latent, rng.random(n)[np.cumsum(begins) - 1] < _ANSWERED),
        "model": _words(["synthetic@0"], np.zeros(n, np.int64)),
        "sentiment": _words(SENTIMENTS, sentiment),
        "sentiment_score": feeling,
        "mixed": (sentiment == 1) & (rng.random(n) < 0.2),
        "satisfaction": np.clip(3 + 1.8 * feeling, 1, 5),
        "emotions": _labels(rng, n, _MEAN_EMOTIONS, EMOTIONS[:-1], LABEL_SCORE),
        "topics": _labels(rng, n, _MEAN_TOPICS, TOPICS, TOPIC_SCORE),
        "spans": pa.ListArray.from_arrays(spans, _spans(rng, int(spans[-1].as_py()))),
        "truncated": np.zeros(n, bool),
        "unsure": rng.random(n) < 0.05,
    }, int(submissions[-1])


def _texts(rng: np.random.Generator, ids: pa.Array) -> pa.Array:
    """Return two phrases and a number each, so that hardly two texts are the same."""
    parts = (_words(_WORDS, rng.integers(len(_WORDS), size=len(ids))) for _ in range(2))
    first, second = parts
    return pc.binary_join_element_wise(first, second, ids, ", ")


def _responses(latent: NDArray[np.float64], answered: NDArray[np.bool_]) -> pa.Array:
    """Return an answer for NPS and one for CSAT of each row that answered."""
    value = latent[answered]
    n = len(value)
    two = np.empty((n, 2))
    two[:, 0] = np.clip(np.round(7.5 + 2 * value), 0, 10)
    two[:, 1] = np.clip(np.round(3.5 + value), 1, 5)
    kinds = np.tile((0, 1), n)
    columns: dict[str, Any] = {
        "question_id": _words(["recommend", "satisfied"], kinds),
        "metric": _words(["nps", "csat"], kinds),
        "value": two.ravel(),
        "scale_min": np.tile((0.0, 1.0), n),
        "scale_max": np.tile((10.0, 5.0), n),
        "higher_is_better": np.ones(2 * n, bool),
        "weight": np.ones(2 * n),
    }
    return pa.ListArray.from_arrays(_counts(2 * answered), _struct(SURVEY_RESPONSE, columns))


def _spans(rng: np.random.Generator, n: int) -> pa.Array:
    feeling = np.clip(rng.normal(0, 0.6, n), -1, 1)
    columns = {
        "start": np.zeros(n, np.int32),
        "end": rng.integers(20, 80, n).astype(np.int32),
        "sentiment": _words(SENTIMENTS, np.digitize(feeling, (-0.2, 0.2))),
        "sentiment_score": feeling,
        "emotions": _labels(rng, n, _MEAN_EMOTIONS / _MEAN_SPANS, EMOTIONS[:-1], LABEL_SCORE),
        "topics": _labels(rng, n, _MEAN_TOPICS / _MEAN_SPANS, TOPICS, TOPIC_SCORE),
    }
    return _struct(SPAN, columns)


def _labels(
    rng: np.random.Generator, n: int, mean: float, labels: tuple[str, ...], kind: pa.StructType
) -> pa.Array:
    """Return lists of different labels, `mean` of them on average, rare ones at the end."""
    counts = np.minimum(rng.poisson(mean, n), len(labels))
    first = (rng.random(n) ** 2 * len(labels)).astype(np.int64)
    place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    which = (np.repeat(first, counts) + 5 * place) % len(labels)
    columns: dict[str, Any] = {
        "label": _words(labels, which),
        "score": np.round(rng.uniform(0.5, 1, len(which)), 4),
        "sentiment": _words(SENTIMENTS, rng.integers(3, size=len(which))),
    }
    return pa.ListArray.from_arrays(_counts(counts), _struct(kind, columns))


def _struct(kind: pa.StructType, columns: dict[str, Any]) -> pa.Array:
    n = len(next(iter(columns.values())))
    arrays = [
        pa.array(columns[field.name], field.type)
        if field.name in columns
        else pa.nulls(n, field.type)
        for field in kind
    ]
    return pa.StructArray.from_arrays(arrays, fields=list(kind))


def _words(words: tuple[str, ...] | list[str], which: Integers) -> pa.Array:
    return pa.array(words, pa.string()).take(pa.array(which))


def _counts(counts: Integers) -> pa.Array:
    """Return the offsets of lists of these lengths."""
    return pa.array(np.concatenate(([0], np.cumsum(counts))), pa.int32())
