"""What the exports of survey tools have in common: questions that are scored or answered freely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cxnlp.errors import InputError
from cxnlp.importers.export import ExportTable, Head
from cxnlp.importers.export_rows import (
    Derive,
    Drop,
    ExportRows,
    Rows,
    by_row,
    constant,
    drop_none,
    free_name,
)
from cxnlp.importers.export_segments import find_segments
from cxnlp.importers.survey_scales import ScoredQuestion
from cxnlp.importers.table import Note

_SHOWN_CHARACTERS = 60


def open_survey(
    head: Head,
    note: Note,
    *,
    source: str,
    columns: Mapping[str, str | None],
    texts: Mapping[str, str],
    scores: Sequence[ScoredQuestion],
    segments: Sequence[str] = (),
    headers: int,
    zone: str = "",
    drop: Drop = drop_none,
    month_first: bool = False,
) -> ExportTable:
    """Return the responses of a survey, and tell which questions are read as what.

    :param columns: field -> column or None; each response has an id of its own, its `id`.
    :param headers: how many of the first rows are headers.
    :param zone: the time zone of dates that name none, UTC where it is empty.
    """
    if head.table is None:
        raise InputError(f"{head.path}: is no table of responses.")
    channel = free_name("channel", head.names)
    said = {field: column for field, column in columns.items() if column} | {"channel": channel}
    derive = {channel: constant("survey")}
    derived = {channel}
    local = zone_named(zone)
    if local is not None and "date" in said:
        at = free_name("date", head.names)
        derive[at] = by_row(_in_zone(said["date"], local))
        derived.add(at)
        said["date"] = at
        note(f"{head.path.name}: times are read as of {zone}.")
    derive |= {score.metric.column: by_row(_reader(score)) for score in scores}
    note(f"{head.path.name}: {_describe(texts, scores)}")
    return ExportTable(
        table=ExportRows(
            head.table,
            headers=head.numbers[:headers],
            drop=drop,
            derive=derive,
        ),
        source=source,
        columns={**said, "submission": said["id"]},
        texts=texts,
        metrics=tuple(score.metric for score in scores),
        segments=find_segments(head, segments, after=headers),
        derived=frozenset(derived),
        month_first=month_first,
    )


def _reader(score: ScoredQuestion) -> Derive:
    def read(rows: Rows) -> list[str | None]:
        return [cell and score.read(cell) for cell in rows.cells(score.metric.column)]

    return read


def zone_named(name: str) -> ZoneInfo | None:
    """Return a time zone other than UTC, None where a name is that of none."""
    if name in ("", "Z", "UTC", "GMT", "Etc/UTC"):
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return None


def _in_zone(column: str, zone: ZoneInfo) -> Derive:
    """Return a column of dates with the zone of those that name none."""

    def read(cell: str) -> str:
        try:
            at = datetime.fromisoformat(cell.strip())
        except ValueError:
            return cell
        return cell if at.tzinfo is not None else at.replace(tzinfo=zone).isoformat()

    return lambda rows: [cell and read(cell) for cell in rows.cells(column)]


def _describe(texts: Mapping[str, str], scores: Sequence[ScoredQuestion]) -> str:
    """Return in one line what is read of the questions."""
    parts = [f"text from {_shown(question or column)}" for column, question in texts.items()]
    for score in scores:
        m = score.metric
        scale = f"{m.kind.upper()} {m.scale_min:g}-{m.scale_max:g}"
        if not m.higher_is_better:
            scale += ", lower is better"
        parts.append(f"{scale} from {_shown(m.question_id)}")
    if not parts:
        return "no question is known as scored or answered in words."
    return f"reads {'; '.join(parts)}. Declare in the journey file what is otherwise."


def _shown(question: str) -> str:
    line = " ".join(question.split())
    return repr(line if len(line) <= _SHOWN_CHARACTERS else line[: _SHOWN_CHARACTERS - 1] + "…")
