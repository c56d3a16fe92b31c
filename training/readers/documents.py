"""Reviews whose sentences carry labels of their own: as sentences, and as spans of the review."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from training.example import Example, SpanLabel, document
from training.readers.opinions import INDEX, rows
from training.readers.reviews import sentiment_of_stars
from training.readers.topics import exhaustive, single

_SENTENCES_PER_DOCUMENT = 8


def _aware_span(row: dict[str, Any], start: int) -> SpanLabel:
    sentiment = INDEX.get(row["sentiment3"])
    topics = exhaustive(list(row["topics"]), "aware")
    return SpanLabel(
        start=start,
        end=start + len(row["text"]),
        sentiment=sentiment,
        topics=topics,
        polarities=single(topics, sentiment),
    )


def _read_aware(path: Path) -> list[Example]:
    return [
        Example(
            text=row["text"], source=path.name, split=row["split"], spans=(_aware_span(row, 0),)
        )
        for row in rows(path).to_dict("records")
    ]


def _read_aware_reviews(path: Path) -> list[Example]:
    """Read whole app reviews; a labelled sentence is a span where it stands word for word."""
    folder = path.parent / "aware"
    sentences: dict[str, list[dict[str, Any]]] = {}
    for row in rows(folder).to_dict("records"):
        sentences.setdefault(row["review_id"], []).append(row)
    examples = []
    for row in pd.read_parquet(folder / "reviews.parquet").to_dict("records"):
        text, stars = row["review"], float(row["rating"])
        if not isinstance(text, str) or not text.strip():
            continue
        whole = SpanLabel(
            start=0,
            end=len(text),
            satisfaction=stars,
            sentiment=sentiment_of_stars(stars),
            weight=0.5,
        )
        found = [
            (sentence, text.find(sentence["text"]))
            for sentence in sentences.get(row["review_id"], [])
        ]
        spans = [_aware_span(sentence, start) for sentence, start in found if start >= 0]
        examples.append(
            Example(text=text, source=path.name, split=row["split"], spans=(whole, *spans))
        )
    return examples


def _read_huliu(path: Path) -> list[Example]:
    return [
        document(row["text"], path.name, row["split"], sentiment=INDEX[row["sentiment3"]])
        for row in rows(path, keep=lambda f: f["sentiment3"].isin(INDEX)).to_dict("records")
    ]


def _read_huliu_reviews(path: Path) -> list[Example]:
    """Read runs of sentences of one review that hold at least one known sentiment.

    The other sentences are spans without a label: training skips them, but no document may hold
    a sentence that is held out elsewhere.
    """
    examples = []
    frame = rows(path.parent / "huliu_product_reviews")
    for _, review in frame.groupby(["product", "review"], sort=False):
        for first in range(0, len(review), _SENTENCES_PER_DOCUMENT):
            part = review.iloc[first : first + _SENTENCES_PER_DOCUMENT].to_dict("records")
            spans, start = [], 0
            for row in part:
                end = start + len(row["text"])
                spans.append(
                    SpanLabel(start=start, end=end, sentiment=INDEX.get(row["sentiment3"]))
                )
                start = end + 1
            if len(part) > 1 and any(span.sentiment is not None for span in spans):
                examples.append(
                    Example(
                        text=" ".join(row["text"] for row in part),
                        source=path.name,
                        split=part[0]["split"],
                        spans=tuple(spans),
                    )
                )
    return examples


READERS = {
    "aware": _read_aware,
    "aware_reviews": _read_aware_reviews,
    "huliu_product_reviews": _read_huliu,
    "huliu_reviews": _read_huliu_reviews,
}
