"""How an opened export will be read: what its importer says, and what the user says over it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from cxnlp.declarations import JourneyFile, Metric
from cxnlp.errors import InputError
from cxnlp.importers.export import ExportTable
from cxnlp.importers.fields import (
    FIELDS,
    SCORE_FIELDS,
    assign_columns,
    column_list,
    describe_guesses,
)
from cxnlp.importers.plan import LOOKED_AT_ROWS, Plan, find_day_first, named_metrics
from cxnlp.importers.table import Note
from cxnlp.importers.verbatims import questions_of, told_texts

# What a company may add to an export in columns of its own, which are found by name.
_GUESSED = frozenset({"touchpoint", "stage", "customer", "language"})


def make_export_plan(
    export: ExportTable,
    *,
    file: str,
    mapping: Mapping[str, str],
    journey: JourneyFile,
    note: Note,
) -> Plan:
    """Plan the reading of an export; `mapping` and the journey file win over its importer.

    :raises InputError: on a mapped column that is not there, or an export without a row to keep.
    """
    table = export.table
    names = table.schema.names
    dropped: Counter[str] = Counter()

    def count(row: int, column: str, reason: str) -> None:
        dropped[reason] += 1

    first = next(iter(table.chunks(LOOKED_AT_ROWS, count)), None)
    if first is None:
        reasons = ", ".join(f"{reason} ({n})" for reason, n in dropped.most_common(3))
        raise InputError(f"{table.path}: has no row that can be used: {reasons or 'no rows'}.")
    declared = [m for m in journey.metrics if m.column in names]
    texts = dict(export.texts)
    if "text" in mapping:
        told = told_texts(mapping, names, file=file)
        mapping = {**mapping, "text": told[0] if told else ""}
        texts = questions_of(told, export.columns) or dict.fromkeys(told, "")
    said = {field: "" for field in FIELDS if field not in _GUESSED} | dict(export.columns)
    if texts:
        said["text"] = next(iter(texts))
    columns, guesses = assign_columns(
        names,
        mapping=said | dict(mapping),
        taken=[*texts, *(m.column for m in (*declared, *export.metrics))],
        file=file,
    )
    if guesses:
        note(f"{file}: {describe_guesses(guesses)}")
    metrics = _metrics(export, columns, declared, mapping, file=file, note=note)
    for metric in metrics:
        if metric.weight_column is not None and metric.weight_column not in names:
            raise InputError(
                f"{file}: there is no column {metric.weight_column!r}, the weight of "
                f"{metric.column!r}. The columns are {column_list(names)}."
            )
    if "text" not in columns and "turns" not in columns and not metrics:
        raise InputError(
            f"{file}: has no question with an answer in words or a score that is known. Name one "
            "by --map text=COLUMN or, of answers from 0 to 10, --map nps=COLUMN. "
            f"The columns are {column_list(names)}."
        )
    segments = [s for s in journey.segments if s in names]
    own = [s for s in export.segments if s not in columns.values()]
    return Plan(
        table=table,
        file=file,
        source=export.source,
        columns=columns,
        metrics=metrics,
        segments=tuple(dict.fromkeys([*segments, *own])),
        day_first=find_day_first(
            first, columns.get("date"), source=file, note=note, month_first=export.month_first
        ),
        texts={} if "question" in columns and len(texts) < 2 else texts,
        derived=export.derived,
    )


def _metrics(
    export: ExportTable,
    columns: Mapping[str, str],
    declared: list[Metric],
    mapping: Mapping[str, str],
    *,
    file: str,
    note: Note,
) -> tuple[Metric, ...]:
    """Return the declared and the mapped metrics, and those of the importer in other columns."""
    told = {field: mapping[field] for field in SCORE_FIELDS if field in mapping}
    mapped = named_metrics(
        {field: column for field, column in told.items() if column},
        declared,
        source=file,
        note=note,
    )
    taken = {m.column for m in (*declared, *mapped)}
    own = [m for m in export.metrics if m.column not in taken and m.kind not in told]
    return (*declared, *mapped, *own)
