"""Reviews whose sentences carry labels of their own: as sentences, and as spans of the review."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from training.example import Example, SpanLabel, document
from training.readers.opinions import INDEX, rows
from training.readers.reviews import sentiment_of_stars
from training.readers.topics import exhaustive, single

_SENTENCES_PER_DOCUMENT = 8


def _aware_labels(row: dict[str, object]) -> dict[str, object]:
    sentiment = INDEX.get(str(row["sentiment3"]))
    topics = exhaustive(list(row["topics"]), "aware")  # type: ignore[call-overload]
    return {"sentiment": sentiment, "topics": topics, "polarities": single(topics, sentiment)}


def _read_aware(path: Path) -> list[Example]:
    return [
        document(row["text"], path.name, row["split"], **_aware_labels(row))
        for row in rows(path).to_dict("records")
    ]


def _read_aware_reviews(path: Path) -> list[Example]:
    """Read whole app reviews; a labelled sentence is a span where it stands word for word."""
    folder = path.parent / "aware"
    sentences: dict[str, list[dict[str, object]]] = {}
    for row in rows(folder).to_dict("records"):
        sentences.setdefault(row["review_id"], []).append(row)
    examples = []
    for row in pd.read_parquet(folder / "reviews.parquet").to_dict("records"):
        text, stars = row["review"], float(row["rating"])
        if not isinstance(text, str) or not text.strip():
            continue
        spans = [SpanLabel(start=0, end=len(text), satisfaction=stars,
                           sentiment=sentiment_of_stars(stars), weight=0.5)]
        for sentence in sentences.get(row["review_id"], []):
            start = text.find(str(sentence["text"]))
            if start >= 0:
                spans.append(SpanLabel(start=start, end=start + len(str(sentence["text"])),
                                       **_aware_labels(sentence)))  # type: ignore[arg-type]
        examples.append(Example(text=text, source=path.name, split=row["split"],
                                spans=tuple(spans)))
    return examples


def _read_huliu(path: Path) -> list[Example]:
    return [
        document(row["text"], path.name, row["split"], sentiment=INDEX[row["sentiment3"]])
        for row in rows(path, keep=lambda f: f["sentiment3"].isin(INDEX)).to_dict("records")
    ]


def _read_huliu_reviews(path: Path) -> list[Example]:
    """Read runs of sentences of one review; only sentences with a known sentiment are spans."""
    examples = []
    frame = rows(path.parent / "huliu_product_reviews")
    for _, review in frame.groupby(["product", "review"], sort=False):
        for first in range(0, len(review), _SENTENCES_PER_DOCUMENT):
            text, spans = "", []
            part = review.iloc[first : first + _SENTENCES_PER_DOCUMENT]
            for row in part.to_dict("records"):
                text += " " if text else ""
                if row["sentiment3"] in INDEX:
                    spans.append(SpanLabel(start=len(text), end=len(text) + len(row["text"]),
                                           sentiment=INDEX[row["sentiment3"]]))
                text += row["text"]
            if len(part) > 1 and spans:
                examples.append(Example(text=text, source=path.name, split=part["split"].iloc[0],
                                        spans=tuple(spans)))
    return examples


READERS = {
    "aware": _read_aware,
    "aware_reviews": _read_aware_reviews,
    "huliu_product_reviews": _read_huliu,
    "huliu_reviews": _read_huliu_reviews,
}
