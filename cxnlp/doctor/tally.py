"""Counts what is in the interactions of a file, batch by batch, in bounded memory."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cxnlp.doctor.findings import Score
from cxnlp.importers.seen_ids import SeenIds

# Enough to know shares within a point, and to time the model.
SAMPLE = 5_000
_MIN_WORDS = 4  # a shorter answer is many people's
_MAX_NAMES = 10_000


class Tally:
    """What was seen so far."""

    def __init__(self, *, seed: int = 0) -> None:
        self.n = self.n_texts = self.n_conversations = self.n_without_text = 0
        self.n_characters = self.longest = self.n_undated = self.n_repeated_texts = 0
        self.first: dt.datetime | None = None
        self.last: dt.datetime | None = None
        self.touchpoints: Counter[str] = Counter()
        self.channels: Counter[str] = Counter()
        self.sample: list[tuple[str, str | None]] = []  # text and question
        self._n_seen = 0
        self._random = random.Random(seed)
        self._texts = SeenIds()
        self._answered: set[tuple[str | None, ...]] = set()
        self._scores: dict[tuple[Any, ...], list[float]] = {}

    def add(self, batch: pa.RecordBatch) -> None:
        """Count one batch of interactions."""
        self.n += len(batch)
        self._add_dates(batch.column("occurred_at"))
        _add_names(self.touchpoints, batch.column("touchpoint"))
        _add_names(self.channels, batch.column("channel"))
        long_ones = []
        for text, question, turns in zip(
            batch.column("text").to_pylist(),
            batch.column("question").to_pylist(),
            batch.column("turns").to_pylist(),
            strict=True,
        ):
            if turns:
                self.n_conversations += 1
                said = "\n".join(t["text"] or "" for t in turns if t["role"] == "customer")
            elif text:
                self.n_texts += 1
                said = text
            else:
                self.n_without_text += 1
                continue
            self.n_characters += len(said)
            self.longest = max(self.longest, len(said))
            words = said.casefold().split()
            if len(words) >= _MIN_WORDS:
                long_ones.append(" ".join(words))
            self._draw(said, question)
        self.n_repeated_texts += sum(self._texts.add(long_ones))
        self._add_answers(batch)

    def scores(self) -> tuple[Score, ...]:
        """Return the scored questions in the order in which they turned up."""
        return tuple(
            Score(
                question=question, kind=kind, scale_min=low, scale_max=high,
                higher_is_better=higher, n=int(n), mean=total / n if n else None,
            )
            for (question, kind, low, high, higher), (n, total) in self._scores.items()
        )  # fmt: skip

    def _draw(self, text: str, question: str | None) -> None:
        """Keep an even sample of what has been seen (reservoir sampling; Vitter, 1985)."""
        self._n_seen += 1
        if len(self.sample) < SAMPLE:
            self.sample.append((text, question))
        elif (place := self._random.randrange(self._n_seen)) < SAMPLE:
            self.sample[place] = (text, question)

    def _add_dates(self, column: pa.Array[Any]) -> None:
        dates = [date for date in column.to_pylist() if date is not None]
        self.n_undated += len(column) - len(dates)
        if dates:
            self.first = min(dates) if self.first is None else min(self.first, *dates)
            self.last = max(dates) if self.last is None else max(self.last, *dates)

    def _add_answers(self, batch: pa.RecordBatch) -> None:
        for touchpoint, source, submission, answers in zip(
            batch.column("touchpoint").to_pylist(),
            batch.column("source").to_pylist(),
            batch.column("submission_id").to_pylist(),
            batch.column("responses").to_pylist(),
            strict=True,
        ):
            for answer in answers or ():
                if submission is not None:
                    # One answer counts once, however many verbatims of its submission repeat it;
                    # those of one submission stand together.
                    key = (source, submission, answer["question_id"])
                    if key in self._answered:
                        continue
                    if len(self._answered) >= _MAX_NAMES:
                        self._answered.clear()
                    self._answered.add(key)
                names = ("question_id", "metric", "scale_min", "scale_max", "higher_is_better")
                sums = self._scores.setdefault(tuple(answer[name] for name in names), [0.0, 0.0])
                sums[0] += 1
                sums[1] += answer["value"]
                if touchpoint is None and answer["touchpoint"] is not None:
                    self.touchpoints[answer["touchpoint"]] += 1


def _add_names(names: Counter[str], column: pa.Array[Any]) -> None:
    counted = pc.value_counts(column)
    for value, n in zip(
        counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True
    ):
        if value is not None and (value in names or len(names) < _MAX_NAMES):
            names[value] += n or 0
