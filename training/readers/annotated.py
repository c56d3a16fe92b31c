"""Texts of other sources, graded and given topics for this project: see training/annotations."""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd

from cxnlp.errors import InputError
from cxnlp.labels import TOPICS
from training.example import Example, SpanLabel
from training.readers.opinions import INDEX

_FOLDER = Path(__file__).parent.parent / "annotations"
# Where the text of a source is not in data.parquet, column `text`.
_TEXTS = {"aware_reviews": ("aware", "reviews.parquet", "review")}
_SENTIMENTS = {"0": "neutral", "1": "negative", "2": "negative", "4": "positive", "5": "positive"}
_POLARITIES = {"-": INDEX["negative"], "=": INDEX["neutral"], "+": INDEX["positive"]}
_MAX_DOCUMENT = 600  # characters: longer ones cost more than their few labels are worth

Place = tuple[int, int]  # code points of a row's text


@cache
def read_annotations(name: str) -> dict[str, dict[str, dict[Place, str]]]:
    """Return source -> hash of a row's text -> place -> what was annotated there."""
    found: dict[str, dict[str, dict[Place, str]]] = defaultdict(lambda: defaultdict(dict))
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.reader(stream):
            if row[0] != "source":
                source, key, start, end, value = row
                found[source][key][int(start), int(end)] = value
    return found


def annotated_sources() -> list[str]:
    """Return the sources whose texts were annotated."""
    return sorted({*read_annotations("sentiment"), *read_annotations("topics")})


def parse_topics(value: str) -> tuple[dict[str, bool], dict[str, int]]:
    """Return which topics a text has, and the polarity of those that have one.

    >>> topics, polarities = parse_topics("price_value- staff_service~")
    >>> sorted(t for t, there in topics.items() if there), polarities
    (['price_value', 'staff_service'], {'price_value': 0})
    """
    signs = {} if value == "none" else {item[:-1]: item[-1] for item in value.split()}
    unknown = sorted(set(signs) - set(TOPICS))
    if unknown:
        raise InputError(f"unknown topics {unknown}; those of cxnlp/labels.py may be annotated.")
    return (
        {topic: topic in signs for topic in TOPICS},
        {topic: _POLARITIES[sign] for topic, sign in signs.items() if sign in _POLARITIES},
    )


def _span(source: str, key: str, place: Place) -> SpanLabel | None:
    """Return the labels of a place; a grade marked `?` counts half, one of 3 is no sentiment."""
    grade = read_annotations("sentiment")[source].get(key, {}).get(place, "")
    value = read_annotations("topics")[source].get(key, {}).get(place)
    topics, polarities = parse_topics(value) if value is not None else ({}, {})
    name = _SENTIMENTS.get(grade[:1])
    span = SpanLabel(
        start=place[0],
        end=place[1],
        sentiment=INDEX[name] if name else None,
        weight=0.5 if grade.endswith("?") else 1.0,
        topics=topics,
        polarities=polarities,
    )
    return span if span.says_something else None


# Their texts are read under no other label, neither here nor for the revision trained from: only
# these are held back.
_HELD_BACK = frozenset(
    {
        "app_reviews_is22",
        "austin_survey_verbatims",
        "ibm_twitter_care",
        "multidogo",
        "smile_museum_emotion",
        "taskmaster_user_turns",
        "topical_chat_emotion",
    }
)


def _split_of(source: str, key: str) -> str:
    number = int(key, 16) % 100
    if source not in _HELD_BACK:
        return "train"
    return "val" if number < 6 else "test" if number < 14 else "train"


def _rows(data: Path) -> Iterator[tuple[str, str, str, list[SpanLabel]]]:
    """Yield source, hash, text and labelled spans of every annotated row."""
    for source in annotated_sources():
        folder, file, column = _TEXTS.get(source, (source, "data.parquet", "text"))
        found = (read_annotations(name)[source] for name in ("sentiment", "topics"))
        places: dict[str, set[Place]] = defaultdict(set)
        for by_row in found:
            for key, by_place in by_row.items():
                places[key].update(by_place)
        for text in pd.read_parquet(data / folder / file)[column].dropna().unique():
            key = hashlib.sha256(text.encode()).hexdigest()[:16]
            spans = [_span(source, key, place) for place in sorted(places.get(key, ()))]
            known = [span for span in spans if span is not None]
            if known:
                yield source, key, text, known


def _read_sentences(path: Path) -> list[Example]:
    """Read every annotated place as a text of its own."""
    examples = []
    for source, key, text, spans in _rows(path.parent):
        for span in spans:
            piece = text[span.start : span.end]
            whole = replace(span, start=0, end=len(piece))
            examples.append(
                Example(
                    text=piece,
                    source="annotated",
                    split=_split_of(source, key),
                    spans=(whole,),
                    origin=source,
                )
            )
    return examples


def _read_documents(path: Path) -> list[Example]:
    """Read the rows that hold more than what was annotated, with its places as spans.

    The whole is a span without a label, so that none of its sentences passes for it.
    """
    return [
        Example(
            text=text,
            source="annotated_reviews",
            split=_split_of(source, key),
            spans=(SpanLabel(start=0, end=len(text)), *spans),
            origin=source,
        )
        for source, key, text, spans in _rows(path.parent)
        if len(text) <= _MAX_DOCUMENT and spans[0].end - spans[0].start < len(text.strip())
    ]


READERS = {"annotated": _read_sentences, "annotated_reviews": _read_documents}
