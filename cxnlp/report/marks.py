"""The marks of the page that stand for comments, and of how many, from the journey's cube."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pyarrow as pa

from cxnlp.journey.cube import Cube

# A mark is a kind and a key; its parts, as the sentiments of a topic, each get comments of theirs.
MARK_SCHEMA = pa.schema([("kind", pa.string()), ("key", pa.string()), ("part", pa.string())])

_SENTIMENTS = ("negative", "neutral", "positive")


def mark_counts(cube: Cube) -> dict[tuple[str, str], int]:
    """Return of how many scored comments each touchpoint, topic and emotion stands."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in cube.documents.select(["touchpoint", "n_scored"]).to_pylist():
        counts["touchpoint", row["touchpoint"] or ""] += row["n_scored"]
    for row in cube.topics.select(["topic", "n"]).to_pylist():
        counts["topic", row["topic"]] += row["n"]
    for row in cube.emotions.select(["emotion", "n"]).to_pylist():
        counts["emotion", row["emotion"]] += row["n"]
    return {mark: n for mark, n in sorted(counts.items()) if n}


def marks_of(cube: Cube, grouped: Cube | None = None) -> list[dict[str, str]]:
    """Return every mark of a file with its parts, in order.

    :param grouped: the cube by a column or segment, whose values are marks at each touchpoint.
    """
    found = {*_documents(cube), *_topics(cube)}
    found |= {("emotion", row["emotion"], "") for row in cube.emotions.to_pylist()}
    if grouped is not None:
        found |= set(_groups(grouped))
    return [{"kind": kind, "key": key, "part": part} for kind, key, part in sorted(found)]


def _documents(cube: Cube) -> Iterator[tuple[str, str, str]]:
    for row in cube.documents.to_pylist():
        if not row["n_scored"]:
            continue
        touchpoint = row["touchpoint"] or ""
        for part in (*_SENTIMENTS, "mixed"):
            if row[f"n_{part}"]:
                yield "touchpoint", touchpoint, part
        day = row["period"]
        yield "cell", f"{touchpoint}/{'' if day is None else day.isoformat()}", ""


def _topics(cube: Cube) -> Iterator[tuple[str, str, str]]:
    for row in cube.topics.to_pylist():
        for part in _SENTIMENTS:
            if row[f"n_{part}"]:
                yield "topic", row["topic"], part


def _groups(grouped: Cube) -> Iterator[tuple[str, str, str]]:
    columns = grouped.documents.select(["touchpoint", "group", "n_scored"])
    for row in columns.to_pylist():
        if row["n_scored"] and row["group"] is not None:
            yield "group", f"{row['touchpoint'] or ''}/{row['group']}", ""
