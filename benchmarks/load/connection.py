"""A light HTTP/1.1 client: it shares the cores with the service that it measures."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


class Broken(ConnectionError):
    """A connection ended, or said what cannot be read, before its answer was whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A status, and how much came with it."""

    status: int
    body: bytes
    closes: bool


class Connection(asyncio.Protocol):
    """One connection, with at most one request on its way."""

    def __init__(self) -> None:
        self.n_requests = 0
        self._transport: asyncio.Transport | None = None
        self._read = bytearray()
        self._answer: asyncio.Future[Reply] | None = None

    @property
    def is_open(self) -> bool:
        """Return whether the other side has not closed it, as far as is known."""
        return self._transport is not None and not self._transport.is_closing()

    def send(self, request: bytes) -> asyncio.Future[Reply]:
        """Send a request; the future is its reply, or raises Broken."""
        self._answer = asyncio.get_running_loop().create_future()
        self.n_requests += 1
        if self._transport is None or self._transport.is_closing():
            self._answer.set_exception(Broken("closed before it was sent"))
        else:
            self._transport.write(request)
        return self._answer

    def close(self) -> None:
        """Close it, whatever is still to come."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Collect an answer until it is whole."""
        self._read += data
        end = self._read.find(_HEAD_END)
        if end < 0:
            return
        head = bytes(self._read[:end]).lower()
        at = head.find(_LENGTH)
        if at < 0:
            self._fail("an answer without a length")
            return
        length = int(head[at + len(_LENGTH) :].partition(b"\r\n")[0])
        start = end + len(_HEAD_END)
        if len(self._read) < start + length:
            return
        reply = Reply(
            status=int(head[9:12]),
            body=bytes(self._read[start : start + length]),
            closes=b"connection: close" in head,
        )
        self._read.clear()
        if reply.closes:
            self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(reply)

    def eof_received(self) -> bool:
        """Close when the other side does."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits."""
        self._fail("reset" if exc else "closed without an answer")

    def _fail(self, why: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Broken(why))
        self.close()


class Pool:
    """Open connections to one port of this machine; more are opened where all are busy.

    :param max_uses: how many requests a connection is kept for. A new worker gets none of the
        connections that are there already.
    """

    def __init__(self, port: int, *, max_uses: int = 1000) -> None:
        self.port = port
        self._max_uses = max_uses
        self._idle: deque[Connection] = deque()

    async def ask(self, request: bytes, *, timeout_s: float) -> Reply:
        """Send a request and return its reply.

        :raises OSError: where there is none: Broken, TimeoutError, ConnectionRefusedError.
        """
        connection: Connection | None = None
        try:
            async with asyncio.timeout(timeout_s):
                connection = self._take() or await self.connect()
                reply = await connection.send(request)
        except BaseException:
            if connection is not None:
                connection.close()
            raise
        if not reply.closes and connection.is_open and connection.n_requests < self._max_uses:
            self._idle.append(connection)
        else:
            connection.close()
        return reply

    async def connect(self) -> Connection:
        """Open a connection."""
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(Connection, "127.0.0.1", self.port)
        return connection

    def close(self) -> None:
        """Close what is idle."""
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> Connection | None:
        while self._idle:
            connection = self._idle.popleft()
            if connection.is_open:
                return connection
        return None
