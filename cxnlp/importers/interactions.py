"""Chunks of one file as columns of the interaction record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from cxnlp.declarations import JourneyFile
from cxnlp.importers.cells import cell_texts
from cxnlp.importers.channels import (
    UNKNOWN_CHANNEL,
    UNKNOWN_LANGUAGE,
    read_channel,
    read_language,
)
from cxnlp.importers.counts import Counts
from cxnlp.importers.dates import DateReader, read_column, timestamps
from cxnlp.importers.first_rows import FirstRows
from cxnlp.importers.free_texts import free_texts, read_verbatims
from cxnlp.importers.plan import Plan
from cxnlp.importers.rejects import RejectLog
from cxnlp.importers.scores import Answer, ScoreReader, read_answers, responses_array
from cxnlp.importers.seen_ids import SeenIds
from cxnlp.importers.segments import segments_array
from cxnlp.importers.table import Chunk, strings
from cxnlp.importers.turns import NO_CUSTOMER, ReadTurns, TurnReader, turns_array
from cxnlp.importers.verbatims import spread
from cxnlp.importers.words import WordReader
from cxnlp.slug import slug

NO_CONTENT = "no text and no score"
NO_NAME = "no letter or digit"
TEXT_AND_TURNS = "text beside turns, of which the turns are read"

Texts = list[str | None]
Conversations = list[ReadTurns | None]


class InteractionReader:
    """Reads the chunks of one file in order, keeping what must be known of earlier ones.

    :param ids: those that stood in earlier files of the same source.
    :param rows: whole rows with an id that stood in earlier files, where there are several.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        journey: JourneyFile,
        rejects: RejectLog,
        counts: Counts,
        ids: SeenIds,
        rows: SeenIds | None = None,
    ) -> None:
        self._plan = plan
        self._stage_of = {t.name: t.stage for t in journey.touchpoints}
        self._stages = {slug(stage): stage for stage in journey.stages}
        self._rejects = rejects
        self._counts = counts
        self._first = FirstRows(ids=ids, rows=None if plan.turn_columns else rows)
        self._scores = [ScoreReader(metric=metric) for metric in plan.metrics]
        self._dates = DateReader(day_first=plan.day_first)
        self._words = WordReader()
        self._pending: list[tuple[int, str, str]] = []
        self._turns = TurnReader(
            plan.turns_field,
            gathered=plan.turn_columns,
            day_first=plan.day_first,
            counts=counts,
            reject=self._reject_value,
        )

    def reject_row(self, row: int, column: str, reason: str) -> None:
        """Reject a whole row."""
        self._counts.rows_read += 1
        self._counts.rows_rejected += 1
        self._pending.append((row, column, reason))

    def read(self, chunk: Chunk) -> tuple[list[pa.Array[Any]], pa.RecordBatch]:
        """Return the interaction columns of the rows that are kept, and their input columns.

        A row with several verbatims gives as many interactions.
        """
        columns_of_text = self._plan.texts or {self._plan.columns.get("text", ""): ""}
        verbatims = read_verbatims(chunk, columns_of_text, self._reject_value)
        texts = [found[0].text if found else None for found in verbatims]
        turns = self._conversations(chunk, texts)
        answers = read_answers(chunk, self._scores, self._reject_value)
        kept = self._usable(chunk, texts, turns, answers)
        if len(kept) < len(chunk.rows):
            chunk = Chunk(
                rows=[chunk.rows[i] for i in kept],
                batch=chunk.batch.take(pa.array(kept, pa.int64())),
            )
            verbatims = [verbatims[i] for i in kept]
            texts = [texts[i] for i in kept]
            turns = [turns[i] for i in kept]
            answers = [answers[i] for i in kept]
        columns = self._columns(chunk, texts, turns, answers)
        self._counts.rows_read += len(kept)
        self._counts.rows_kept += len(kept)
        self._counts.answers += sum(map(len, answers))
        spoken = [len(conversation.turns) for conversation in turns if conversation is not None]
        self._counts.conversations += len(spoken)
        self._counts.turns += sum(spoken)
        self.flush()
        batch = chunk.batch
        if len(self._plan.texts) > 1:
            columns, batch = spread(columns, batch, verbatims)
        self._counts.interactions += len(batch)
        return columns, batch

    def flush(self) -> None:
        """Hand the rejects so far to the log, in the order of their rows."""
        for row, column, reason in sorted(self._pending, key=lambda reject: reject[0]):
            self._rejects.add(self._plan.file, row, column, reason)
        self._pending.clear()

    def _columns(
        self, chunk: Chunk, texts: Texts, turns: Conversations, answers: list[list[Answer]]
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
            timestamps(self._times(chunk, turns)),
            strings(self._channels(chunk, turns)),
            strings(touchpoints),
            strings(stages),
            strings(self._words_of(chunk, "language", read_language, UNKNOWN_LANGUAGE)),
            strings(self._questions(chunk)),
            strings(texts),
            turns_array(turns),
            strings(list(submissions)),
            segments_array(chunk, self._plan.segments),
            responses_array(
                answers, touchpoints=touchpoints, stages=stages, stage_of=self._stage_of
            ),
        ]

    def _conversations(self, chunk: Chunk, texts: Texts) -> Conversations:
        """Return the turns of each row; a text beside them is rejected."""
        if "turns" not in self._plan.columns:
            return [None] * len(chunk.rows)
        turns = self._turns.read(chunk.batch.column(self._plan.columns["turns"]), chunk.rows)
        for i, conversation in enumerate(turns):
            if conversation is not None and conversation.turns and texts[i] is not None:
                self._reject_value(chunk.rows[i], self._plan.columns["text"], TEXT_AND_TURNS)
                texts[i] = None
        return turns

    def _channels(self, chunk: Chunk, turns: Conversations) -> Texts:
        """Return the channel of each row; a conversation is a chat where nothing else is said."""
        is_told = [
            cell is not None and not cell.isspace() for cell in self._cells(chunk, "channel")
        ]
        channels = self._words_of(chunk, "channel", read_channel, UNKNOWN_CHANNEL)
        for i, conversation in enumerate(turns):
            if conversation is not None and not is_told[i]:
                channels[i] = "chat"
        return channels

    def _usable(
        self,
        chunk: Chunk,
        texts: Texts,
        turns: Conversations,
        answers: Sequence[Sequence[object]],
    ) -> list[int]:
        """Return the positions of the rows with something to keep that did not come before."""
        explained = {row for row, _, _ in self._pending}
        usable = []
        for i, row in enumerate(chunk.rows):
            conversation = turns[i]
            if texts[i] is not None or answers[i] or (conversation and conversation.turns):
                usable.append(i)
            elif conversation is not None and conversation.problem == NO_CUSTOMER:
                self.reject_row(row, self._plan.turns_field, NO_CUSTOMER)
            elif row in explained:
                self._counts.rows_read += 1
                self._counts.rows_rejected += 1
            else:
                self.reject_row(row, self._plan.columns.get("text", ""), NO_CONTENT)
        if "id" not in self._plan.columns:
            return usable
        first, repeated = self._first.find(
            chunk, usable, ids=self._interaction_ids(chunk), told=self._cells(chunk, "id")
        )
        for i, reason in repeated:
            self._counts.duplicates += 1
            self.reject_row(chunk.rows[i], self._plan.columns["id"], reason)
        return first

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
            cell if cell is not None else f"{self._plan.file}:{row}"
            for cell, row in zip(cells, chunk.rows, strict=True)
        ]

    def _questions(self, chunk: Chunk) -> Texts:
        for question in self._plan.texts.values():
            return [question or None] * len(chunk.rows)
        return free_texts(chunk, self._plan.columns.get("question", ""), self._reject_value)

    def _words_of(
        self, chunk: Chunk, field: str, read: Callable[[str], str | None], problem: str
    ) -> Texts:
        words, wrong = self._words.read(field, self._cells(chunk, field), read)
        for i in wrong:
            self._reject_value(chunk.rows[i], self._plan.columns[field], problem)
        return words

    def _read_stage(self, name: str) -> str | None:
        key = slug(name)
        return self._stages.get(key, key) or None

    def _times(self, chunk: Chunk, turns: Conversations) -> list[int | None]:
        """Return the time of each row, else that of its first turn."""
        times: list[int | None] = [None] * len(chunk.rows)
        column = self._plan.columns.get("date")
        if column is not None:
            times, problems = read_column(chunk.batch.column(column), self._dates)
            for i, problem in problems:
                self._reject_value(chunk.rows[i], column, problem)
        for i, turn in enumerate(turns):
            if times[i] is None and turn is not None:
                times[i] = turn.first_at
        return times
