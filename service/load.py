"""How much work is waiting, how fast it goes, and so whether another request may come in."""

from __future__ import annotations

import threading

from .envelope import Refused

# Before anything was measured: slower than two old cores, so that the first rush is not let in.
_CHARACTERS_PER_SECOND = 20_000.0
_MEMORY = 0.95  # of the running mean of the speed, per batch


class Load:
    """Counts admitted work in characters: all that is known before a text is tokenised."""

    def __init__(self, *, max_requests: int, max_wait: float) -> None:
        self._max_requests, self._max_wait = max_requests, max_wait
        self._lock = threading.Lock()
        self._speed = _CHARACTERS_PER_SECOND
        self._waiting = 0
        self.n_requests = 0

    def look(self) -> Refused | None:
        """Say why no request may come in, if none may. One alone is never too much."""
        wait = self._waiting / self._speed
        if self.n_requests and wait > self._max_wait:
            message = "Too much is waiting to be scored; try again after Retry-After."
            return Refused(
                429, "overloaded", message, retry_after=min(30.0, wait - self._max_wait / 2)
            )
        if self.n_requests >= self._max_requests:
            message = "Too many requests are waiting; try again after Retry-After."
            return Refused(429, "overloaded", message, retry_after=min(30.0, max(1.0, wait)))
        return None

    def admit(self, work: int) -> Refused | None:
        """Count a request in, or say why not."""
        with self._lock:
            reason = self.look()
            if reason is None:
                self.n_requests += 1
                self._waiting += work
            return reason

    def release(self, work: int) -> None:
        """Count a request out, whatever became of it."""
        with self._lock:
            self.n_requests -= 1
            self._waiting -= work

    def learn(self, characters: int, seconds: float) -> None:
        """Take the speed of a batch into the running mean.

        :param seconds: of the whole worker: with two streams, half of what the batch took.
        """
        if characters <= 0 or seconds <= 0:
            return
        with self._lock:
            self._speed = _MEMORY * self._speed + (1 - _MEMORY) * characters / seconds
