"""The Arrow schemas of the records that flow from reading to the report."""

from __future__ import annotations

import pyarrow as pa

CHANNELS: tuple[str, ...] = (
    "email", "chat", "phone", "web", "app", "social", "in_store", "review", "survey", "sms",
)  # fmt: skip

METRIC_KINDS: tuple[str, ...] = ("nps", "csat", "ces", "rating")

MAX_TEXT_CHARACTERS = 100_000

_TIMESTAMP = pa.timestamp("us", tz="UTC")
_STRINGS = pa.map_(pa.string(), pa.string())

TURN = pa.struct(
    [("role", pa.string()), ("at", _TIMESTAMP), ("text", pa.string())],
)

# One answer to one scored question. `touchpoint`, `stage` and `answered_at` are filled from the
# interaction where the journey file does not set them. One answer counts once per
# (source, submission_id, question_id), however many rows repeat it.
SURVEY_RESPONSE = pa.struct(
    [
        ("question_id", pa.string()),
        ("metric", pa.string()),
        ("value", pa.float64()),
        ("scale_min", pa.float64()),
        ("scale_max", pa.float64()),
        ("higher_is_better", pa.bool_()),
        ("touchpoint", pa.string()),
        ("stage", pa.string()),
        ("weight", pa.float64()),
    ]
)

_INTERACTION_FIELDS: list[tuple[str, pa.DataType]] = [
    ("interaction_id", pa.string()),
    ("source", pa.string()),
    ("customer_id", pa.string()),
    ("occurred_at", _TIMESTAMP),
    ("channel", pa.string()),
    ("touchpoint", pa.string()),
    ("stage", pa.string()),
    ("language", pa.string()),
    ("question", pa.string()),
    ("text", pa.string()),
    ("turns", pa.list_(TURN)),
    ("submission_id", pa.string()),
    ("segments", _STRINGS),
    ("responses", pa.list_(SURVEY_RESPONSE)),
]
INTERACTION = pa.schema(_INTERACTION_FIELDS)

LABEL_SCORE = pa.struct([("label", pa.string()), ("score", pa.float64())])
TOPIC_SCORE = pa.struct(
    [("label", pa.string()), ("score", pa.float64()), ("sentiment", pa.string())]
)
SPAN = pa.struct(
    [
        ("turn", pa.int32()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("sentiment", pa.string()),
        ("sentiment_score", pa.float64()),
        ("emotions", pa.list_(LABEL_SCORE)),
        ("topics", pa.list_(TOPIC_SCORE)),
    ]
)

# Everything but `model` and `language` is null where an interaction was not scored (no text, or a
# foreign language): then `sentiment` is null.
_PREDICTION_FIELDS: list[tuple[str, pa.DataType]] = [
    ("model", pa.string()),
    ("sentiment", pa.string()),
    ("sentiment_score", pa.float64()),
    (
        "sentiment_probs",
        pa.struct([(s, pa.float64()) for s in ("negative", "neutral", "positive")]),
    ),
    ("mixed", pa.bool_()),
    ("satisfaction", pa.float64()),
    ("emotions", pa.list_(LABEL_SCORE)),
    ("topics", pa.list_(TOPIC_SCORE)),
    ("spans", pa.list_(SPAN)),
    ("language", pa.string()),
    ("truncated", pa.bool_()),
    ("unsure", pa.bool_()),
]
PREDICTION = pa.schema(_PREDICTION_FIELDS)

# Key-value metadata of a scored Parquet file; every value is JSON.
METADATA_JOURNEY = b"cxnlp.journey"
METADATA_MODEL = b"cxnlp.model"
METADATA_SUMMARY = b"cxnlp.summary"
