"""Read the turns of a conversation out of a request."""

from __future__ import annotations

import re
from datetime import MINYEAR, UTC, datetime
from typing import Any

from cxnlp.records import MAX_TEXT_CHARACTERS
from cxnlp.turns import CUSTOMER, ROLES, Turn

MAX_TURNS = 2_000

_SPACES = " \t\r\n"

TURN_FIELDS = frozenset({"role", "text", "at"})
LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # JSON can escape one; UTF-8 has none


class TurnsError(Exception):
    """Turns that cannot be scored; the message never repeats what was sent."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def read_turns(found: Any) -> tuple[Turn, ...]:
    """Return the turns of a conversation.

    :raises TurnsError: where they are not turns, too long together, or none is a customer's.
    """
    if not isinstance(found, list) or not found:
        raise _invalid("turns is not a list of at least one turn.")
    if len(found) > MAX_TURNS:
        raise _invalid(f"turns has {len(found):,} entries; at most {MAX_TURNS:,}.")
    turns = tuple(_read_turn(turn, number) for number, turn in enumerate(found))
    n_characters = sum(len(turn.text) for turn in turns)
    if n_characters > MAX_TEXT_CHARACTERS:
        message = f"The turns have {n_characters:,} characters; at most {MAX_TEXT_CHARACTERS:,}."
        raise TurnsError("text_too_long", message)
    # Spaces that JSON schemas, too, take for spaces; what else cannot be read is told by turn.
    if not any(turn.role == CUSTOMER and turn.text.strip(_SPACES) for turn in turns):
        raise TurnsError("text_missing", "No turn of the customer has a text.")
    return turns


def _read_turn(found: Any, number: int) -> Turn:
    if not isinstance(found, dict) or not found.keys() <= TURN_FIELDS:
        raise _invalid(f"turns[{number}] is not an object of role, text and at.")
    role, text = found.get("role"), found.get("text")
    if role not in ROLES:
        raise _invalid(f"turns[{number}]: role is none of {', '.join(ROLES)}.")
    if not isinstance(text, str):
        raise _invalid(f"turns[{number}]: text is not a string.")
    text = LONE_SURROGATE.sub("\ufffd", text)
    return Turn(role=role, text=text, at=_read_time(found.get("at"), number))


def _read_time(found: Any, number: int) -> datetime | None:
    if found is None:
        return None
    try:
        time = datetime.fromisoformat(found)
    except (TypeError, ValueError) as error:
        raise _invalid(
            f"turns[{number}]: at is not a time such as 2026-05-01T12:00:00Z."
        ) from error
    try:
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except OverflowError:  # a time by its form, of a moment in UTC that Python has no year for
        return (datetime.min if time.year == MINYEAR else datetime.max).replace(tzinfo=UTC)


def _invalid(message: str) -> TurnsError:
    return TurnsError("turns_invalid", message)
