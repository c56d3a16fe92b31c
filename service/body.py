"""Take in the body of a request, or refuse it before it costs anything."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.types import Message, Receive

from .envelope import Refused

_MIB = 1024 * 1024
_LINGER_S = 2.0


class ClientGone(Exception):
    """The client went away before its request was whole."""


def check_body_headers(headers: Headers, *, max_bytes: int) -> None:
    """Refuse a body by what its headers say, before any of it is read.

    :raises Refused: 413 or 415.
    """
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > max_bytes:
        raise _too_large(max_bytes)
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        message = "The body must not be compressed: send it without Content-Encoding."
        raise Refused(415, "encoding_not_supported", message)
    if not _is_json(headers.get("content-type", "")):
        message = "The body must be JSON in UTF-8: send it as Content-Type: application/json."
        raise Refused(415, "media_type_not_supported", message)


def has_body(headers: Headers) -> bool:
    """Return whether a body follows the headers."""
    return "transfer-encoding" in headers or headers.get("content-length", "0").strip("0") != ""


async def read_body(receive: Receive, *, max_bytes: int, seconds: float) -> bytes:
    """Return the whole body.

    :raises Refused: 413 where it grows too large, 408 where it is too slow.
    :raises ClientGone: where the rest of it will never come.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                body += message.get("body", b"")
                if len(body) > max_bytes:
                    raise _too_large(max_bytes)
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError as error:
        message_ = f"The body did not arrive within {seconds:g} seconds; send fewer texts at once."
        raise Refused(408, "body_too_slow", message_) from error


def replay(body: bytes, receive: Receive) -> Receive:
    """Return a receive that hands out a body that was read, then what follows it."""
    told = False

    async def receive_again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


async def linger(receive: Receive) -> None:
    """Take in and drop what a refused client still sends, for a short time.

    Where a connection is closed on unread bytes, the client's system throws away the answer.
    """
    try:
        async with asyncio.timeout(_LINGER_S):
            while (await receive()).get("more_body", False):
                pass
    except TimeoutError:
        return


def _is_json(content_type: str) -> bool:
    kind, _, parameters = content_type.lower().partition(";")
    kind = kind.strip()
    if not kind:
        return not parameters.strip()
    charset = [
        value.strip().strip('"')
        for name, _, value in (part.partition("=") for part in parameters.split(";"))
        if name.strip() == "charset"
    ]
    is_json = kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )
    return is_json and set(charset) <= {"utf-8", "utf8", "us-ascii"}


def _too_large(max_bytes: int) -> Refused:
    message = f"The body is larger than {max_bytes / _MIB:g} MiB; send fewer texts at once."
    return Refused(413, "body_too_large", message)
