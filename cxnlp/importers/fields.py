"""Which input column feeds which field: guessed by name, or told."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cxnlp.errors import InputError

# A field's own name comes first and wins over its synonyms; among synonyms the leftmost column
# does. Column names are compared by `_words`.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "id": (
        "id", "interaction_id", "review_id", "comment_id", "feedback_id", "message_id",
        "ticket_id", "case_id", "conversation_id", "row_id", "record_id", "uuid", "guid",
    ),
    "text": (
        "text", "comment", "comments", "review", "reviews", "review_text", "review_content",
        "review_body", "verbatim", "verbatims", "feedback", "feedback_text", "message", "body",
        "content", "comment_text", "customer_comment", "customer_comments", "customer_feedback",
        "free_text", "freetext", "open_text", "open_ended", "open_ended_response", "response_text",
        "answer_text", "answer", "response", "remark", "remarks", "description", "transcript",
        "tweet", "post",
    ),
    "question": ("question", "question_text", "prompt", "survey_question"),
    "date": (
        "date", "occurred_at", "created_at", "created", "timestamp", "datetime", "date_time",
        "created_date", "creation_date", "date_created", "submitted_at", "submission_date",
        "date_submitted", "review_date", "date_of_review", "response_date", "answered_at",
        "recorded_date", "survey_date", "feedback_date", "posted_at", "sent_at", "received_at",
        "create_time", "created_time", "submit_time", "submission_time",
        "time", "end_date", "start_date", "at", "day",
    ),
    "channel": ("channel", "contact_channel", "source_channel", "channel_name", "medium"),
    "touchpoint": ("touchpoint", "touch_point", "touchpoint_name", "journey_touchpoint"),
    "customer": (
        "customer", "customer_id", "customer_number", "client_id", "client", "user_id", "user",
        "member_id", "account_id", "contact_id", "person_id", "passenger_id", "patient_id",
    ),
    "stage": ("stage", "journey_stage", "lifecycle_stage", "customer_stage"),
    "submission": (
        "submission", "submission_id", "respondent", "respondent_id", "response_id",
        "survey_response_id", "respondent_number", "resp_id", "respnum",
    ),
    "language": ("language", "lang", "language_code", "text_language"),
    # Of conversations: all turns in one cell, or one turn a row. Their columns are not guessed from
    # names alone, see `turn_columns`.
    "turns": (
        "turns", "messages", "utterances", "dialogue", "dialog", "conversation", "transcript",
    ),
    "conversation": (
        "conversation", "conversation_id", "conversation_key", "conversation_uuid",
        "conversation_number", "conv_id", "convo_id", "chat_id", "chat_session_id", "chat_uuid",
        "dialogue_id", "dialog_id", "thread_id", "ticket_id", "session_id", "case_id", "chat",
        "dialogue", "dialog", "thread", "ticket", "session",
    ),
    "role": (
        "role", "author_role", "sender_role", "speaker_role", "participant_role", "user_role",
        "author_type", "sender_type", "speaker_type", "participant_type", "user_type", "speaker",
        "sender", "author", "participant", "from", "party", "actor",
    ),
    "turn": (
        "turn", "turn_number", "turn_no", "turn_index", "turn_idx", "turn_id", "message_number",
        "message_no", "message_index", "utterance_number", "utterance_index", "sequence",
        "sequence_number", "seq",
    ),
    "at": (
        "at", "turn_at", "sent_at", "message_at", "turn_time", "message_time", "sent_time",
        "turn_timestamp", "message_timestamp", "message_date", "timestamp", "time", "sent",
        "created_at", "date", "datetime", "posted_at", "created",
    ),
    "nps": (
        "nps", "nps_score", "nps_rating", "nps_value", "net_promoter", "net_promoter_score",
        "nps_0_10", "nps_score_0_10",
    ),
    "csat": (
        "csat", "csat_score", "csat_rating", "csat_value", "customer_satisfaction",
        "customer_satisfaction_score", "csat_1_5", "csat_score_1_5",
    ),
    "ces": (
        "ces", "ces_score", "ces_rating", "ces_value", "customer_effort", "customer_effort_score",
    ),
}  # fmt: skip
FIELDS: tuple[str, ...] = tuple(SYNONYMS)
SCORE_FIELDS: tuple[str, ...] = ("nps", "csat", "ces")
_OF_CONVERSATIONS = frozenset({"turns", "conversation", "role", "turn", "at"})

# The names that the fields bear in the records are understood too.
ALIASES: dict[str, str] = {
    "interaction_id": "id",
    "customer_id": "customer",
    "occurred_at": "date",
    "submission_id": "submission",
}

TEXT_WORDS = frozenset({"comment", "comments", "review", "feedback", "verbatim", "verbatims"})
_NOT_TEXT_WORDS = frozenset(
    {
        "id", "date", "time", "at", "score", "rating", "stars", "count", "number", "code", "type",
        "status", "url", "title", "by", "name", "sentiment", "topic", "language", "lang", "length",
        "version", "created", "submitted", "timestamp", "owner", "has", "source", "category",
        "channel", "tag", "tags", "group", "agent", "internal", "reply",
    }
)  # fmt: skip
_DATE_WORDS = frozenset({"date", "created", "submitted", "timestamp"})
_NOT_DATE_WORDS = frozenset(
    {
        "by", "id", "birth", "due", "expiry", "hire", "joined", "update", "updated", "modified",
        "reply", "type", "name", "format", "to", "on",
    }
)  # fmt: skip
_BY_A_WORD = {"text": (TEXT_WORDS, _NOT_TEXT_WORDS), "date": (_DATE_WORDS, _NOT_DATE_WORDS)}
_SHOWN_COLUMNS = 30
_SHOWN_CHARACTERS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """One field whose column was found by its name."""

    field: str
    column: str
    others: tuple[str, ...] = ()  # columns that were as good


def canonical_field(name: str) -> str | None:
    """Return the field called `name`, or None."""
    key = key_of(name)
    key = ALIASES.get(key, key)
    return key if key in SYNONYMS else None


def key_of(name: str) -> str:
    """Return the words of a column's name joined by underscores, whatever its spelling.

    >>> key_of("conversationId"), key_of("Turn Number")
    ('conversation_id', 'turn_number')
    """
    return "_".join(_words(name))


def check_mapping(mapping: Mapping[str, str | Sequence[str]]) -> dict[str, str]:
    """Return `mapping` with canonical field names and stripped columns; several joined by commas.

    :raises InputError: on a field that does not exist, or one that is named twice.
    """
    result: dict[str, str] = {}
    for name, column in mapping.items():
        field = canonical_field(name)
        if field is None:
            raise InputError(
                f"There is no field {name!r} to map a column to{nearest(name, FIELDS)} "
                f"The fields are {', '.join(FIELDS)}."
            )
        if field in result:
            raise InputError(f"The field {field!r} is mapped twice. Map one column to it.")
        several = [column] if isinstance(column, str) else list(column)
        if len(several) != 1 and field != "text":
            raise InputError(f"The field {field!r} takes one column, not {len(several)}.")
        result[field] = ",".join(name.strip() for name in several)
    return result


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ": did you mean 'x'?" for the known name next to `name`, else "."."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f": did you mean {close[0]!r}?" if close else "."


def column_list(columns: Sequence[str]) -> str:
    """Return the names of columns for an error, cut to a readable length."""
    shown = [
        repr(c if len(c) <= _SHOWN_CHARACTERS else c[: _SHOWN_CHARACTERS - 1] + "…")
        for c in columns[:_SHOWN_COLUMNS]
    ]
    more = len(columns) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def assign_columns(
    columns: Sequence[str],
    *,
    mapping: Mapping[str, str],
    taken: Iterable[str],
    file: str,
    is_usable: Callable[[str, str], bool] = lambda field, column: True,
) -> tuple[dict[str, str], list[Guess]]:
    """Return the column of each field, and which of them were guessed.

    :param mapping: field to column as told; an empty column means that the field has none.
    :param taken: columns that something else reads, which are not guessed.
    :param is_usable: whether a guess of (field, column) fits the values of the column.
    :raises InputError: on a told column that `columns` lacks.
    """
    assigned: dict[str, str] = {}
    for field, column in mapping.items():
        if column and column not in columns:
            raise InputError(
                f"{file}: there is no column {column!r} for {field}"
                f"{nearest(column, columns)} The columns are {column_list(columns)}."
            )
        if column:
            assigned[field] = column
    used = {*assigned.values(), *taken}
    guesses: list[Guess] = []
    for field in FIELDS:
        if field in mapping or field in _OF_CONVERSATIONS:
            continue
        found = [c for c in _candidates(field, columns) if c not in used and is_usable(field, c)]
        if found:
            guesses.append(Guess(field=field, column=found[0], others=tuple(found[1:])))
            assigned[field] = found[0]
            used.add(found[0])
    return assigned, guesses


def describe_guesses(guesses: Sequence[Guess]) -> str:
    """Return one line that says which column was taken for which field."""
    parts = []
    for guess in guesses:
        part = f"{guess.field} from {guess.column!r}"
        if guess.others:
            part += f" (the first of {column_list([guess.column, *guess.others])})"
        parts.append(part)
    return "guessed " + ", ".join(parts) + ". Use --map field=column where that is wrong."


def _candidates(field: str, columns: Sequence[str]) -> list[str]:
    names = {column: key_of(column) for column in columns}
    synonyms = frozenset(SYNONYMS[field])
    found = [c for c in columns if names[c] in synonyms]
    if not found and field in _BY_A_WORD:
        yes, no = _BY_A_WORD[field]
        found = [c for c in columns if yes & {*_words(c)} and not no & {*_words(c)}]
    return sorted(found, key=lambda c: names[c] != field)


def _words(name: str) -> list[str]:
    """Split a column name: "Review Text", "reviewText" and "review_text" are the same words."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return [word for word in re.split(r"[\W_]+", spaced.casefold()) if word]
