"""Whole reviews with the stars their writers gave; three stars is mixed, not neutral."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from training.example import Example, document
from training.readers.opinions import INDEX, rows


def sentiment_of_stars(stars: float) -> int | None:
    """Return negative for 1-2 stars, positive for 4-5, and nothing for 3."""
    if stars == 3:
        return None
    return INDEX["negative"] if stars < 3 else INDEX["positive"]


def _read(path: Path) -> list[Example]:
    examples = []
    for row in rows(path, keep=lambda f: f["rating"].notna()).to_dict("records"):
        stars = float(row["rating"])
        examples.append(
            document(
                row["text"],
                path.name,
                row["split"],
                satisfaction=stars,
                sentiment=sentiment_of_stars(stars),
                weight=0.7 if stars in (2, 4) else 1.0,
            )
        )
    return examples


def _read_airlines(path: Path) -> list[Example]:
    return [
        document(
            row["text"],
            path.name,
            row["split"],
            sentiment=INDEX.get(row["sentiment3"]),
            satisfaction=float(row["rating"]) if pd.notna(row["rating"]) else None,
        )
        for row in rows(path).to_dict("records")
        if pd.notna(row["rating"]) or pd.notna(row["sentiment3"])
    ]


READERS = {
    "womens_clothing": _read,
    "fine_food_1k": _read,
    "disneyland_reviews_4k": _read,
    "amazon_full_1k": _read,
    "hotel_reviews_5k": _read,
    "bangladesh_airline_reviews": _read_airlines,
}
