"""Short texts with a three-way sentiment given by people."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from cxnlp.labels import SENTIMENTS, TOPICS
from training.example import Example, document

INDEX = {name: index for index, name in enumerate(SENTIMENTS)}


def rows(path: Path, *, keep: Callable[[pd.DataFrame], pd.Series] | None = None) -> pd.DataFrame:
    """Return a source's rows with a text, filtered."""
    frame = pd.read_parquet(path / "data.parquet")
    frame = frame[frame["text"].notna() & (frame["text"].str.strip() != "")]
    return frame[keep(frame)] if keep is not None else frame


def _read(
    path: Path,
    *,
    column: str = "sentiment3",
    keep: Callable[[pd.DataFrame], pd.Series] | None = None,
    weight: float = 1.0,
    score: str | None = None,
    feedback: bool = True,
) -> list[Example]:
    """Read one row an example; where it is no feedback, it is about none of the topics."""
    topics = {} if feedback else dict.fromkeys(TOPICS, False)
    examples = []
    for row in rows(path, keep=keep).to_dict("records"):
        sentiment = INDEX.get(row[column])
        satisfaction = float(row[score]) if score and pd.notna(row[score]) else None
        if sentiment is None and satisfaction is None:
            continue
        examples.append(
            document(
                row["text"],
                path.name,
                row["split"],
                weight=weight,
                sentiment=sentiment,
                satisfaction=satisfaction,
                topics=topics,
            )
        )
    return examples


def _evaluation_only(path: Path) -> list[Example]:
    return [
        document(row["text"], row["source"], "test", sentiment=INDEX[row["label"]])
        for row in rows(path).to_dict("records")
    ]


READERS = {
    "vader_graded": partial(_read, score="score5"),
    "sentimentr_crowd": _read,
    "tech_support_sentiment": partial(_read, keep=lambda f: f["domain"] == "stackoverflow"),
    "github_discussion_sentiment": _read,
    # Labelled towards a brand, which need not be the feeling of the text: half weight.
    "brand_entity_tweets": partial(
        _read, keep=lambda f: f["original_label"] != "irrelevant", weight=0.5
    ),
    "apple_tweets_crowdflower": partial(_read, keep=lambda f: f["confidence"] >= 0.6),
    "app_feature_sentiment_is22": _read,
    "tsa_md": partial(_read, column="sentiment"),
    # Labelled towards a person in the news: half weight.
    "newsmtsc": partial(_read, weight=0.5, feedback=False),
    "emobank": partial(_read, feedback=False),
    "neutral_by_construction": _read,
    "dynasent_val": _evaluation_only,
}
