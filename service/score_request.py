"""Read the body of a score request into items, or say what is wrong with it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from cxnlp.importers.cells import is_blank
from cxnlp.records import MAX_TEXT_CHARACTERS

MAX_ITEMS = 256

_FIELDS = frozenset({"id", "text", "question", "language"})
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # JSON can escape one; UTF-8 has none


class RequestError(Exception):
    """A request that is refused whole; its message never repeats what was sent."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemError:
    """Why one item cannot be scored; the others are."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One text to score, or the error that is its answer."""

    id: str | None
    text: str
    question: str | None
    language: str | None
    error: ItemError | None


def read_items(body: bytes) -> list[Item]:
    """Return the items of a request, in order.

    :raises RequestError: where the body as a whole cannot be understood.
    """
    try:
        request = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise RequestError(400, "invalid_json", "The body is not JSON in UTF-8.") from error
    if not isinstance(request, dict) or not isinstance(request.get("items"), list):
        raise _unprocessable("invalid_request", 'The body must be {"items": [...]}.')
    if len(request) > 1:
        raise _unprocessable("unknown_field", "The body has a field other than items.")
    found = request["items"]
    if not found:
        raise _unprocessable("no_items", "items is empty; send at least one.")
    if len(found) > MAX_ITEMS:
        message = f"items has {len(found)} entries; send at most {MAX_ITEMS} in a request."
        raise RequestError(413, "too_many_items", message)
    return [_read_item(item, f"items[{number}]") for number, item in enumerate(found)]


def _read_item(item: Any, place: str) -> Item:
    if not isinstance(item, dict):
        raise _unprocessable("invalid_item", f"{place} is not an object with a text.")
    if not item.keys() <= _FIELDS:
        message = f"{place} has a field other than {', '.join(sorted(_FIELDS))}."
        raise _unprocessable("unknown_field", message)
    text = item.get("text")
    error = _text_error(text)
    scored = text if isinstance(text, str) and error is None else ""
    return Item(
        id=_read_string(item, "id", place),
        text=_LONE_SURROGATE.sub("\ufffd", scored),
        question=_read_string(item, "question", place),
        language=_read_language(item, place),
        error=error,
    )


def _text_error(text: Any) -> ItemError | None:
    if text is None:
        return ItemError(code="text_missing", message="The item has no text.")
    if not isinstance(text, str):
        return ItemError(code="text_not_string", message="The text is not a string.")
    if is_blank(text):
        return ItemError(code="text_missing", message="The text is empty.")
    if len(text) > MAX_TEXT_CHARACTERS:
        message = f"The text has {len(text):,} characters; at most {MAX_TEXT_CHARACTERS:,}."
        return ItemError(code="text_too_long", message=message)
    return None


def _read_string(item: dict[str, Any], field: str, place: str) -> str | None:
    value = item.get(field)
    if value is not None and not isinstance(value, str):
        raise _unprocessable("invalid_field", f"{place}: {field} is not a string.")
    return None if value is None else _LONE_SURROGATE.sub("\ufffd", value)


def _read_language(item: dict[str, Any], place: str) -> str | None:
    value = _read_string(item, "language", place)
    if value is None:
        return None
    language = value.lower().partition("-")[0]  # en-GB is read as en
    if not _LANGUAGE.fullmatch(language):
        message = f"{place}: language is not an ISO 639 code, such as en."
        raise _unprocessable("invalid_field", message)
    return language


def _unprocessable(code: str, message: str) -> RequestError:
    return RequestError(422, code, message)
