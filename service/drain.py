"""End a worker so that nobody notices: first say so, then answer what was accepted."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

from .settings import MAX_DRAIN_S

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_TICK_S = 0.02

_log = logging.getLogger("cxnlp.service")


class Drain:
    """Counts open requests, and holds a signal back until there are none."""

    def __init__(self, *, min_seconds: float, max_seconds: float = MAX_DRAIN_S) -> None:
        self.draining = False
        self.n_open = 0
        self._min_seconds, self._max_seconds = min_seconds, max_seconds
        self._handlers: dict[int, Any] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._first = 0

    @contextlib.contextmanager
    def accepted(self) -> Iterator[None]:
        """Count a request while it is being answered."""
        self.n_open += 1
        try:
            yield
        finally:
            self.n_open -= 1

    def install(self) -> None:
        """Take the place of the server's own handlers, which end it at once.

        Called in the running loop, when the server has set its handlers.
        """
        if threading.current_thread() is not threading.main_thread():
            return  # signals are handled in the main thread alone: in a test there is no server
        self._loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            self._handlers[number] = signal.signal(number, self._on_signal)

    def uninstall(self) -> None:
        """Give the server its handlers back."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers.clear()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if not self.draining:
            self.draining = True
            self._first = number
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._begin)
        elif number == signal.SIGINT == self._first:
            self._end()  # somebody at a keyboard who asks twice wants it now

    def _begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._wait())

    async def _wait(self) -> None:
        _log.info("This worker was told to end; it answers what it accepted.")
        started = time.monotonic()
        while (waited := time.monotonic() - started) < self._max_seconds:
            if waited >= self._min_seconds and not self.n_open:
                break
            await asyncio.sleep(_TICK_S)
        if self.n_open:
            _log.warning("This worker ends with %d requests unanswered.", self.n_open)
        self._end()

    def _end(self) -> None:
        handler = self._handlers.get(self._first)
        if callable(handler):
            handler(self._first, None)
