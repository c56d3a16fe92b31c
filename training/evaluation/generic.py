"""Read labelled texts that no reader of their own knows, by the names of their columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from cxnlp.errors import InputError
from cxnlp.labels import EMOTIONS, SENTIMENTS, TOPICS
from training.example import Example, document

_SENTIMENT = ("sentiment3", "sentiment", "label")
_SATISFACTION = ("satisfaction", "rating")
_POLARITIES = ("polarities", "polarity", "topic_sentiments")
_LANGUAGE = ("language", "lang")
_SPLITS = {"dev": "val", "valid": "val", "validation": "val"}
COLUMNS = (*_SENTIMENT, *_SATISFACTION, "emotions", "topics")

_INDEX = {name: index for index, name in enumerate(SENTIMENTS)}
_MIXED = frozenset({"mixed", "conflict"})  # a polarity that is neither: left open


@dataclass(frozen=True, slots=True, kw_only=True)
class GenericSet:
    """Texts with what labels could be read, and what could not."""

    examples: tuple[Example, ...]
    emotions: frozenset[str]  # those that its labels can express
    notes: tuple[str, ...]


def read_table(path: Path) -> pd.DataFrame:
    """Return the rows of a Parquet, CSV, TSV or JSON-lines file.

    :raises InputError: where it is none of these, or broken.
    """
    readers: dict[str, Callable[[Path], pd.DataFrame]] = {
        ".parquet": pd.read_parquet,
        ".csv": pd.read_csv,
        ".tsv": lambda p: pd.read_csv(p, sep="\t"),
        ".jsonl": lambda p: pd.read_json(p, lines=True),
    }
    read = readers.get(path.suffix.lower())
    if read is None:
        raise InputError(f"{path}: not one of {', '.join(readers)}. Convert the file.")
    try:
        return read(path)
    except (OSError, ValueError) as error:  # also what pyarrow and the parsers raise
        raise InputError(f"{path}: is not a readable {path.suffix} file.") from error


def read_generic(frame: pd.DataFrame, source: str) -> GenericSet:
    """Return the texts of a table with a column `text` and any of `COLUMNS`.

    Optional: `question`, `split` (without it every row is of the test split), polarities in the
    order of the topics, `language`. Lists in a CSV are joined by semicolons. A topic or emotion
    that no row names is unknown, not denied.

    :raises InputError: where there is no text, or no label that is understood.
    """
    if "text" not in frame:
        raise InputError(f"{source}: has no column 'text'.")
    unread: Counter[str] = Counter()
    rows = [_read_row(row, unread) for row in _usable(frame, unread)]
    topics = frozenset(topic for row in rows for topic in row["topics"] or ())
    emotions = frozenset(name for row in rows for name in row["emotions"] or ())
    examples = tuple(_example(row, source, topics) for row in rows)
    examples = tuple(e for e in examples if e.spans[0].says_something)
    notes = tuple(f"{n} {_rows(n)} {what}" for what, n in sorted(unread.items()))
    if not examples:
        raise InputError(f"{source}: {_why_no_labels(frame, notes)}.")
    silent = len(rows) - len(examples)
    if silent:
        notes = (*notes, f"{silent} {_rows(silent)} without any label that is understood")
    return GenericSet(examples=examples, emotions=emotions, notes=notes)


def _why_no_labels(frame: pd.DataFrame, notes: tuple[str, ...]) -> str:
    there = [name for name in COLUMNS if name in frame]
    if not there:
        return f"has none of the columns {', '.join(COLUMNS)}"
    why = f": {'; '.join(notes)}" if notes else ""
    return f"no label is understood in {', '.join(there)}{why}"


def _rows(n: int) -> str:
    return "row" if n == 1 else "rows"


def _usable(frame: pd.DataFrame, unread: Counter[str]) -> Iterable[dict[str, Any]]:
    language = next((name for name in _LANGUAGE if name in frame), None)
    for row in frame.to_dict("records"):
        if not isinstance(row["text"], str) or not row["text"].strip():
            unread["without a text"] += 1
        elif language and not _is_english(row[language]):
            unread["in another language than English"] += 1
        else:
            yield row


def _is_english(code: object) -> bool:
    """Return whether a language is English, or not said."""
    return not isinstance(code, str) or code.strip().lower()[:2] in ("", "en")


def _read_row(row: dict[str, Any], unread: Counter[str]) -> dict[str, Any]:
    topics = _labels(row, "topics", TOPICS, unread)
    return {
        "text": row["text"],
        "question": row.get("question") if isinstance(row.get("question"), str) else None,
        "split": _split(row.get("split", "test"), unread),
        "sentiment": _sentiment(row, unread),
        "satisfaction": _satisfaction(row, unread),
        "emotions": _labels(row, "emotions", EMOTIONS, unread),
        "topics": topics,
        "polarities": _polarities(row, topics, unread),
    }


def _split(value: object, unread: Counter[str]) -> str:
    name = value.strip().lower() if isinstance(value, str) else ""
    if not name:
        unread["without a split"] += 1
    return _SPLITS.get(name, name)


def _sentiment(row: dict[str, Any], unread: Counter[str]) -> int | None:
    column = next((c for c in _SENTIMENT if c in row and not _is_missing(row[c])), None)
    if column is None:
        return None
    sentiment = _INDEX.get(str(row[column]).strip().lower())
    if sentiment is None:
        unread[f"whose {column!r} is not one of {', '.join(SENTIMENTS)}"] += 1
    return sentiment


def _satisfaction(row: dict[str, Any], unread: Counter[str]) -> float | None:
    column = next((c for c in _SATISFACTION if c in row and not _is_missing(row[c])), None)
    if column is None:
        return None
    score = pd.to_numeric(row[column], errors="coerce")
    if not 1 <= score <= 5:  # also where it is no number
        unread[f"whose {column!r} is not a number from 1 to 5"] += 1
        return None
    return float(score)


def _labels(
    row: dict[str, Any], column: str, names: tuple[str, ...], unread: Counter[str]
) -> list[str] | None:
    found = _items(row.get(column))
    if found is None or set(found) <= set(names):
        return found
    unread[f"whose {column!r} names a label that is not ours"] += 1
    return None


def _polarities(
    row: dict[str, Any], topics: list[str] | None, unread: Counter[str]
) -> dict[str, int]:
    column = next((c for c in _POLARITIES if c in row), None)
    found = _items(row[column]) if column else None
    if found is None or topics is None:
        return {}
    if len(found) != len(topics) or not set(found) <= set(SENTIMENTS) | _MIXED:
        unread[f"whose {column!r} does not give a sentiment to each topic"] += 1
        return {}
    return {t: _INDEX[p] for t, p in zip(topics, found, strict=True) if p in _INDEX}


def _items(value: Any) -> list[str] | None:
    """Return the labels of one cell, None where nothing is said."""
    if isinstance(value, str):
        return [part.strip().lower() for part in value.split(";") if part.strip()]
    if _is_missing(value):
        return None
    return [str(part).strip().lower() for part in value] if hasattr(value, "__iter__") else None


def _is_missing(value: object) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _example(row: dict[str, Any], source: str, scheme: frozenset[str]) -> Example:
    topics = row["topics"]
    return document(
        row["text"],
        source,
        row["split"],
        question=row["question"],
        sentiment=row["sentiment"],
        satisfaction=row["satisfaction"],
        emotions=None if row["emotions"] is None else frozenset(row["emotions"]),
        topics={} if topics is None else {name: name in topics for name in sorted(scheme)},
        polarities=row["polarities"],
    )
