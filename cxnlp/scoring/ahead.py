"""Prepare the next item in a thread while the present one is worked on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Ready = TypeVar("Ready")


def prepare_ahead(
    prepare: Callable[[Item], Ready], items: Iterable[Item], *, depth: int = 1
) -> Iterator[Ready]:
    """Yield prepared items in order, at most `depth` of them ready before they are wanted.

    Items are drawn in the caller's thread, so a reader needs no lock; an error comes where its
    item would have come.
    """
    waiting: deque[Future[Ready]] = deque()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="prepare") as pool:
        try:
            for item in items:
                waiting.append(pool.submit(prepare, item))
                if len(waiting) > depth:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
