"""Chunks of one file as columns of the interaction record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from cxnlp.declarations import JourneyFile
from cxnlp.importers.counts import Counts
from cxnlp.importers.dates import timestamps
from cxnlp.importers.first_rows import FirstRows
from cxnlp.importers.free_texts import read_verbatims
from cxnlp.importers.plan import Plan
from cxnlp.importers.rejects import RejectLog
from cxnlp.importers.row_fields import FieldReader
from cxnlp.importers.scores import Answer, ScoreReader, read_answers, responses_array
from cxnlp.importers.seen_ids import SeenIds
from cxnlp.importers.segments import segments_array
from cxnlp.importers.table import Chunk, strings
from cxnlp.importers.turns import NO_CUSTOMER, ReadTurns, TurnReader, turns_array
from cxnlp.importers.verbatims import spread

NO_CONTENT = "no text and no score"
TEXT_AND_TURNS = "text beside turns, of which the turns are read"

# Rejects that wait to be put in the order of their rows.
_MAX_PENDING = 100_000

Texts = list[str | None]
Conversations = list[ReadTurns | None]


class InteractionReader:
    """Reads the chunks of one file in order, keeping what must be known of earlier ones.

    :param ids: those that stood in earlier files of the same source.
    :param answered: the answers of earlier files of the same source.
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
        answered: SeenIds,
        rows: SeenIds | None = None,
    ) -> None:
        self._plan = plan
        self._stage_of = {t.name: t.stage for t in journey.touchpoints}
        self._rejects = rejects
        self._counts = counts
        self._first = FirstRows(ids=ids, rows=None if plan.turn_columns else rows)
        self._scores = [ScoreReader(metric=metric) for metric in plan.metrics]
        self._fields = FieldReader(plan, journey=journey, reject=self._reject_value)
        self._answered = answered
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
        if len(self._pending) >= _MAX_PENDING:
            self.flush()  # a file of which nearly no row fits gives no chunk for long

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
        ids = self._fields.ids(chunk)
        touchpoints = self._fields.touchpoints(chunk)
        stages = self._fields.stages(chunk, touchpoints)
        told = self._fields.cells(chunk, "submission")
        submissions = [submission or id_ for submission, id_ in zip(told, ids, strict=True)]
        self._count_answers(submissions, answers)
        return [
            strings(list(ids)),
            pa.repeat(pa.scalar(self._plan.source, pa.string()), n),
            strings(self._fields.cells(chunk, "customer")),
            timestamps(self._fields.times(chunk, turns)),
            strings(self._fields.channels(chunk, turns)),
            strings(touchpoints),
            strings(stages),
            strings(self._fields.languages(chunk)),
            strings(self._fields.questions(chunk)),
            strings(texts),
            turns_array(turns),
            strings(list(submissions)),
            segments_array(chunk, self._plan.segments),
            responses_array(
                answers, touchpoints=touchpoints, stages=stages, stage_of=self._stage_of
            ),
        ]

    def _count_answers(self, submissions: list[str], answers: list[list[Answer]]) -> None:
        """Count answers once, however many rows of their submission repeat them."""
        keys = [
            f"{submission}\x1f{metric.question_id}"
            for submission, given in zip(submissions, answers, strict=True)
            for metric, _, _ in given
        ]
        is_repeated = "submission" in self._plan.columns
        self._counts.answers += len(keys) - (sum(self._answered.add(keys)) if is_repeated else 0)

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
            chunk, usable, ids=self._fields.ids(chunk), told=self._fields.cells(chunk, "id")
        )
        for i, reason in repeated:
            self._counts.duplicates += 1
            self.reject_row(chunk.rows[i], self._plan.columns["id"], reason)
        return first

    def _reject_value(self, row: int, column: str, reason: str) -> None:
        self._counts.values_rejected += 1
        self._pending.append((row, column, reason))
