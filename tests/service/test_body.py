"""A body is refused before it is read where its headers suffice, and counted where not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from starlette.datastructures import Headers
from starlette.types import Message, Receive

from service.body import ClientGone, check_body_headers, has_body, linger, read_body, replay
from service.envelope import Refused


def _receive(chunks: Sequence[bytes | None], *, pause: float = 0.0) -> Receive:
    left = list(chunks)

    async def receive() -> Message:
        await asyncio.sleep(pause)
        if not left or left[0] is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    return receive


async def _read(receive: Receive, seconds: float = 5.0) -> bytes:
    return await read_body(receive, max_bytes=10, seconds=seconds)


@pytest.mark.parametrize("chunks", [[b""], [b"1234567890"], [b"12345", b"", b"67890"]])
def test_a_body_within_the_limit_is_returned_and_replayed(chunks: list[bytes]) -> None:
    async def run() -> tuple[bytes, Message, Message]:
        receive = _receive(chunks)
        body = await _read(receive)
        again = replay(body, receive)
        return body, await again(), await again()

    body, first, second = asyncio.run(run())
    assert body == b"".join(chunks) == first["body"]
    assert first["more_body"] is False
    assert second["type"] == "http.disconnect"


def test_a_stream_that_grows_too_large_is_refused_while_it_comes() -> None:
    def endless() -> Receive:
        async def receive() -> Message:
            return {"type": "http.request", "body": b"1234", "more_body": True}

        return receive

    with pytest.raises(Refused) as caught:
        asyncio.run(_read(endless()))
    assert caught.value.status == 413


def test_a_slow_body_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        asyncio.run(_read(_receive([b"1"] * 9, pause=0.02), seconds=0.05))
    assert caught.value.status == 408


def test_a_client_that_went_away_is_told_apart() -> None:
    with pytest.raises(ClientGone):
        asyncio.run(_read(_receive([b"1", None])))


def test_lingering_ends_with_the_body_or_the_client() -> None:
    asyncio.run(asyncio.wait_for(linger(_receive([b"1" * 99, b"2"])), timeout=1))
    asyncio.run(asyncio.wait_for(linger(_receive([b"1" * 99, None])), timeout=1))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, None),
        ({"content-length": "10"}, None),
        ({"content-length": "11"}, 413),
        ({"content-type": "application/json"}, None),
        ({"content-type": "Application/JSON; charset=UTF-8"}, None),
        ({"content-type": 'application/json; charset="utf-8"'}, None),
        ({"content-type": "application/problem+json"}, None),
        ({"content-type": "application/json; charset=latin-1"}, 415),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "text/json+json"}, 415),
        ({"content-type": "multipart/form-data; boundary=json"}, 415),
        ({"content-type": ";"}, None),
        ({"content-encoding": "identity"}, None),
        ({"content-encoding": "gzip"}, 415),
    ],
)
def test_what_headers_say(headers: dict[str, str], status: int | None) -> None:
    if status is None:
        check_body_headers(Headers(headers), max_bytes=10)
        return
    with pytest.raises(Refused) as caught:
        check_body_headers(Headers(headers), max_bytes=10)
    assert caught.value.status == status


def test_whether_a_body_follows() -> None:
    assert not has_body(Headers({}))
    assert not has_body(Headers({"content-length": "0"}))
    assert has_body(Headers({"content-length": "10"}))
    assert has_body(Headers({"transfer-encoding": "chunked"}))
