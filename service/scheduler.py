"""Which windows run together next: the oldest request's, filled up with others of like length."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cxnlp.model.encoding import Window, padded_length
from cxnlp.model.gather import Gathering

# How far behind the oldest request one is looked for that fits beside it.
_LOOK_AHEAD = 64


@dataclass(slots=True, kw_only=True, eq=False)
class Job:
    """The windows of one request, on their way through the encoder."""

    model: Any  # jobs of different models never share a batch
    gathering: Gathering
    done: Callable[[BaseException | None], None]  # called once, from an inference thread
    queued_at: float = field(default_factory=time.monotonic)
    waiting: deque[int] = field(default_factory=deque)  # windows not yet taken, longest first
    running: int = 0  # windows taken and not yet answered
    dropped: bool = False  # nobody waits for it any more
    started_at: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)  # of the gathering

    def __post_init__(self) -> None:
        windows = self.gathering.windows
        self.waiting.extend(sorted(range(len(windows)), key=lambda i: -len(windows[i].ids)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Windows of one or several jobs that run together."""

    model: Any
    windows: list[Window]
    places: dict[Job, list[tuple[int, int]]]  # job -> (row of the batch, window of the job)

    @property
    def n_tokens(self) -> int:
        """Return the tokens that are computed, padding included."""
        return len(self.windows) * max(padded_length(window) for window in self.windows)

    def apart(self) -> Iterator[Batch]:
        """Yield a batch for each of the jobs."""
        for job, places in self.places.items():
            windows = [self.windows[row] for row, _ in places]
            rows = [(row, window) for row, (_, window) in enumerate(places)]
            yield Batch(model=self.model, windows=windows, places={job: rows})


class Scheduler:
    """Jobs in the order they came; a long one gives way after each of its batches."""

    def __init__(self, *, max_tokens: int) -> None:
        self._max_tokens = max_tokens
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def add(self, job: Job) -> None:
        """Queue a job that has windows."""
        with self._changed:
            self._jobs.append(job)
            self._changed.notify()

    def drop(self, job: Job) -> None:
        """Forget a job; windows that are running run on and are thrown away."""
        with self._changed:
            job.dropped = True
            job.waiting.clear()
            if job in self._jobs:
                self._jobs.remove(job)

    def answered(self, job: Job, n_windows: int) -> bool:
        """Count windows as answered; return whether the job is complete."""
        with self._changed:
            job.running -= n_windows
            return not job.dropped and not job.waiting and not job.running

    def close(self) -> None:
        """Let `take` return None once nothing is left."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def take(self) -> Batch | None:
        """Return the next batch, as soon as there is one; None when closed and empty."""
        with self._changed:
            while not self._jobs:
                if self._closed:
                    return None
                self._changed.wait()
            return self._fill()

    def _fill(self) -> Batch:
        """Take windows of the oldest job, then of others none of which is longer."""
        oldest = self._jobs[0]
        windows: list[Window] = []
        places: dict[Job, list[tuple[int, int]]] = {}
        longest = padded_length(oldest.gathering.windows[oldest.waiting[0]])
        room = max(1, self._max_tokens // longest)
        for job in list(self._jobs)[:_LOOK_AHEAD]:
            if len(windows) >= room:
                break
            if job.model is not oldest.model:
                continue
            taken = _take_up_to(job, longest=longest, room=room - len(windows))
            if taken:
                places[job] = [(len(windows) + row, window) for row, window in enumerate(taken)]
                windows += [job.gathering.windows[window] for window in taken]
                job.running += len(taken)
                job.started_at = job.started_at or time.monotonic()
        # What has nothing left to take leaves the queue; an unfinished oldest goes to its end.
        self._jobs = deque(job for job in self._jobs if job.waiting and job is not oldest)
        if oldest.waiting:
            self._jobs.append(oldest)
        return Batch(model=oldest.model, windows=windows, places=places)


def _take_up_to(job: Job, *, longest: int, room: int) -> list[int]:
    """Take a job's longest windows that are not longer than that."""
    windows, waiting = job.gathering.windows, job.waiting
    if not waiting or padded_length(windows[waiting[-1]]) > longest:
        return []  # even its shortest is longer
    skipped = 0
    while padded_length(windows[waiting[0]]) > longest:
        waiting.rotate(-1)
        skipped += 1
    taken: list[int] = []
    while waiting and len(taken) < room and len(waiting) > skipped:
        taken.append(waiting.popleft())
    waiting.rotate(skipped)
    return taken
