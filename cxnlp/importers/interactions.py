"""Chunks of one file as columns of the interaction record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from cxnlp.declarations import JourneyFile
from cxnlp.importers.cells import cell_texts, is_blank
from cxnlp.importers.channels import (
    UNKNOWN_CHANNEL,
    UNKNOWN_LANGUAGE,
    read_channel,
    read_language,
)
from cxnlp.importers.counts import Counts
from cxnlp.importers.dates import IMPOSSIBLE, DateReader, read_times, timestamps
from cxnlp.importers.plan import Plan
from cxnlp.importers.rejects import RejectLog
from cxnlp.importers.scores import Answer, ScoreReader, read_weight, responses_array
from cxnlp.importers.seen_ids import SeenIds
from cxnlp.importers.table import Chunk, strings
from cxnlp.records import INTERACTION, MAX_TEXT_CHARACTERS
from cxnlp.slug import slug

NO_CONTENT = "no text and no score"
NUL = "NUL character"
TOO_LONG = f"over {MAX_TEXT_CHARACTERS:,} characters"
DUPLICATE = "duplicate id"
NO_NAME = "no letter or digit"

_REMEMBERED = 1 << 14
_SEGMENTS: Any = INTERACTION.field("segments").type

Texts = list[str | None]


class InteractionReader:
    """Reads the chunks of one file in order, keeping what must be known of earlier ones."""

    def __init__(
        self, plan: Plan, *, journey: JourneyFile, rejects: RejectLog, counts: Counts
    ) -> None:
        self._plan = plan
        self._stage_of = {t.name: t.stage for t in journey.touchpoints}
        self._stages = {slug(stage): stage for stage in journey.stages}
        self._rejects = rejects
        self._counts = counts
        self._ids = SeenIds()
        self._scores = [ScoreReader(metric=metric) for metric in plan.metrics]
        self._dates = DateReader(day_first=plan.day_first)
        self._words: dict[tuple[str, str], str | None] = {}
        self._pending: list[tuple[int, str, str]] = []

    def reject_row(self, row: int, column: str, reason: str) -> None:
        """Reject a whole row."""
        self._counts.rows_read += 1
        self._counts.rows_rejected += 1
        self._pending.append((row, column, reason))

    def read(self, chunk: Chunk) -> tuple[list[pa.Array[Any]], pa.RecordBatch]:
        """Return the interaction columns of the rows that are kept, and their input columns."""
        texts = self._free_texts(chunk, "text")
        answers = self._answers(chunk)
        kept = self._usable(chunk, texts, answers)
        if len(kept) < len(chunk.rows):
            chunk = Chunk(
                rows=[chunk.rows[i] for i in kept],
                batch=chunk.batch.take(pa.array(kept, pa.int64())),
            )
            texts = [texts[i] for i in kept]
            answers = [answers[i] for i in kept]
        columns = self._columns(chunk, texts, answers)
        self._counts.rows_read += len(kept)
        self._counts.rows_kept += len(kept)
        self.flush()
        return columns, chunk.batch

    def flush(self) -> None:
        """Hand the rejects so far to the log, in the order of their rows."""
        for row, column, reason in sorted(self._pending, key=lambda reject: reject[0]):
            self._rejects.add(self._plan.source, row, column, reason)
        self._pending.clear()

    def _columns(
        self, chunk: Chunk, texts: Texts, answers: list[list[Answer]]
    ) -> list[pa.Array[Any]]:
        n = len(texts)
        ids = self._interaction_ids(chunk)
        touchpoints = self._words_of(chunk, "touchpoint", lambda w: slug(w) or None, NO_NAME)
        told_stages = self._words_of(chunk, "stage", self._read_stage, NO_NAME)
        stages = [
            told or self._stage_of.get(touchpoint or "")
            for told, touchpoint in zip(told_stages, touchpoints, strict=True)
        ]
        submissions = [s or i for s, i in zip(self._cells(chunk, "submission"), ids, strict=True)]
        return [
            strings(list(ids)),
            pa.repeat(pa.scalar(self._plan.source, pa.string()), n),
            strings(self._cells(chunk, "customer")),
            timestamps(self._times(chunk)),
            strings(self._words_of(chunk, "channel", read_channel, UNKNOWN_CHANNEL)),
            strings(touchpoints),
            strings(stages),
            strings(self._words_of(chunk, "language", read_language, UNKNOWN_LANGUAGE)),
            strings(self._free_texts(chunk, "question")),
            strings(texts),
            pa.array([None] * n, INTERACTION.field("turns").type),
            strings(list(submissions)),
            self._segments(chunk),
            responses_array(
                answers, touchpoints=touchpoints, stages=stages, stage_of=self._stage_of
            ),
        ]

    def _usable(self, chunk: Chunk, texts: Texts, answers: Sequence[Sequence[object]]) -> list[int]:
        """Return the positions of the rows with something to keep that did not come before."""
        explained = {row for row, _, _ in self._pending}
        usable = []
        for i, row in enumerate(chunk.rows):
            if texts[i] is not None or answers[i]:
                usable.append(i)
            elif row in explained:
                self._counts.rows_read += 1
                self._counts.rows_rejected += 1
            else:
                self.reject_row(row, self._plan.columns.get("text", ""), NO_CONTENT)
        if "id" not in self._plan.columns:
            return usable
        ids = self._interaction_ids(chunk)
        repeated = self._ids.add([ids[i] for i in usable])
        for i, is_repeated in zip(usable, repeated, strict=True):
            if is_repeated:
                self._counts.duplicates += 1
                self.reject_row(chunk.rows[i], self._plan.columns["id"], DUPLICATE)
        return [i for i, is_repeated in zip(usable, repeated, strict=True) if not is_repeated]

    def _reject_value(self, row: int, column: str, reason: str) -> None:
        self._counts.values_rejected += 1
        self._pending.append((row, column, reason))

    def _cells(self, chunk: Chunk, field: str) -> Texts:
        column = self._plan.columns.get(field)
        if column is None:
            return [None] * len(chunk.rows)
        return [cell or None for cell in cell_texts(chunk.batch.column(column))]

    def _interaction_ids(self, chunk: Chunk) -> list[str]:
        cells = self._cells(chunk, "id")
        return [
            cell if cell is not None else f"{self._plan.source}:{row}"
            for cell, row in zip(cells, chunk.rows, strict=True)
        ]

    def _free_texts(self, chunk: Chunk, field: str) -> Texts:
        texts = self._cells(chunk, field)
        for i, text in enumerate(texts):
            if text is None:
                continue
            problem = NUL if "\0" in text else TOO_LONG if len(text) > MAX_TEXT_CHARACTERS else ""
            if problem:
                self._reject_value(chunk.rows[i], self._plan.columns[field], problem)
            if problem or is_blank(text):
                texts[i] = None
        return texts

    def _words_of(
        self, chunk: Chunk, field: str, read: Callable[[str], str | None], problem: str
    ) -> Texts:
        """Read a column of few different values, remembering them."""
        cells = self._cells(chunk, field)
        for i, cell in enumerate(cells):
            if cell is None:
                continue
            key = (field, cell)
            if key not in self._words:
                if len(self._words) >= _REMEMBERED:
                    self._words.clear()
                self._words[key] = None if cell.isspace() else read(cell)
            cells[i] = self._words[key]
            if cells[i] is None and not cell.isspace():
                self._reject_value(chunk.rows[i], self._plan.columns[field], problem)
        return cells

    def _read_stage(self, name: str) -> str | None:
        key = slug(name)
        return self._stages.get(key, key) or None

    def _times(self, chunk: Chunk) -> list[int | None]:
        column = self._plan.columns.get("date")
        if column is None:
            return [None] * len(chunk.rows)
        cells = chunk.batch.column(column)
        if pa.types.is_timestamp(cells.type) or pa.types.is_date(cells.type):
            times, wrong = read_times(cells)
            for i in wrong:
                self._reject_value(chunk.rows[i], column, IMPOSSIBLE)
            return times
        times = [None] * len(chunk.rows)
        for i, cell in enumerate(cell_texts(cells)):
            if cell is None or cell.isspace() or not cell:
                continue
            found = self._dates.read(cell)
            if isinstance(found, str):
                self._reject_value(chunk.rows[i], column, found)
            else:
                times[i] = found
        return times

    def _answers(self, chunk: Chunk) -> list[list[Answer]]:
        """Return the (metric, value, weight) of every answer of each row."""
        answers: list[list[Answer]] = [[] for _ in chunk.rows]
        for reader in self._scores:
            metric = reader.metric
            weights: Texts | None = None
            if metric.weight_column is not None:
                weights = cell_texts(chunk.batch.column(metric.weight_column))
            for i, cell in enumerate(cell_texts(chunk.batch.column(metric.column))):
                value = reader.read(cell)
                if value is None:
                    continue
                weight = read_weight(weights[i]) if weights is not None else 1.0
                if isinstance(value, str):
                    self._reject_value(chunk.rows[i], metric.column, value)
                elif isinstance(weight, str):
                    self._reject_value(chunk.rows[i], metric.weight_column or "", weight)
                else:
                    answers[i].append((metric, value, weight))
        return answers

    def _segments(self, chunk: Chunk) -> pa.Array[Any]:
        names = self._plan.segments
        cells = [cell_texts(chunk.batch.column(name)) for name in names]
        rows: list[list[tuple[str, str]]] = [
            [(n, v) for n, v in zip(names, row, strict=True) if v and not v.isspace()]
            for row in zip(*cells, strict=True)
        ]
        segments: pa.Array[Any] = pa.array(rows if names else [[]] * len(chunk.rows), _SEGMENTS)
        return segments
