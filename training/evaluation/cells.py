"""Read the labels in the cells of one row, counting by reason what is not understood."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cxnlp.labels import EMOTIONS, SENTIMENTS, TOPICS

Row = Mapping[str, Any]

SENTIMENT_COLUMNS = ("sentiment3", "sentiment", "label")
SATISFACTION_COLUMNS = ("satisfaction", "rating")
POLARITY_COLUMNS = ("polarities", "polarity", "topic_sentiments")

_INDEX = {name: index for index, name in enumerate(SENTIMENTS)}
_SENTIMENTS = _INDEX | {name[:3]: index for name, index in _INDEX.items()}  # neg, neu, pos
_MIXED = frozenset({"mixed", "conflict"})  # a polarity that is neither: left open
_SPLITS = {name: name for name in ("train", "val", "test")} | {
    "training": "train", "dev": "val", "valid": "val", "validation": "val", "testing": "test",
}  # fmt: skip
_NOTHING = frozenset({"", "na", "n/a", "nan", "null"})  # of labels: in a text these are answers
_DENIED = "none"  # a cell that says that there is no topic or emotion
_OTHER_SCALE = 0.05  # a larger share of numbers outside 1-5 is another scale, not slips


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """What one row says; None where it says nothing."""

    text: str
    question: str | None
    split: str
    sentiment: int | None
    satisfaction: float | None
    emotions: frozenset[str] | None
    topics: frozenset[str] | None
    polarities: dict[str, int]


def read_row(row: Row, scores: Sequence[str], split: str, unread: Counter[str]) -> ReadRow:
    """Return what a row says, its satisfaction from the first of some columns that has one."""
    emotions = _labels(row, "emotions", EMOTIONS, unread)
    topics = _labels(row, "topics", TOPICS, unread)
    question = row.get("question")
    return ReadRow(
        text=row["text"],
        question=question if isinstance(question, str) and question.strip() else None,
        split=split,
        sentiment=_sentiment(row, unread),
        satisfaction=_satisfaction(row, scores, unread),
        emotions=None if emotions is None else frozenset(emotions),
        topics=None if topics is None else frozenset(topics),
        polarities=_polarities(row, topics, unread),
    )


def read_split(row: Row, unread: Counter[str]) -> str | None:
    """Return the split of a row, None where it has none that is known."""
    if "split" not in row:
        return "test"
    if is_missing(row["split"]):
        unread["without a split, left out"] += 1
        return None
    split = _SPLITS.get(str(row["split"]).strip().lower())
    if split is None:
        unread["whose 'split' is not one of train, val, test, left out"] += 1
    return split


def is_other_scale(values: Sequence[object]) -> bool:
    """Return whether numbers are of another scale than 1 to 5, a slip or two aside.

    Of ten points, those up to five would be read as if there were no others.
    """
    numbers = [n for value in values if not math.isnan(n := _number(value))]
    outside = sum(not 1 <= n <= 5 for n in numbers)
    return outside > max(1, _OTHER_SCALE * len(numbers))


def is_missing(value: object) -> bool:
    """Return whether a cell of labels says nothing.

    >>> is_missing(float("nan")), is_missing(" N/A"), is_missing([]), is_missing("none")
    (True, True, False, False)
    """
    if isinstance(value, str):
        return value.strip().lower() in _NOTHING
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _sentiment(row: Row, unread: Counter[str]) -> int | None:
    column = _first(row, SENTIMENT_COLUMNS)
    if column is None:
        return None
    sentiment = _SENTIMENTS.get(str(row[column]).strip().lower())
    if sentiment is None:
        unread[f"whose {column!r} is not one of {', '.join(SENTIMENTS)}"] += 1
    return sentiment


def _satisfaction(row: Row, columns: Sequence[str], unread: Counter[str]) -> float | None:
    column = _first(row, columns)
    if column is None:
        return None
    score = _number(row[column])
    if not 1 <= score <= 5:  # also where it is no number
        unread[f"whose {column!r} is not a number from 1 to 5"] += 1
        return None
    return score


def _number(value: object) -> float:
    """Return a cell as a number, NaN where it is none; yes and no are none."""
    if isinstance(value, bool) or not pd.api.types.is_scalar(value):
        return math.nan
    try:
        return float(pd.to_numeric(value, errors="coerce"))
    except (TypeError, OverflowError):
        return math.nan


def _labels(
    row: Row, column: str, names: tuple[str, ...], unread: Counter[str]
) -> list[str] | None:
    found = _items(row.get(column))
    if found is None or set(found) <= set(names):
        return found
    unread[f"whose {column!r} names a label that is not ours"] += 1
    return None


def _polarities(row: Row, topics: list[str] | None, unread: Counter[str]) -> dict[str, int]:
    column = next((c for c in POLARITY_COLUMNS if c in row), None)
    found = _items(row[column]) if column else None
    if found is None or topics is None:
        return {}
    if len(found) != len(topics) or not set(found) <= set(_SENTIMENTS) | _MIXED:
        unread[f"whose {column!r} does not give a sentiment to each topic"] += 1
        return {}
    return {t: _SENTIMENTS[p] for t, p in zip(topics, found, strict=True) if p in _SENTIMENTS}


def _first(row: Row, columns: Sequence[str]) -> str | None:
    return next((c for c in columns if c in row and not is_missing(row[c])), None)


def _items(value: Any) -> list[str] | None:
    """Return the labels of one cell, None where nothing is said."""
    if is_missing(value):
        return None
    if isinstance(value, str):
        items = [part.strip().lower() for part in value.split(";") if part.strip()]
        return [] if items == [_DENIED] else items
    if not hasattr(value, "__iter__"):
        return [str(value)]  # no label of ours, and counted as such
    return [str(part).strip().lower() for part in value]
