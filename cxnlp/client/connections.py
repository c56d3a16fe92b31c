"""Kept-alive connections to one service, shared between threads."""

from __future__ import annotations

import io
import os
import socket
import ssl
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any

# Routers forget a silent connection after a while, and then swallow what is sent on it.
MAX_IDLE_S = 30.0
MAX_KEPT = 64

_SLICE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, read to its end."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes


class Connections:
    """The connections to one host; each is used by one thread at a time."""

    def __init__(self, host: str, port: int | None, *, tls: bool) -> None:
        self._open: partial[HTTPConnection]
        if tls:
            context = ssl.create_default_context()
            self._open = partial(HTTPSConnection, host, port, context=context)
        else:
            self._open = partial(HTTPConnection, host, port)
        # A deque needs no lock, and so none that a fork could leave locked.
        self._idle: deque[tuple[float, HTTPConnection]] = deque()
        self._pid = os.getpid()
        self._closed = False

    def exchange(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float
    ) -> Reply:
        """Send a request and return its reply, whatever its status, all within the timeout.

        :raises OSError: where no whole reply came; HTTPException too.
        """
        until = time.monotonic() + timeout_s
        kept = self._take()
        if kept is not None:
            try:
                return self._exchange_on(kept, method, path, body, headers, until)
            except (ConnectionError, ssl.SSLEOFError):
                pass  # the service had closed it in the meantime, which is no failure
        return self._exchange_on(self._open(), method, path, body, headers, until)

    def close(self) -> None:
        """Close what is idle; what is in use closes when its reply was read."""
        self._closed = True
        while self._idle:
            self._idle.pop()[1].close()

    def _take(self) -> HTTPConnection | None:
        if self._pid != os.getpid():  # forked: the parent goes on using these
            self._idle, self._pid = deque(), os.getpid()
        while True:
            try:
                since, connection = self._idle.pop()
            except IndexError:
                return None
            if time.monotonic() - since < MAX_IDLE_S:
                return connection
            connection.close()

    def _exchange_on(
        self,
        connection: HTTPConnection,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        until: float,
    ) -> Reply:
        keep = False
        try:
            response = _send(connection, method, path, body, headers, until)
            with response:
                content = response.read()
            keep = not response.will_close and not self._closed
            names = {name.lower(): value for name, value in response.getheaders()}
            return Reply(status=response.status, headers=names, body=content)
        finally:
            if keep and len(self._idle) < MAX_KEPT:
                self._idle.append((time.monotonic(), connection))
            else:
                connection.close()


def _send(
    connection: HTTPConnection,
    method: str,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
    until: float,
) -> HTTPResponse:
    connection.timeout = _left(until)
    if connection.sock is None:
        connection.connect()
    # Set on the instance, for http.client calls it with the socket to read from.
    connection.response_class = partial(_Response, until=until)  # type: ignore[assignment]
    # Without a length, http.client would send the slices in chunks, and an empty chunk with a GET.
    slices = _slices(body, connection.sock, until) if body else None
    sized = {**headers, "Content-Length": str(len(body))} if body else headers
    try:
        connection.sock.settimeout(_left(until))
        connection.request(method, path, slices, sized)
    except (BrokenPipeError, ConnectionResetError) as broken:
        # A body that is refused for its size is not read to its end; the refusal may be there.
        try:
            return connection.getresponse()
        except OSError:
            raise broken from None
    return connection.getresponse()


def _slices(body: bytes, sock: socket.socket, until: float) -> Iterator[bytes]:
    for start in range(0, len(body), _SLICE_BYTES):
        sock.settimeout(_left(until))
        yield body[start : start + _SLICE_BYTES]


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0.0:
        raise TimeoutError("timed out")
    return left


class _Response(HTTPResponse):
    """A response whose reading ends in time; a socket's timeout starts anew with each byte."""

    def __init__(self, sock: socket.socket, *args: Any, until: float, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock, until))


class _TimedReader(io.RawIOBase):
    def __init__(self, raw: io.RawIOBase, sock: socket.socket, until: float) -> None:
        self._raw = raw
        self._sock = sock
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        self._sock.settimeout(_left(self._until))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
