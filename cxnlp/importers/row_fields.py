"""The fields of rows that stand in a column of their own, as the records have them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cxnlp.declarations import JourneyFile
from cxnlp.importers.cells import cell_texts
from cxnlp.importers.channels import (
    UNKNOWN_CHANNEL,
    UNKNOWN_LANGUAGE,
    read_channel,
    read_language,
)
from cxnlp.importers.dates import DateReader, read_column
from cxnlp.importers.free_texts import free_texts
from cxnlp.importers.plan import Plan
from cxnlp.importers.table import Chunk, Reject
from cxnlp.importers.turns import ReadTurns
from cxnlp.importers.words import WordReader
from cxnlp.slug import slug

NO_NAME = "no letter or digit"

Cells = list[str | None]


class FieldReader:
    """Reads fields of the chunks of one file; a value that cannot be read is rejected.

    Each method returns a value for each row of a chunk, None where it has none.
    """

    def __init__(self, plan: Plan, *, journey: JourneyFile, reject: Reject) -> None:
        self._plan = plan
        self._stage_of = {t.name: t.stage for t in journey.touchpoints}
        self._stages = {slug(stage): stage for stage in journey.stages}
        self._dates = DateReader(day_first=plan.day_first)
        self._words = WordReader()
        self._reject_value = reject

    def cells(self, chunk: Chunk, field: str) -> Cells:
        """Return the cells of a field as they are, empty ones as None."""
        column = self._plan.columns.get(field)
        if column is None:
            return [None] * len(chunk.rows)
        return [cell or None for cell in cell_texts(chunk.batch.column(column))]

    def ids(self, chunk: Chunk) -> list[str]:
        """Return the id of each row, its place where it has none."""
        cells = self.cells(chunk, "id")
        return [
            cell if cell is not None else f"{self._plan.file}:{row}"
            for cell, row in zip(cells, chunk.rows, strict=True)
        ]

    def touchpoints(self, chunk: Chunk) -> Cells:
        """Return the touchpoint of each row as a slug."""
        return self._words_of(chunk, "touchpoint", lambda w: slug(w) or None, NO_NAME)

    def stages(self, chunk: Chunk, touchpoints: Sequence[str | None]) -> Cells:
        """Return the stage of each row, that of its touchpoint where none is told."""
        return [
            told or self._stage_of.get(touchpoint or "")
            for told, touchpoint in zip(
                self._words_of(chunk, "stage", self._read_stage, NO_NAME), touchpoints, strict=True
            )
        ]

    def languages(self, chunk: Chunk) -> Cells:
        """Return the language code of each row."""
        return self._words_of(chunk, "language", read_language, UNKNOWN_LANGUAGE)

    def channels(self, chunk: Chunk, turns: Sequence[ReadTurns | None]) -> Cells:
        """Return the channel of each row; a conversation is a chat where nothing else is said."""
        is_told = [cell is not None and not cell.isspace() for cell in self.cells(chunk, "channel")]
        channels = self._words_of(chunk, "channel", read_channel, UNKNOWN_CHANNEL)
        for i, conversation in enumerate(turns):
            if conversation is not None and not is_told[i]:
                channels[i] = "chat"
        return channels

    def questions(self, chunk: Chunk) -> Cells:
        """Return what each text answers."""
        for question in self._plan.texts.values():
            return [question or None] * len(chunk.rows)
        return free_texts(chunk, self._plan.columns.get("question", ""), self._reject_value)

    def _words_of(
        self, chunk: Chunk, field: str, read: Callable[[str], str | None], problem: str
    ) -> Cells:
        words, wrong = self._words.read(field, self.cells(chunk, field), read)
        for i in wrong:
            self._reject_value(chunk.rows[i], self._plan.columns[field], problem)
        return words

    def _read_stage(self, name: str) -> str | None:
        key = slug(name)
        return self._stages.get(key, key) or None

    def times(self, chunk: Chunk, turns: Sequence[ReadTurns | None]) -> list[int | None]:
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
