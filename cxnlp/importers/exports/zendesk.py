"""Reads Zendesk tickets with their comments: JSON of the API, or JSON lines of an export."""

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
from cxnlp.importers.table import Note
from cxnlp.importers.zendesk_chat import turns_of_chat
from cxnlp.importers.zendesk_people import OTHERS, People

NAME = "zendesk"
TITLE = "Zendesk"
EXPECTS = "tickets with a requester and their comments or description, as JSON"
PLAIN_IS_SAFE = False

QUESTION = "How would you rate the support you received?"

_LISTS = ("tickets", "results", "ticket")
_TURNS = "comments"
_COLUMNS = (
    "id", "ticket_id", "requester_id", "created_at", "channel", "via_channel", "group", "brand",
    "priority", "ticket_type", "status", "tags", "subject", _TURNS, "satisfaction",
    "satisfaction_rating", "satisfaction_reason", "satisfaction_comment", "question",
)  # fmt: skip
_SEGMENTS = ("brand", "priority", "ticket_type", "tags")
_CHANNELS = {
    # What a form or a widget of the company's own site makes comes by the API.
    "api": "web", "web_service": "web", "web_widget": "web", "help_center": "web",
    "mobile_sdk": "app", "any_channel": "social", "instagram_dm": "social", "twitter_dm": "social",
    "native_messaging": "chat", "line": "chat", "telegram": "chat", "viber": "chat",
    "wechat": "chat",
}  # fmt: skip
# Scores that mean that nobody has answered.
_UNRATED = frozenset({"offered", "unoffered"})
_SATISFACTION = Metric(
    column="satisfaction",
    kind="csat",
    question_id="satisfaction_rating",
    scale_min=0,
    scale_max=1,
    higher_is_better=True,
)
_KEYS = frozenset({"via", "satisfaction_rating", "status", "subject", "priority", "group_id"})


def recognise(head: Head) -> float:
    """Return how many of the first objects look like tickets of Zendesk."""
    return share_that(first_records(head, lists=_LISTS, others=OTHERS), _looks_so)


def open_export(head: Head, note: Note) -> ExportTable:
    """Open the tickets of a file, having read once who the people in it are."""
    people = People()
    values = SegmentValues(_SEGMENTS)
    with open_json(head.path) as stream:
        for record in read_records(stream, (*_LISTS, *OTHERS)):
            if record.value is None:
                continue
            if record.name in OTHERS:
                people.add(record.name, record.value)
            else:
                for column in _SEGMENTS:
                    values.add(column, _segment(column, record.value))
                people.add_brand(record.value)
    for name in people.brands():
        values.add("brand", name)
    for column in values.too_many:
        note(f"{head.path.name}: {column!r} has too many values to break results down by.")
    if people.is_full:
        note(f"{head.path.name}: has too many users, those who are not agents are left out.")

    def read(record: Record) -> list[Row]:
        return _rows(record, people)

    return ExportTable(
        table=JsonExportTable(
            head.path, lists=_LISTS, others=OTHERS, columns=_COLUMNS, read=read
        ),
        source=NAME,
        columns={
            "id": "id",
            "submission": "ticket_id",
            "customer": "requester_id",
            "date": "created_at",
            "channel": "channel",
            "touchpoint": "group",
            "turns": _TURNS,
            "text": "satisfaction_comment",
            "question": "question",
        },
        metrics=(_SATISFACTION,),
        segments=values.segments,
        derived=frozenset(
            {
                "id", "channel", "created_at", "question", "satisfaction", "satisfaction_comment",
                _TURNS,
            }
        ),
    )  # fmt: skip


def _looks_so(record: Record) -> float:
    if not {"requester_id", "requester"} & record.keys():
        return 0.0
    n_keys = len(_KEYS & record.keys())
    has_words = isinstance(record.get(_TURNS), list | dict) or "description" in record
    return 1.0 if n_keys >= 2 and has_words else 0.7 if n_keys or has_words else 0.0


def _rows(record: Record, people: People) -> list[Row]:
    """Return the row of a ticket, and one of the comment on its rating."""
    described = _described(record)
    rating = object_at(record, "satisfaction_rating")
    row = {
        **described,
        "id": described["ticket_id"],
        "group": people.name(record, "group"),
        "brand": people.name(record, "brand"),
        "created_at": cell_of(record.get("created_at")),
        "satisfaction": _satisfaction(rating.get("score")),
    }
    rows = [{**row, _TURNS: to_json(_turns(record, people))}]
    comment = rating.get("comment")
    if isinstance(comment, str) and (comment := words_of(comment)):
        rated_at = rating.get("created_at") or rating.get("updated_at") or record.get("created_at")
        own = {"id": f"{row['id']}#satisfaction", "created_at": cell_of(rated_at)}
        rows.append({**row, **own, "satisfaction_comment": comment, "question": QUESTION})
    return rows


def _described(record: Record) -> Row:
    """Return what is known of a ticket beside what was said in it."""
    channel = object_at(record, "via").get("channel")
    rating = object_at(record, "satisfaction_rating")
    requester = record.get("requester_id") or object_at(record, "requester").get("id")
    return {
        "ticket_id": id_of(record),
        "requester_id": cell_of(requester),
        "channel": _CHANNELS.get(channel, channel) if isinstance(channel, str) else None,
        "via_channel": cell_of(channel),
        "status": cell_of(record.get("status")),
        **{column: _segment(column, record) for column in _SEGMENTS},
        "subject": cell_of(record.get("subject")),
        "satisfaction_rating": cell_of(rating.get("score")),
        "satisfaction_reason": cell_of(rating.get("reason")),
    }


def _segment(column: str, record: Record) -> str | None:
    if column == "tags":
        return names_of(record.get("tags"))
    return scalar_of(record.get("type" if column == "ticket_type" else column))


def _satisfaction(score: object) -> str | None:
    """Return 1 for good and 0 for bad; what is neither is rejected as no number."""
    if not isinstance(score, str):
        return cell_of(score)
    name = score.strip().lower()
    kind = name.removesuffix("_with_comment").removesuffix("_without_comment")
    return None if kind in _UNRATED else {"good": "1", "bad": "0"}.get(kind, name)


def _turns(record: Record, people: People) -> list[Any]:
    """Return what was said, in order of time; of a ticket without comments its description."""
    comments = objects_at(record, _TURNS)
    described = record.get("description")
    if not comments and isinstance(described, str) and record.get("is_public") is not False:
        author = record.get("submitter_id") or record.get("requester_id")
        first = {"author_id": author, "created_at": record.get("created_at")}
        return _turns_of({**first, "body": described}, record, people)
    times = [comment.get("created_at") for comment in comments if isinstance(comment, dict)]
    if len(times) == len(comments) and all(isinstance(t, str) and len(t) == 20 for t in times):
        comments = sorted(comments, key=lambda comment: str(comment["created_at"]))
    return [turn for comment in comments for turn in _turns_of(comment, record, people)]


def _turns_of(comment: object, record: Record, people: People) -> list[Any]:
    """Return the turn that a comment is, or those of the chat that it holds."""
    if not isinstance(comment, dict):
        return [None]  # to be rejected
    is_private = comment.get("public", True) not in (True, None, 1, "true")
    if is_private or comment.get("type") == "VoiceComment":  # which says who called whom
        return [UNSAID]
    body = _body(comment)
    if body is None:
        return [UNSAID]  # an attachment
    turn = turn_of(people.role(comment, record), comment.get("created_at"), body)
    chat = turns_of_chat(str(turn["text"]), customer=people.name(record, "requester"))
    return [{**each, "at": turn["at"]} for each in chat] or [turn]


def _body(comment: Record) -> object:
    """Return the HTML of a comment, in which quoted mails are marked, else its text."""
    bodies = [comment.get(key) for key in ("html_body", "plain_body", "body")]
    filled = [body for body in bodies if body is not None and body != ""]
    texts = [body for body in filled if isinstance(body, str)]
    return next(iter([*texts, *filled]), None)
