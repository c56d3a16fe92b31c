"""Read the body of a request into items, or say what is wrong with it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from cxnlp.importers.cells import is_blank
from cxnlp.records import MAX_TEXT_CHARACTERS
from cxnlp.turns import Turn

from .envelope import Refused
from .turns_request import LONE_SURROGATE, TurnsError, read_turns

MAX_ITEMS = 256

_REQUEST_FIELDS = frozenset({"items", "spans", "model"})
_CONVERSATION_FIELDS = frozenset({"id", "turns", "language", "spans", "model"})
_ITEM_FIELDS = frozenset({"id", "text", "turns", "question", "language"})
# A language, and where it is spoken or how it is written: en, en-GB, en_US.
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*")
_ITEM_COST = 40  # characters' worth of work that the shortest text takes


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemError:
    """Why one item cannot be scored; the others are."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One text or conversation to score, or the error that is its answer."""

    id: str | None
    text: str | None
    turns: tuple[Turn, ...] | None
    question: str | None
    language: str | None
    error: ItemError | None

    @property
    def n_characters(self) -> int:
        """Return how much work the item is."""
        turns = sum(len(turn.text) for turn in self.turns or ())
        return _ITEM_COST + len(self.text or "") + turns


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRequest:
    """The items of a request, and what is asked about them."""

    items: list[Item]
    spans: bool
    model: str | None


def read_score_request(body: bytes, *, languages: tuple[str, ...]) -> ScoreRequest:
    """Return what POST /v1/score asks.

    :param languages: those that the model reads.
    :raises Refused: where the body as a whole cannot be understood.
    """
    request = _read_object(body, _REQUEST_FIELDS)
    found = request.get("items")
    if not isinstance(found, list):
        _refuse("invalid_request", 'The body must be {"items": [...]}.')
    if not found:
        _refuse("no_items", "items is empty; send at least one.")
    if len(found) > MAX_ITEMS:
        message = f"items has {len(found):,} entries; send at most {MAX_ITEMS} in a request."
        raise Refused(422, "too_many_items", message)
    items = [_read_item(item, f"items[{n}]", languages) for n, item in enumerate(found)]
    return ScoreRequest(items=items, spans=_read_spans(request), model=_read_model(request))


def read_conversation_request(body: bytes, *, languages: tuple[str, ...]) -> ScoreRequest:
    """Return what POST /v1/conversations/score asks, as one item with turns.

    :raises Refused: where the conversation cannot be scored.
    """
    request = _read_object(body, _CONVERSATION_FIELDS)
    item = _read_item(
        {name: request[name] for name in ("id", "turns", "language") if name in request},
        "The conversation",
        languages,
    )
    if "turns" not in request:
        _refuse("turns_invalid", "The body has no turns.")
    if item.error is not None:
        _refuse(item.error.code, item.error.message)
    return ScoreRequest(items=[item], spans=_read_spans(request), model=_read_model(request))


def _read_object(body: bytes, fields: frozenset[str]) -> dict[str, Any]:
    try:
        request = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "invalid_json", "The body is not JSON in UTF-8.") from error
    if not isinstance(request, dict):
        _refuse("invalid_request", "The body is not a JSON object.")
    if not request.keys() <= fields:
        _refuse("unknown_field", f"The body has a field other than {', '.join(sorted(fields))}.")
    return request


def _no_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python reads and JSON does not know."""
    raise ValueError(name)


def _read_item(item: Any, place: str, languages: tuple[str, ...]) -> Item:
    if not isinstance(item, dict):
        _refuse("invalid_item", f"{place} is not an object with a text or turns.")
    if not item.keys() <= _ITEM_FIELDS:
        _refuse(
            "unknown_field", f"{place} has a field other than {', '.join(sorted(_ITEM_FIELDS))}."
        )
    identity, question = (_read_string(item, field, place) for field in ("id", "question"))
    given = _read_string(item, "language", place)
    tag = _LANGUAGE.fullmatch(given) if given else None
    language = tag[1].lower() if tag else None  # en-GB is read as en
    text, turns, error = _read_content(item)
    if error is None and given and language not in languages:
        error = unsupported(language, languages)
    return Item(
        id=identity,
        text=None if error else text,
        turns=None if error else turns,
        question=question,
        language=None if error else language,
        error=error,
    )


def _read_content(
    item: dict[str, Any],
) -> tuple[str | None, tuple[Turn, ...] | None, ItemError | None]:
    """Return an item's text or turns, or why it has neither."""
    text, turns = item.get("text"), item.get("turns")
    if turns is not None:
        if text is not None:
            return None, None, _error("turns_invalid", "The item has both a text and turns.")
        try:
            return None, read_turns(turns), None
        except TurnsError as error:
            return None, None, _error(error.code, error.message)
    if text is None:
        return None, None, _error("text_missing", "The item has no text.")
    if not isinstance(text, str):
        return None, None, _error("text_not_string", "The text is not a string.")
    if is_blank(text):
        return None, None, _error("text_missing", "The text is empty.")
    if len(text) > MAX_TEXT_CHARACTERS:
        message = f"The text has {len(text):,} characters; at most {MAX_TEXT_CHARACTERS:,}."
        return None, None, _error("text_too_long", message)
    return LONE_SURROGATE.sub("\ufffd", text), None, None


def language_pattern(languages: tuple[str, ...]) -> str:
    """Return the regular expression of what a conversation's language may be."""
    names = "|".join("".join(f"[{c}{c.upper()}]" for c in name) for name in languages)
    return f"^(({names})([-_][A-Za-z0-9]{{1,8}})*)?$"


def unsupported(language: str | None, languages: tuple[str, ...]) -> ItemError:
    """Return the error of an item in a language that the model does not read."""
    said = f"The language is {language}" if language else "The language is not an ISO 639 code"
    return _error("language_unsupported", f"{said}; the model reads {', '.join(languages)}.")


def _error(code: str, message: str) -> ItemError:
    return ItemError(code=code, message=message)


def _read_string(item: dict[str, Any], field: str, place: str) -> str | None:
    value = item.get(field)
    if value is not None and not isinstance(value, str):
        _refuse("invalid_field", f"{place}: {field} is not a string.")
    return None if value is None else LONE_SURROGATE.sub("\ufffd", value)


def _read_spans(request: dict[str, Any]) -> bool:
    spans = request.get("spans", True)
    if not isinstance(spans, bool):
        _refuse("invalid_field", "spans is neither true nor false.")
    return spans


def _read_model(request: dict[str, Any]) -> str | None:
    model = request.get("model")
    if model is not None and not isinstance(model, str):
        _refuse("invalid_field", "model is not a string such as name@revision.")
    return model


def _refuse(code: str, message: str) -> NoReturn:
    raise Refused(422, code, message)
