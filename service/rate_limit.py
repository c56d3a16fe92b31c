"""Let each API key ask as often as it may, and no more."""

from __future__ import annotations

import time
from collections.abc import Callable

from .keys import Key


class RateLimit:
    """A token bucket per key: it holds a second's requests, and one at least.

    Workers share nothing, so each lets its share of a rate pass.
    """

    def __init__(self, *, workers: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._workers = workers
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}  # name -> tokens, when

    def take(self, key: Key) -> float:
        """Return 0 where the request may pass, else the seconds until the next one may."""
        if key.rate is None:
            return 0.0
        rate = key.rate / self._workers
        room = max(1.0, rate)
        now = self._clock()
        tokens, then = self._buckets.get(key.name, (room, now))
        tokens = min(room, tokens + (now - then) * rate)
        wait = 0.0 if tokens >= 1.0 else (1.0 - tokens) / rate
        self._buckets[key.name] = (tokens if wait else tokens - 1.0, now)
        return wait
