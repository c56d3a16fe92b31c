"""Reads Intercom conversations: JSON of the API or of a data export, one object a conversation."""

from __future__ import annotations

from typing import Any

from cxnlp.declarations import Metric
from cxnlp.importers.export import ExportTable, Head
from cxnlp.importers.json_export import (
    UNSAID,
    JsonExportTable,
    Record,
    Row,
    SegmentValues,
    cell_of,
    first_records,
    id_of,
    names_of,
    object_at,
    objects_at,
    scalar_of,
    share_that,
    to_json,
    turn_of,
    words_of,
)
from cxnlp.importers.json_records import open_json, read_records
from cxnlp.importers.roles import read_role
from cxnlp.importers.table import Note
from cxnlp.turns import CUSTOMER

NAME = "intercom"
TITLE = "Intercom"
EXPECTS = "conversations with a source and conversation_parts, as JSON"
PLAIN_IS_SAFE = False

QUESTION = "How would you rate your conversation?"

_LISTS = ("conversations", "data", "conversation")
_TURNS = "conversation_parts"
_COLUMNS = (
    "id", "conversation_id", "customer_id", "created_at", "channel", "state", "tags", "priority",
    _TURNS, "rating", "remark", "question",
)  # fmt: skip
_SEGMENTS = ("tags", "priority")
# A reply that opens or closes a conversation stands in a part of that type.
_SAID = frozenset({"comment", "open", "close", "quick_reply", "message"})
_CHANNELS = {
    "conversation": "chat",
    "inapp": "chat",
    "push": "app",
    "phone_switch": "phone",
    "phone_call": "phone",
}
_RATING = Metric(
    column="rating",
    kind="csat",
    question_id="conversation_rating",
    scale_min=1,
    scale_max=5,
    higher_is_better=True,
)


def recognise(head: Head) -> float:
    """Return how many of the first objects look like conversations of Intercom."""
    return share_that(first_records(head, lists=_LISTS), _looks_so)


def open_export(head: Head, note: Note) -> ExportTable:
    """Open the conversations of a file."""
    values = SegmentValues(_SEGMENTS)
    with open_json(head.path) as stream:
        for record in read_records(stream, _LISTS):
            if record.value is not None:
                for column in _SEGMENTS:
                    values.add(column, _segment(column, record.value))
    for column in values.too_many:
        note(f"{head.path.name}: {column!r} has too many values to break results down by.")
    return ExportTable(
        table=JsonExportTable(head.path, lists=_LISTS, columns=_COLUMNS, read=_rows),
        source=NAME,
        columns={
            "id": "id",
            "submission": "conversation_id",
            "customer": "customer_id",
            "date": "created_at",
            "channel": "channel",
            "turns": _TURNS,
            "text": "remark",
            "question": "question",
        },
        metrics=(_RATING,),
        segments=values.segments,
        derived=frozenset({"id", "channel", "created_at", "question", "rating", "remark", _TURNS}),
    )


def _looks_so(record: Record) -> float:
    has_parts = isinstance(record.get(_TURNS), dict | list)
    source = object_at(record, "source") or object_at(record, "conversation_message")
    has_source = isinstance(source.get("author"), dict)
    is_named = record.get("type") == "conversation"
    if has_parts:
        return 1.0 if has_source or is_named else 0.8
    return 0.9 if has_source and (is_named or "conversation_rating" in record) else 0.0


def _rows(record: Record) -> list[Row]:
    """Return the row of a conversation, and one of the remark on its rating."""
    described = _described(record)
    rating = object_at(record, "conversation_rating")
    row = {
        **described,
        "id": described["conversation_id"],
        "created_at": cell_of(record.get("created_at")),
        "rating": cell_of(rating.get("rating")),
    }
    rows = [{**row, _TURNS: to_json(_turns(record))}]
    remark = rating.get("remark")
    if isinstance(remark, str) and (remark := words_of(remark)):
        rated_at = rating.get("created_at") or record.get("created_at")
        own = {"id": f"{row['id']}#remark", "created_at": cell_of(rated_at)}
        rows.append({**row, **own, "remark": remark, "question": QUESTION})
    return rows


def _described(record: Record) -> Row:
    """Return what is known of a conversation beside what was said in it."""
    source = object_at(record, "source")
    kind = source.get("type")
    return {
        "conversation_id": id_of(record),
        "customer_id": _customer(record, source),
        "channel": _CHANNELS.get(kind, kind) if isinstance(kind, str) else None,
        "state": cell_of(record.get("state")),
        **{column: _segment(column, record) for column in _SEGMENTS},
    }


def _segment(column: str, record: Record) -> str | None:
    if column == "tags":
        return names_of(object_at(record, "tags").get("tags") or record.get("tags"))
    return scalar_of(record.get(column))


def _customer(record: Record, source: Record) -> str | None:
    """Return the id of the person who writes: of the author, or of the first contact."""
    author = object_at(source, "author")
    if read_role(str(author.get("type"))) == CUSTOMER:
        return cell_of(author.get("id"))
    contacts = object_at(record, "contacts").get("contacts")
    first = contacts[0] if isinstance(contacts, list) and contacts else record.get("user")
    return cell_of(first.get("id")) if isinstance(first, dict) else None


def _turns(record: Record) -> list[Any]:
    """Return what was said: the message that began the conversation, then its parts."""
    source = object_at(record, "source") or object_at(record, "conversation_message")
    begun = {**source, "created_at": record.get("created_at"), "part_type": "comment"}
    return [_turn(part) for part in ([begun] if source else []) + objects_at(record, _TURNS)]


def _turn(part: object) -> object:
    if not isinstance(part, dict):
        return None  # to be rejected
    if scalar_of(part.get("part_type", "comment")) not in _SAID or part.get("redacted") is True:
        return UNSAID
    if part.get("body") in (None, ""):
        return UNSAID  # a picture, or the act of opening or closing
    return turn_of(object_at(part, "author").get("type"), part.get("created_at"), part["body"])
