"""How a released model errs: counts of its validation texts, by true and predicted label."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxnlp.errors import ModelError
from cxnlp.labels import SENTIMENTS, TOPICS

CONFUSION_FILE = "confusion.json"

Counts = tuple[tuple[int, ...], ...]  # a row for each true label, a column for each predicted one


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfusion:
    """Counts of validation texts whose label is known, and which texts these were."""

    domain: str  # the texts, in words: what the counts hold for
    sentiment: Counts  # 3 x 3, in the order of cxnlp.labels.SENTIMENTS
    topics: dict[str, Counts]  # topic -> 2 x 2: absent and present; only topics with known labels
    # How many texts each row is worth on texts of another kind; rates differ from set to set.
    sentiment_effective: tuple[float, ...]
    topics_effective: dict[str, tuple[float, ...]]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, as they stand in a scored file's metadata."""
        return {
            "domain": self.domain,
            "sentiment": [list(row) for row in self.sentiment],
            "topics": {name: [list(row) for row in rows] for name, rows in self.topics.items()},
            "sentiment_effective": list(self.sentiment_effective),
            "topics_effective": {n: list(texts) for n, texts in self.topics_effective.items()},
        }


def confusion_from_dict(found: Mapping[str, Any]) -> ModelConfusion:
    """Return the counts that `ModelConfusion.to_dict` wrote.

    :raises ValueError: where a key is missing, or counts have another shape.
    """
    try:
        if unknown := sorted(set(found["topics"]) - set(TOPICS)):
            raise ValueError(f"unknown topics {', '.join(unknown)}")
        topics = {name: _counts(rows, 2) for name, rows in dict(found["topics"]).items()}
        domain, sentiment = str(found["domain"]), _counts(found["sentiment"], len(SENTIMENTS))
        effective = _effective(found["sentiment_effective"], len(SENTIMENTS))
        topics_effective = {name: _effective(found["topics_effective"][name], 2) for name in topics}
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a confusion: {error!r}") from error
    return ModelConfusion(
        domain=domain,
        sentiment=sentiment,
        topics=topics,
        sentiment_effective=effective,
        topics_effective=topics_effective,
    )


def read_confusion(folder: Path, *, model: str) -> ModelConfusion | None:
    """Return the counts of a model folder, or None where it has none, as older ones.

    :param model: name@revision of the folder.
    :raises ModelError: where the file is broken, or counts another model's errors.
    """
    path = folder / CONFUSION_FILE
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        confusion = confusion_from_dict(found)
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"{path}: cannot be read: {error}. Fetch the folder again.") from error
    if found.get("model") != model:
        raise ModelError(
            f"{path}: counts the errors of {found.get('model')}, not of {model}. "
            "Count them anew with `python -m training.confusion`, or delete the file."
        )
    return confusion


def _counts(rows: Sequence[Sequence[int]], size: int) -> Counts:
    counts = tuple(tuple(row) for row in rows)
    if len(counts) != size or any(len(row) != size for row in counts):
        raise ValueError(f"counts are not {size} rows of {size}")
    if any(type(count) is not int or count < 0 for row in counts for count in row):
        raise ValueError("a count is not a whole number from 0 on")
    return counts


def _effective(texts: Sequence[float], size: int) -> tuple[float, ...]:
    found = tuple(float(n) for n in texts)
    if len(found) != size or not all(0 < n < float("inf") for n in found):
        raise ValueError(f"effective texts are not {size} numbers above 0")
    return found
