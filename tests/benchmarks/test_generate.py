from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from benchmarks.load.connection import Pool
from benchmarks.load.generate import send_at, send_in_turn
from benchmarks.load.messages import score_in_lots, write_json, write_request
from benchmarks.load.outcome import Outcome, tally

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
REFUSED = b"HTTP/1.1 429 Too Many\r\ncontent-length: 0\r\nConnection: close\r\n\r\n"
REQUEST = write_request("GET", "/")

Answer = Callable[[int, asyncio.StreamWriter], Awaitable[None]]


def load(answer: Answer, send: Callable[[Pool], Awaitable[list[Outcome]]]) -> list[Outcome]:
    """Send to a server that answers each request by its number."""

    async def run() -> list[Outcome]:
        n_asked = 0

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal n_asked
            while await reader.readline():
                while (await reader.readline()).strip():
                    pass
                n_asked += 1
                await answer(n_asked, writer)
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        pool = Pool(server.sockets[0].getsockname()[1])
        try:
            return await send(pool)
        finally:
            pool.close()
            server.close()

    return asyncio.run(run())


async def ok(number: int, writer: asyncio.StreamWriter) -> None:
    writer.write(OK)


def test_requests_go_out_when_they_are_due_though_answers_are_slow() -> None:
    async def slow(number: int, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        writer.write(OK)

    found = load(slow, lambda pool: send_at(pool, [REQUEST], [0.0, 0.02, 0.04, 0.06]))
    assert tally(found).accepted == 4
    assert max(outcome.sent for outcome in found) < min(outcome.ended for outcome in found)
    assert all(outcome.seconds >= 0.29 for outcome in found)


def test_an_answer_in_pieces_is_one_answer() -> None:
    async def dribble(number: int, writer: asyncio.StreamWriter) -> None:
        for at in range(0, len(OK), 7):
            writer.write(OK[at : at + 7])
            await writer.drain()
            await asyncio.sleep(0.001)

    found = load(dribble, lambda pool: send_at(pool, [REQUEST], [0.0, 0.0]))
    assert tally(found).accepted == 2
    assert all(outcome.n_bytes == 2 for outcome in found)


def test_every_fate_is_told_apart_and_none_is_lost_to_count() -> None:
    async def fate(number: int, writer: asyncio.StreamWriter) -> None:
        if number == 1:
            writer.write(OK)
        elif number == 2:
            writer.write(REFUSED)
        elif number == 3:
            writer.close()
        elif number == 4:
            writer.transport.abort()
        elif number == 5:
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        elif number == 6:
            writer.write(OK.replace(b"200 OK", b"500 Oh"))

    async def one_by_one(pool: Pool) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for _ in range(7):
            outcomes += await send_at(pool, [REQUEST], [0.0], timeout_s=0.2)
        return outcomes

    found = tally(load(fate, one_by_one))
    assert (found.sent, found.accepted, found.refused, found.failed, found.lost) == (7, 1, 1, 1, 4)
    assert found.reasons["an answer without a length"] == 1
    assert found.reasons["no answer in time"] == 1


def test_nobody_listening_is_lost_not_an_exception() -> None:
    async def run() -> list[Outcome]:
        server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        return await send_at(Pool(port), [REQUEST], [0.0])

    assert tally(asyncio.run(run())).lost == 1


def test_senders_in_turn_never_have_more_on_its_way_than_they_are() -> None:
    n_open = most = 0

    async def count(number: int, writer: asyncio.StreamWriter) -> None:
        nonlocal n_open, most
        n_open += 1
        most = max(most, n_open)
        await asyncio.sleep(0.005)
        n_open -= 1
        writer.write(OK)

    found = load(count, lambda pool: send_in_turn(pool, [REQUEST], n_senders=3, seconds=1.5))
    assert most == 3
    assert tally(found).accepted == len(found) > 3


def test_a_connection_is_given_up_after_so_many_uses() -> None:
    async def run() -> int:
        n_connections = 0

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal n_connections
            n_connections += 1
            while await reader.readline():
                while (await reader.readline()).strip():
                    pass
                writer.write(OK)

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        pool = Pool(server.sockets[0].getsockname()[1], max_uses=2)
        for _ in range(6):
            await pool.ask(REQUEST, timeout_s=5)
        pool.close()
        server.close()
        return n_connections

    assert asyncio.run(run()) == 3


def test_lots_hold_as_many_texts_as_they_say() -> None:
    lots = score_in_lots(["a", "b", "c"], 2)
    assert len(lots) == 2
    assert lots[1].count(b'"text"') == 2


@pytest.mark.parametrize("text", ["plain", "naïve 😀"])
def test_a_body_is_as_long_as_its_header_says(text: str) -> None:
    head, _, body = write_json("/v1/score", {"text": text}).partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head.split(b"\r\n")
