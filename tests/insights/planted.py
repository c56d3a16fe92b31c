"""Scored rows whose truth is known: what is planted in them, and nothing else.

Customers of a shop answer how likely they are to recommend it, 0 to 10, and most say why. Without
anything planted, scores differ by chance alone: touchpoints, channels, quarters, regions, arms and
topics say nothing of them. Only the comment's sentiment follows the score, as it does in life.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cxnlp.insights.data import InsightData
from cxnlp.journey.journey_file import JourneyFile, Touchpoint, journey_to_json
from cxnlp.journey.scored import ROW, ScoredFile
from cxnlp.records import INTERACTION, METADATA_JOURNEY, METADATA_SUMMARY, PREDICTION
from tests.insights.phrases import OPENINGS, SAID, THEME

Row = dict[str, Any]

JOURNEY = JourneyFile(
    title="A shop",
    stages=("order", "receive", "after"),
    touchpoints=(
        Touchpoint(name="web", stage="order", display="Web shop"),
        Touchpoint(name="shop", stage="order", display="High street shop"),
        Touchpoint(name="delivery", stage="receive", display="Delivery"),
        Touchpoint(name="support", stage="after", display="Support"),
    ),
    segments=("region", "arm"),
    period="quarter",
)
STAGE_OF = {t.name: t.stage for t in JOURNEY.touchpoints}
TOPICS = tuple(SAID)
CHANNELS = ("email", "app", "phone")
QUARTERS = (1, 4, 7, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What was planted; scores move by these many of their ten steps."""

    drivers: dict[str, float]  # topic -> by its polarity: plus where praised, minus where blamed
    idle: tuple[str, ...]  # topics that are often named, and move no score
    changed: tuple[str, str, float]  # touchpoint, quarter from which on, by how much
    worse_group: tuple[str, str, float]  # segment, its value, by how much
    idle_segment: str  # whose values do not differ
    channel_gap: tuple[str, str, float]  # touchpoint, channel, by how much
    pain_point: tuple[str, float]  # many, low and getting worse: touchpoint, by how much
    theme: str  # words of a theme that no topic covers
    theme_share: float  # of the comments of the last quarter
    recovers: tuple[str, float, float]  # touchpoint, its rate of recovery, that of all others
    silent: float  # how much lower the predicted satisfaction is where no score was left


TRUTH = Truth(
    drivers={"staff_service": 1.6, "wait_time_speed": 1.1},
    idle=("price_value", "website_app"),
    changed=("delivery", "2024-Q4", -1.5),
    worse_group=("region", "north", -0.7),
    idle_segment="arm",
    channel_gap=("web", "app", -1.4),
    pain_point=("delivery", -1.2),
    theme="stroller wheel squeaks",
    theme_share=0.12,
    recovers=("support", 0.7, 0.15),
    silent=-0.6,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """Rows of a scored file, and what is true of them."""

    rows: list[Row]
    truth: Truth | None  # None where nothing is planted
    complaining_promoters: tuple[int, ...] = ()  # row numbers: 9 or 10, and a text that complains
    praising_detractors: tuple[int, ...] = ()  # row numbers: 0 to 6, and a text that praises


def plant(n: int = 4000, *, seed: int = 0) -> Planted:
    """Return n rows with all of `TRUTH` in them."""
    return _rows(n, np.random.default_rng(seed), TRUTH)


def plant_nothing(n: int = 600, *, seed: int = 0) -> Planted:
    """Return n rows of the same kind that hold no truth at all."""
    return _rows(n, np.random.default_rng(seed), None)


def _rows(n: int, rng: np.random.Generator, truth: Truth | None) -> Planted:
    rows: list[Row] = []
    complaining: list[int] = []
    praising: list[int] = []
    for i in range(n):
        touchpoint = str(rng.choice(list(STAGE_OF), p=(0.25, 0.2, 0.35, 0.2)))
        channel = str(rng.choice(CHANNELS))
        quarter = int(rng.integers(4))
        segments = {"region": ("north", "south")[rng.integers(2)], "arm": "ab"[rng.integers(2)]}
        topics = {t: int(rng.choice((-1, 1))) for t in TOPICS if rng.random() < 0.18}
        latent = float(rng.normal(7.6, 1.9))
        if truth is not None:
            latent += sum(truth.drivers.get(t, 0.0) * sign for t, sign in topics.items())
            place, since, change = truth.changed
            latent += change if touchpoint == place and f"2024-Q{quarter + 1}" >= since else 0.0
            segment, value, gap = truth.worse_group
            latent += gap if segments[segment] == value else 0.0
            place, where, gap = truth.channel_gap
            latent += gap if (touchpoint, channel) == (place, where) else 0.0
            place, low = truth.pain_point
            latent += low if touchpoint == place else 0.0
        score = int(np.clip(round(latent), 0, 10))
        has_score, has_text = rng.random() < 0.85, rng.random() < 0.92
        feeling = (score - 5.5) / 4.5 + float(rng.normal(0, 0.25))
        if truth is not None and has_score and has_text and rng.random() < 0.04:
            feeling = -feeling if abs(feeling) > 0.4 else feeling
        sentiment = _sentiment(feeling)
        if truth is not None and has_score and has_text:
            if score >= 9 and sentiment == "negative":
                complaining.append(i)
            if score <= 6 and sentiment == "positive":
                praising.append(i)
        row: Row = {
            "interaction_id": f"row {i}",
            "source": "feedback.csv",
            "occurred_at": dt.datetime(
                2024, QUARTERS[quarter] + int(rng.integers(3)), int(rng.integers(1, 29)), 12,
                tzinfo=dt.UTC,
            ),
            "touchpoint": touchpoint,
            "stage": STAGE_OF[touchpoint],
            "channel": channel,
            "language": "en",
            "submission_id": f"person {i}",
            "segments": list(segments.items()),
            "responses": [_answer(score)] if has_score else [],
            "model": "planted@0",
        }  # fmt: skip
        if has_text:
            is_theme = truth is not None and quarter == 3 and rng.random() < truth.theme_share
            quiet = truth.silent if truth is not None and not has_score else 0.0
            row |= _comment(rng, topics, feeling, sentiment, quiet, is_theme=is_theme)
            if not is_theme and rng.random() < 0.3:
                row |= _chat(rng, touchpoint, truth)
        rows.append(row)
    return Planted(
        rows=rows,
        truth=truth,
        complaining_promoters=tuple(complaining),
        praising_detractors=tuple(praising),
    )


def _sentiment(feeling: float) -> str:
    return "positive" if feeling > 0.25 else "negative" if feeling < -0.25 else "neutral"


def _comment(
    rng: np.random.Generator,
    topics: dict[str, int],
    feeling: float,
    sentiment: str,
    quiet: float,
    *,
    is_theme: bool,
) -> Row:
    sentences = [str(rng.choice(OPENINGS[sentiment]))]
    spans = [_span(sentences[0], 0, sentiment)]
    for topic, sign in () if is_theme else topics.items():
        said = str(rng.choice(SAID[topic][sign]))
        start = sum(len(s) + 1 for s in sentences)
        spoken = "positive" if sign > 0 else "negative"
        label = {"label": topic, "score": 0.9, "sentiment": spoken}
        spans.append(_span(said, start, spoken, label))
        sentences.append(said)
    if is_theme:
        said = str(rng.choice(THEME))
        spans.append(_span(said, len(sentences[0]) + 1, "negative"))
        sentences.append(said)
    signs = {span["sentiment"] for span in spans[1:]}
    named = [topic for span in spans for topic in span["topics"]]
    return {
        "text": " ".join(sentences),
        "sentiment": sentiment,
        "sentiment_score": float(np.clip(feeling, -0.98, 0.98)),
        "sentiment_probs": None,
        "mixed": {"positive", "negative"} <= signs and sentiment == "neutral",
        "satisfaction": float(np.clip(3 + 1.6 * feeling + quiet + rng.normal(0, 0.3), 1, 5)),
        "emotions": [{"label": _EMOTION[sentiment], "score": 0.8}] if abs(feeling) > 0.5 else [],
        "topics": named,
        "spans": spans,
        "truncated": False,
        "unsure": False,
    }


_EMOTION = {"positive": "gratitude", "negative": "annoyance", "neutral": "realization"}


def _chat(rng: np.random.Generator, touchpoint: str, truth: Truth | None) -> Row:
    """Return a conversation that starts badly, and that ends well or does not."""
    rate = 0.35
    if truth is not None:
        place, recovers, else_ = truth.recovers
        rate = recovers if touchpoint == place else else_
    ends_well = rng.random() < rate
    said = [
        ("customer", "My order is wrong and I am upset.", -0.8),
        ("agent", "I am sorry. Let me look into it.", None),
        ("customer", "It has been like this for days.", -0.7),
        ("agent", "We send a new one today.", None),
        ("customer", "Great, thank you so much!", 0.8)
        if ends_well
        else ("customer", "That does not help me at all.", -0.75),
    ]
    spans = [
        {**_span(text, 0, _sentiment(value)), "sentiment_score": value, "turn": turn}
        for turn, (_, text, value) in enumerate(said)
        if value is not None
    ]
    turns = [{"role": role, "text": text} for role, text, _ in said]
    return {"text": None, "turns": turns, "spans": spans, "topics": []}


def _span(text: str, start: int, sentiment: str, *topics: Row) -> Row:
    score = {"positive": 0.8, "negative": -0.8}.get(sentiment, 0.0)
    return {
        "start": start,
        "end": start + len(text),
        "sentiment": sentiment,
        "sentiment_score": score,
        "emotions": [],
        "topics": list(topics),
    }


def _answer(score: int) -> Row:
    return {
        "question_id": "recommend",
        "metric": "nps",
        "value": float(score),
        "scale_min": 0.0,
        "scale_max": 10.0,
        "higher_is_better": True,
        "weight": 1.0,
    }


def _table(rows: list[Row], journey: JourneyFile | None) -> pa.Table:
    fields = {field.name: field for field in (*PREDICTION, *INTERACTION)}
    metadata: dict[bytes | str, bytes | str] = {
        METADATA_SUMMARY: json.dumps({"rows_read": len(rows)}).encode()
    }
    if journey is not None:
        metadata[METADATA_JOURNEY] = journey_to_json(journey).encode()
    return pa.Table.from_pylist(rows, schema=pa.schema(list(fields.values()), metadata=metadata))


def write_rows(path: Path, rows: list[Row], *, journey: JourneyFile | None = JOURNEY) -> Path:
    """Write rows of the record fields as a scored file."""
    pq.write_table(_table(rows, journey), path)
    return path


def data_of(rows: list[Row], *, journey: JourneyFile = JOURNEY) -> InsightData:
    """Return rows as insights read them, without a file."""
    backend = ibis.duckdb.connect()
    backend.raw_sql("SET TimeZone = 'UTC'")
    table = _table(rows, journey)
    numbered = table.append_column(ROW, pa.array(range(len(rows)), pa.int64()))
    backend.con.register("numbered", numbered)
    backend.raw_sql("CREATE TABLE planted AS FROM numbered")
    return InsightData(
        ScoredFile(
            path=Path("planted.parquet"),
            table=backend.table("planted"),
            columns=tuple(table.column_names),
            journey=journey,
        )
    )
