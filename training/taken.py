"""Choose which texts of a split calibrate or judge a model."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from training.evaluate import by_source
from training.example import Example
from training.provenance import ANNOTATIONS, OWN_SOURCES
from training.readers import read_sources

_WATCHED = 30  # texts of each source


def take(examples: Sequence[Example], split: str, *, limit: int) -> list[Example]:
    """Return at most `limit` one-span texts of a split from each source, chosen by seed."""
    taken = []
    for group in by_source([e for e in examples if e.split == split]).values():
        whole = [e for e in group if len(e.spans) == 1 and any(c.isalnum() for c in e.text)]
        random.Random(0).shuffle(whole)
        taken += whole[: limit or None]
    return taken


def watched(data: Path, sources: Sequence[str], *, most: int | None = None) -> list[Example]:
    """Return validation texts of sources, a few of each, and `most` of them in all.

    A run's curves are drawn on them, and a blend is chosen by them; nothing is learned from them.
    """
    texts = take(read_sources(data, sources), "val", limit=_WATCHED)
    if most is None or len(texts) <= most:
        return texts
    return random.Random(0).sample(texts, most)


def is_labelled_by_people(source: str) -> bool:
    """Return whether people, and not this project, made the texts and gave the labels."""
    return not is_own(source) and source not in ANNOTATIONS


def is_own(source: str) -> bool:
    """Return whether a source's texts were made or written for this project."""
    return source.partition(":")[0] in OWN_SOURCES
