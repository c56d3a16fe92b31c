"""The texts of a scored file that may be worth labelling: each once, with the model's doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import ibis
import numpy as np

from cxnlp.errors import InputError
from cxnlp.insights.label_order import Floats, Ints, closeness, doubt_of_topics
from cxnlp.journey.scored import ROW, ScoredFile, reading
from cxnlp.labels import SENTIMENTS
from cxnlp.records import MAX_TEXT_CHARACTERS

MAX_POOL = 50_000  # texts of a file that are looked at: a random draw of a larger one
UnsureOf = Literal["sentiment", "topics", "both"]
_READ = ("source", "interaction_id", "question", "text", "turns", "sentiment", "sentiment_probs",
         "topics")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolText:
    """A text that could be labelled, and what the model said of it."""

    source: str
    interaction_id: str
    question: str
    text: str
    sentiment: str
    topics: str  # names joined by ;, or none


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Texts to choose from, and what became of the others."""

    texts: tuple[PoolText, ...]
    doubt: Floats  # [texts], 0 to 1
    n_scored: int  # texts of the file that were scored
    n_read: int  # of them that were looked at
    n_copies: int  # equal to an earlier one but for case and signs
    n_unusable: int  # without a letter, or longer than a label file may hold


def read_pool(scored: ScoredFile, *, unsure_of: UnsureOf, generator: np.random.Generator) -> Pool:
    """Return the distinct texts of a scored file, of a random 50,000 where there are more.

    Of a conversation, the customer's turns are the text. Doubt is how close the two likeliest
    sentiments are, or the odds of the most doubtful topic are to even; of both, the mean.

    :raises InputError: where the file holds no scored text that can be labelled.
    """
    table = scored.record(*_READ)
    usable = table.sentiment.notnull() & (table.text.notnull() | table.turns.notnull())
    with reading(scored.path):
        numbers: Ints = np.sort(table.filter(usable).select(ROW).to_pyarrow()[ROW].to_numpy())
        n_scored = len(numbers)
        if n_scored > MAX_POOL:
            numbers = np.sort(generator.choice(numbers, size=MAX_POOL, replace=False))
        chosen = ibis.memtable({"wanted": numbers})
        kept = table.semi_join(chosen, table[ROW] == chosen.wanted) if n_scored else table.limit(0)
        found = sorted(kept.to_pyarrow().to_pylist(), key=lambda row: int(row[ROW]))
    rows, n_copies, n_unusable = _distinct(found)
    if not rows:
        raise InputError(f"{scored.path}: no text was scored that could be labelled.")
    said = [_said(row) for row in rows]
    sentiment = closeness(np.array([_probabilities(row) for row in rows]))
    topics = doubt_of_topics([row["topics"] or () for row in rows])
    doubt = {"sentiment": sentiment, "topics": topics, "both": (sentiment + topics) / 2}
    return Pool(
        texts=tuple(said),
        doubt=doubt[unsure_of],
        n_scored=n_scored,
        n_read=len(found),
        n_copies=n_copies,
        n_unusable=n_unusable,
    )


def plain(text: str) -> str:
    """Return the letters and digits of a text in small letters, one space between words.

    >>> plain("It came LATE -- again!")
    'it came late again'
    """
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def _distinct(found: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], int, int]:
    """Return rows with their text, each text once for a question; copies, and unusable ones."""
    rows, seen, n_copies, n_unusable = list[dict[str, Any]](), set[tuple[str, str]](), 0, 0
    for row in found:
        text = row["text"] or _customers(row["turns"] or ())
        words = plain(text)
        key = (plain(row["question"] or ""), words)
        if not words or len(text) > MAX_TEXT_CHARACTERS:
            n_unusable += 1
        elif key in seen:
            n_copies += 1
        else:
            seen.add(key)
            rows.append({**row, "text": text})
    return rows, n_copies, n_unusable


def _customers(turns: Sequence[Mapping[str, str | None]]) -> str:
    return "\n".join(turn["text"] or "" for turn in turns if turn["role"] == "customer")


def _probabilities(row: Mapping[str, Any]) -> list[float]:
    given = row["sentiment_probs"]
    if given is None:
        return [float(row["sentiment"] == label) for label in SENTIMENTS]
    return [float(given[label] or 0.0) for label in SENTIMENTS]


def _said(row: Mapping[str, Any]) -> PoolText:
    names = [str(topic["label"]) for topic in row["topics"] or ()]
    return PoolText(
        source=row["source"] or "",
        interaction_id=row["interaction_id"] or "",
        question=row["question"] or "",
        text=row["text"],
        sentiment=row["sentiment"],
        topics=";".join(names) or "none",
    )
