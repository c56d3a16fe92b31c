"""Cut any number of items into requests that the service takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cxnlp.errors import InputError

MAX_ITEMS = 256
# What common proxies let through unless told otherwise; an item above it travels alone.
MAX_BODY_BYTES = 1024 * 1024

_ENVELOPE_BYTES = 1024  # the brackets, spans, and the name of a model
_FIELDS = ("id", "text", "turns", "question", "language")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # UTF-8 has none


@dataclass(frozen=True, slots=True, kw_only=True)
class SentItem:
    """One item as it is sent."""

    id: str | None
    encoded: str


def batch_items(
    items: Iterable[str | Mapping[str, Any] | None],
    *,
    max_items: int = MAX_ITEMS,
    max_bytes: int = MAX_BODY_BYTES,
) -> Iterator[list[SentItem]]:
    """Yield the items in order, as many at a time as one request may hold.

    :raises InputError: on what is neither a text nor an item; it names the place, not the value.
    """
    if isinstance(items, str | bytes | Mapping):
        raise InputError("score takes many texts: give a list, also of one.")
    batch: list[SentItem] = []
    n_bytes = _ENVELOPE_BYTES
    for number, item in enumerate(items):
        sent = _read_item(item, f"items[{number}]")
        size = len(sent.encoded.encode("utf-8")) + 1
        if batch and (len(batch) >= max_items or n_bytes + size > max_bytes):
            yield batch
            batch, n_bytes = [], _ENVELOPE_BYTES
        batch.append(sent)
        n_bytes += size
    if batch:
        yield batch


def score_body(items: Sequence[SentItem], *, spans: bool, model: str | None) -> bytes:
    """Return the body of a score request."""
    options = {"spans": spans} if model is None else {"spans": spans, "model": model}
    inside = ",".join(item.encoded for item in items)
    return f'{{"items":[{inside}],{encode(options, "the options")[1:]}'.encode()


def encode(value: Mapping[str, Any], place: str) -> str:
    """Return JSON that UTF-8 can carry, with every character's offset kept."""
    try:
        text = json.dumps(
            value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
        )
    except (TypeError, ValueError, RecursionError):
        # What json says may quote the value.
        raise InputError(f"{place} holds a value that JSON cannot carry.") from None
    return _LONE_SURROGATE.sub("\ufffd", text)


def _read_item(item: str | Mapping[str, Any] | None, place: str) -> SentItem:
    if item is None or isinstance(item, str):
        return SentItem(id=None, encoded=encode({"text": item}, place))
    if not isinstance(item, Mapping):
        kind = type(item).__name__
        raise InputError(f"{place} is of type {kind}; give a string or a dict with text or turns.")
    if not item.keys() <= set(_FIELDS):
        # The service would refuse the whole request, by the place in the batch and not in all.
        raise InputError(f"{place} has a field other than {', '.join(_FIELDS)}.")
    for field in ("id", "question", "language"):
        if not isinstance(item.get(field), str | None):
            raise InputError(f"{place}: {field} is not a string.")
    name = item.get("id")
    sent_name = None if name is None else _LONE_SURROGATE.sub("\ufffd", name)  # as encoded
    return SentItem(id=sent_name, encoded=encode(dict(item), place))


def _plain(value: Any) -> Any:
    """Return what JSON can hold of a turn's time, or of a mapping that is no dict."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError
