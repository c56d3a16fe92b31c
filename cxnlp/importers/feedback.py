"""Read files of customer feedback as one stream of Arrow record batches, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from cxnlp.declarations import JourneyFile
from cxnlp.errors import InputError
from cxnlp.importers.cells import as_type, common_type
from cxnlp.importers.copies import find_copies
from cxnlp.importers.counts import Counts
from cxnlp.importers.export_plan import make_export_plan
from cxnlp.importers.exports import AUTO, find_format, open_input
from cxnlp.importers.fields import check_mapping
from cxnlp.importers.formats.xlsx import SUFFIXES as WORKBOOKS
from cxnlp.importers.interactions import InteractionReader
from cxnlp.importers.plan import Plan, check_journey_columns, make_plan
from cxnlp.importers.rejects import RejectLog
from cxnlp.importers.seen_ids import SeenIds
from cxnlp.records import INTERACTION, PREDICTION

# Input columns whose content stands unchanged in the record's column of the same name.
_VERBATIM = {
    "text": "text",
    "question": "question",
    "interaction_id": "id",
    "customer_id": "customer",
    "submission_id": "submission",
}
# Names that a flat output (CSV) adds to those of the records.
_FLAT_NAMES = ("topic_sentiments", "prob_negative", "prob_neutral", "prob_positive")
_RESERVED = frozenset({*INTERACTION.names, *PREDICTION.names, *_FLAT_NAMES})


class Feedback:
    """Opened input files.

    `schema` has the fields of INTERACTION, then the input columns that are kept: under their own
    name, or `input_<name>` where a record has a field of that name in whatever case.
    """

    def __init__(self, plans: Sequence[Plan], *, journey: JourneyFile, rejects: RejectLog) -> None:
        self._plans = plans
        self._journey = journey
        self._rejects = rejects
        self._kept = [_kept_columns(plan) for plan in plans]
        types: dict[str, pa.DataType] = {}
        for plan, kept in zip(plans, self._kept, strict=True):
            for name, column in kept.items():
                kind = plan.table.schema.field(column).type
                types[name] = common_type(types[name], kind) if name in types else kind
        self._types = types
        self.schema: pa.Schema = pa.schema([*INTERACTION, *types.items()])
        self.counts = Counts()
        self.bytes_total = sum(plan.table.bytes_total for plan in plans)

    @property
    def plans(self) -> tuple[Plan, ...]:
        """Return how each file is read."""
        return tuple(self._plans)

    @property
    def bytes_read(self) -> int:
        """Return how much of `bytes_total` has been read, for a progress bar."""
        return sum(plan.table.bytes_read for plan in self._plans)

    def batches(self, rows: int = 2048) -> Iterator[pa.RecordBatch]:
        """Yield the interactions of all files in order, at most `rows` at a time."""
        self.counts = Counts()
        for plan in self._plans:
            plan.table.bytes_read = 0
        ids = {plan.source: SeenIds() for plan in self._plans}
        answered = {plan.source: SeenIds() for plan in self._plans}
        shared = SeenIds() if len(self._plans) > 1 else None
        for plan, kept in zip(self._plans, self._kept, strict=True):
            reader = InteractionReader(
                plan,
                journey=self._journey,
                rejects=self._rejects,
                counts=self.counts,
                ids=ids[plan.source],
                answered=answered[plan.source],
                rows=shared if plan.source == plan.file else None,
            )
            for chunk in plan.table.chunks(rows, reader.reject_row):
                columns, batch = reader.read(chunk)
                if len(columns[0]):
                    whole = self._batch(columns, batch, kept)
                    for start in range(0, len(whole), rows):
                        yield whole.slice(start, rows)
            reader.flush()

    def _batch(
        self, columns: list[pa.Array[Any]], batch: pa.RecordBatch, kept: Mapping[str, str]
    ) -> pa.RecordBatch:
        inputs = [
            as_type(batch.column(kept[name]), kind)
            if name in kept
            else pa.array([None] * len(batch), kind)
            for name, kind in self._types.items()
        ]
        return pa.RecordBatch.from_arrays([*columns, *inputs], schema=self.schema)


def read_feedback(
    paths: Sequence[Path],
    *,
    mapping: Mapping[str, str | Sequence[str]],
    journey: JourneyFile,
    rejects: RejectLog,
    note: Callable[[str], None],
    format_name: str = AUTO,
    sheet: str | None = None,
) -> Feedback:
    """Open files of feedback and find out what their columns are; `batches` then reads them.

    :param mapping: field to input column, as told by the user; wins over the journey file's. Of
        text there may be several, in a list or joined by commas: see `verbatims`.
    :param note: is told in one line what was guessed.
    :param format_name: one of `exports.format_names`; "auto" recognises known exports.
    :param sheet: of the workbooks among the files; default: the first with data.
    :raises InputError: on a file that cannot be read, or lacks a column that was asked for.
    """
    if not paths:
        raise InputError("No input file is given. Name at least one.")
    told = {**journey.columns, **check_mapping(mapping)}
    format_name = find_format(format_name)
    if sheet is not None and not any(Path(p).suffix.lower() in WORKBOOKS for p in paths):
        raise InputError(f"No input is an Excel workbook, so there is no sheet {sheet!r} to read.")
    sources = _sources(paths)
    copies = find_copies(paths)
    plans = []
    for path, file in zip(paths, sources, strict=True):
        table, export = open_input(Path(path), format_name=format_name, note=note, sheet=sheet)
        if export is None and path in copies:  # the ids of an export say so of every row
            note(f"{path}: is a copy of {copies[path]}, so it adds nothing and is not read.")
            continue
        if export is None:
            plan = make_plan(table, source=file, mapping=told, journey=journey, note=note)
        else:
            plan = make_export_plan(export, file=file, mapping=told, journey=journey, note=note)
        plans.append(plan)
    check_journey_columns(plans, journey, note)
    return Feedback(plans, journey=journey, rejects=rejects)


def _sources(paths: Sequence[Path]) -> list[str]:
    """Return the name of each file, with its folder where two bear the same."""
    _check_different(paths)
    names = Counter(Path(path).name for path in paths)
    return [p.as_posix() if names[p.name] > 1 else p.name for p in map(Path, paths)]


def _check_different(paths: Sequence[Path]) -> None:
    """Raise InputError on a file that is given twice, also by a link or another way to its folder.

    Its answers would count twice.
    """
    seen: dict[object, Path] = {}
    for path in map(Path, paths):
        try:
            found = path.stat()
        except OSError:
            key: object = path  # opening it says what is wrong
        else:
            key = (found.st_dev, found.st_ino)
        earlier = seen.setdefault(key, path)
        if earlier is not path:
            also = "" if earlier == path else f", also as {earlier}"
            raise InputError(f"{path}: is given twice{also}. Name each input once.")


def _kept_columns(plan: Plan) -> dict[str, str]:
    """Return output name to input column."""
    names = [n for n in plan.table.schema.names if n not in plan.derived]
    kept: dict[str, str] = {}
    for column in names:
        field = _VERBATIM.get(column)
        if field is not None and plan.columns.get(field) == column:
            continue
        if column == plan.columns.get("turns"):
            continue  # all that can be used of it stands in the record, in another form
        name = column
        while name.lower() in _RESERVED or (name != column and name in names):
            name = f"input_{name}"
        kept[name] = column
    return kept
