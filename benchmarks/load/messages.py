"""Requests as bytes, written once before a load begins."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


def write_request(method: str, path: str, body: bytes = b"", *, media: str = "") -> bytes:
    """Return an HTTP/1.1 request that leaves its connection open."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if body:
        media = media or "application/json"
        lines += [f"Content-Type: {media}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def write_json(path: str, value: object) -> bytes:
    """Return a POST of a value as JSON."""
    return write_request("POST", path, json.dumps(value, ensure_ascii=False).encode())


def score_texts(texts: Sequence[str]) -> bytes:
    """Return one request that asks for the scores of texts, spans included."""
    return write_json("/v1/score", {"items": [{"text": text} for text in texts]})


def score_singly(texts: Sequence[str]) -> list[bytes]:
    """Return a request for each text."""
    return [score_texts([text]) for text in texts]


def score_in_lots(texts: Sequence[str], n_items: int) -> list[bytes]:
    """Return requests of so many texts each; the last wraps around to the first texts."""
    return [
        score_texts([texts[(first + place) % len(texts)] for place in range(n_items)])
        for first in range(0, len(texts), n_items)
    ]


def score_chats(chats: Sequence[Sequence[dict[str, Any]]]) -> list[bytes]:
    """Return a request for each conversation."""
    return [write_json("/v1/conversations/score", {"turns": turns}) for turns in chats]


def bad_requests() -> list[bytes]:
    """Return requests each of which must be answered with 4xx."""
    return [
        write_request("POST", "/v1/score", b'{"items": ['),
        write_request("POST", "/v1/score", b'{"items": []}'),
        write_request("POST", "/v1/score", b'{"items": "text"}'),
        write_request("POST", "/v1/score", b'{"items": [{"text": "a"}], "unknown": 1}'),
        write_request("POST", "/v1/score", b"\xff\xfe\x00"),
        write_request("POST", "/v1/score", b"text", media="text/plain"),
        write_request("POST", "/v1/conversations/score", b'{"turns": []}'),
        write_request("GET", "/v1/score"),
        write_request("GET", "/v1/nothing"),
    ]
