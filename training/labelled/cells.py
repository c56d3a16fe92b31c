"""Read the cells of a row of labels, noting what is wrong with each."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from typing import Any

from cxnlp.labels import SENTIMENTS, TOPICS
from training.evaluation.cells import is_missing

SPLITS = ("train", "val", "test")
_NONE = "none"  # a cell that says that there is no topic or emotion
_VALUE_SHOWN = 24  # characters of a label that is not known: it may be a text put in that column

Row = Mapping[str, Any]


class Wrong:
    """Notes what is wrong with one row."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def note(self, reason: str) -> None:
        """Note a reason to refuse the row."""
        self.reasons.append(reason)

    def outside(self, column: str, value: object, known: Sequence[str]) -> None:
        """Note a label that is not of the scheme, with the nearest that is."""
        shown = str(value)
        shown = repr(shown) if len(shown) <= _VALUE_SHOWN else "a long text"
        near = difflib.get_close_matches(str(value)[:40], known, n=1)
        if near:
            hint = f"; did you mean {near[0]!r}?"
        else:
            hint = f"; take one of {', '.join(known)}" if len(known) < 6 else ""
        self.note(f"{column}: {shown} is outside the scheme{hint}")


def read_string(value: object) -> str | None:
    """Return a cell as a text, None where it is empty."""
    # A number that a spreadsheet made of a name is a name again.
    if is_missing(value):
        return None
    return str(value).strip() or None


def read_sentiment(value: object, column: str, wrong: Wrong) -> int | None:
    """Return the index of a sentiment, None where the cell says nothing."""
    if is_missing(value):
        return None
    name = str(value).strip().lower()
    if name not in SENTIMENTS:
        wrong.outside(column, name, SENTIMENTS)
        return None
    return SENTIMENTS.index(name)


def read_satisfaction(value: Any, wrong: Wrong) -> float | None:
    """Return a score from 1 to 5, None where the cell says nothing."""
    if is_missing(value):
        return None
    try:
        score = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        score = math.nan
    if not 1 <= score <= 5:  # also where it is no number
        wrong.note("satisfaction: not a number from 1 to 5")
        return None
    return score


def _items(value: Any) -> list[str] | None:
    """Return the labels of a cell, [] for `none`, None where it is empty."""
    if is_missing(value):
        return None
    parts = value.split(";") if isinstance(value, str) else value
    if isinstance(parts, str | bytes) or not hasattr(parts, "__iter__"):
        parts = [parts]
    items = [str(part).strip().lower() for part in parts]
    items = [item for item in items if item]
    return [] if items == [_NONE] else items


def read_set(
    value: Any, column: str, known: tuple[str, ...], wrong: Wrong
) -> frozenset[str] | None:
    """Return the labels of a cell, none for `none`, None where it says nothing."""
    items = _items(value)
    if items is None:
        return None
    for item in items:
        if item not in known:
            wrong.outside(column, item, known)
    return frozenset(items) & frozenset(known)


def read_topics(
    cells: Row, wrong: Wrong
) -> tuple[frozenset[str] | None, tuple[tuple[str, int], ...]]:
    """Return topics and their polarities, given as `topic:sentiment` or in the other column."""
    items = _items(cells.get("topics"))
    given = _items(cells.get("polarities"))
    if items is None:
        if given:
            wrong.note("polarities: without topics")
        return None, ()
    split = [item.partition(":") for item in items]
    topics = [name.strip() for name, _, _ in split]
    inline = [polarity.strip() for _, _, polarity in split]
    if given is not None and len(given) != len(topics):
        wrong.note("polarities: not one for each topic (write - where there is none)")
        given = None
    if given is not None and any(inline):
        wrong.note("polarities: given twice, after the topic and in their own column")
    polarities = {}
    for topic, polarity in zip(topics, given or inline, strict=True):
        if topic not in TOPICS:
            wrong.outside("topics", topic, TOPICS)
        elif polarity not in ("", "-"):
            sentiment = read_sentiment(polarity, "polarities", wrong)
            if sentiment is not None:
                polarities[topic] = sentiment
    return frozenset(topics) & frozenset(TOPICS), tuple(sorted(polarities.items()))


def read_place(cells: Row, text: str, wrong: Wrong) -> tuple[int, int] | None:
    """Return the place in a text that a row labels, None for the whole."""
    start, end = cells.get("start"), cells.get("end")
    if is_missing(start) and is_missing(end):
        return None
    try:
        place = (_whole(start), _whole(end))
    except (TypeError, ValueError):
        wrong.note("start, end: not two whole numbers")
        return None
    if not 0 <= place[0] < place[1] <= len(text):
        wrong.note("start, end: not a place in the text")
        return None
    if not any(c.isalnum() for c in text[place[0] : place[1]]):
        wrong.note("start, end: a place without a letter")
        return None
    return place


def _whole(value: Any) -> int:
    number = float(value)
    if not number.is_integer():
        raise ValueError(value)
    return int(number)


def read_split(value: object, wrong: Wrong) -> str | None:
    """Return train, val or test, None where the cell says nothing."""
    if is_missing(value):
        return None
    name = str(value).strip().lower()
    name = {"validation": "val", "dev": "val", "training": "train"}.get(name, name)
    if name not in SPLITS:
        wrong.outside("split", name, SPLITS)
        return None
    return name
