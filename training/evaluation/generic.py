"""Read labelled texts that no reader of their own knows, by the names of their columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cxnlp.errors import InputError
from cxnlp.text.language import detect_languages
from training.evaluation.cells import (
    POLARITY_COLUMNS,
    SATISFACTION_COLUMNS,
    SENTIMENT_COLUMNS,
    ReadRow,
    is_other_scale,
    read_row,
    read_split,
)
from training.example import Example, document

_LANGUAGE = ("language", "lang")
COLUMNS = (*SENTIMENT_COLUMNS, *SATISFACTION_COLUMNS, "emotions", "topics")
READ = ("text", "question", *COLUMNS, *POLARITY_COLUMNS, "split", *_LANGUAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class GenericSet:
    """Texts with what labels could be read, and what could not."""

    examples: tuple[Example, ...]
    emotions: frozenset[str]  # those that its labels can express
    notes: tuple[str, ...]


def read_generic(
    frame: pd.DataFrame, source: str, *, mapping: Mapping[str, str] | None = None
) -> GenericSet:
    """Return the texts of a table with a column `text` and any of `COLUMNS`, in any case.

    Optional: `question`, `split` (without it every row is of the test split), polarities in the
    order of the topics, `language` (without it, the text tells). Lists in a CSV are joined by
    semicolons; an empty cell says nothing, `none` that there is no topic or emotion. What no row
    names is unknown, not denied.

    :param mapping: one of `READ` -> the column to read as that, where it has another name.
    :raises InputError: where there is no text, or no label that is understood.
    """
    mapping = mapping or {}
    absent = [column for column in mapping.values() if column not in frame]
    frame = _with_known_names(_mapped(frame, mapping))
    if "text" not in frame:
        raise InputError(f"{source}: has no column 'text'. Pass --map text=COLUMN.")
    if frame.empty:
        raise InputError(f"{source}: holds no row.")
    unread: Counter[str] = Counter()
    usable = _in_english(frame, list(_usable(frame, unread)), unread)
    other_scale = [
        column
        for column in SATISFACTION_COLUMNS
        if is_other_scale([row.get(column) for row, _ in usable])
    ]
    scores = [column for column in SATISFACTION_COLUMNS if column not in other_scale]
    rows = [read_row(row, scores, split, unread) for row, split in usable]
    topics = sorted({topic for row in rows for topic in row.topics or ()})
    emotions = frozenset(name for row in rows for name in row.emotions or ())
    examples = tuple(_example(row, source, topics) for row in rows)
    examples = tuple(e for e in examples if e.spans[0].says_something)
    silent = len(rows) - len(examples)
    repeated = len(examples) - len({(e.text, e.question) for e in examples})
    notes = (
        *(f"has no column {column!r} to map" for column in absent),
        *(f"column {c!r} left out: it is of another scale than 1 to 5" for c in other_scale),
        *(f"{n:,} {_rows(n)} {what}" for what, n in sorted(unread.items())),
    )
    if not examples:
        raise InputError(f"{source}: {_why_no_labels(frame, len(usable), notes)}.")
    if silent:
        notes += (f"{silent:,} {_rows(silent)} without any label that is understood, left out",)
    if repeated:
        notes += (f"{repeated:,} {_rows(repeated)} with the text of an earlier one, all counted",)
    return GenericSet(examples=examples, emotions=emotions, notes=notes)


def _mapped(frame: pd.DataFrame, mapping: Mapping[str, str]) -> pd.DataFrame:
    there = {column: name for name, column in mapping.items() if column in frame}
    # What had the name before is not what is meant by it.
    return frame.drop(columns=set(there.values()) - set(there), errors="ignore").rename(
        columns=there
    )


def _with_known_names(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which columns such as `Text` and `Sentiment ` have the names read here."""
    names: dict[Any, str] = {}
    for column in frame.columns:
        name = str(column).strip().lower()
        if name in READ and name not in frame and name not in names.values():
            names[column] = name
    return frame.rename(columns=names)


def _why_no_labels(frame: pd.DataFrame, n_usable: int, notes: tuple[str, ...]) -> str:
    there = [name for name in COLUMNS if name in frame]
    if not there:
        return f"has none of the columns {', '.join(COLUMNS)}; map one of yours"
    why = f": {'; '.join(notes)}" if notes else ""
    if not n_usable:
        return f"no row can be used{why}"
    return f"no label is understood in {', '.join(there)}{why}"


def _rows(n: int) -> str:
    return "row" if n == 1 else "rows"


def _usable(frame: pd.DataFrame, unread: Counter[str]) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each row that holds a text, and its split."""
    for row in frame.to_dict("records"):
        if not isinstance(row["text"], str) or not row["text"].strip():
            unread["without a text, left out"] += 1
        elif (split := read_split(row, unread)) is not None:
            yield row, split


def _in_english(
    frame: pd.DataFrame, rows: list[tuple[dict[str, Any], str]], unread: Counter[str]
) -> list[tuple[dict[str, Any], str]]:
    """Return the English rows: by their column, or as the model tells when it scores."""
    column = next((name for name in _LANGUAGE if name in frame), None)
    if column is not None:
        what = "in another language than English, left out"
        english = [_is_english(row[column]) for row, _ in rows]
    else:
        what = "seemingly in another language than English, left out"
        english = [code == "en" for code in detect_languages([row["text"] for row, _ in rows])]
    if n_others := english.count(False):
        unread[what] += n_others
    return [row for row, keep in zip(rows, english, strict=True) if keep]


def _is_english(code: object) -> bool:
    """Return whether a language is English, or not said."""
    return not isinstance(code, str) or code.strip().lower()[:2] in ("", "en")


def _example(row: ReadRow, source: str, scheme: list[str]) -> Example:
    return document(
        row.text,
        source,
        row.split,
        question=row.question,
        sentiment=row.sentiment,
        satisfaction=row.satisfaction,
        emotions=row.emotions,
        topics={} if row.topics is None else {name: name in row.topics for name in scheme},
        polarities=row.polarities,
    )
