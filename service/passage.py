"""The way of one request through the threads: prepared, inferred, decoded, answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future

from cxnlp.model.classifier import Classifier, Prepared
from cxnlp.model.gather import Gathering
from cxnlp.model.prediction import Prediction

from .measurements import Measurements
from .scheduler import Job, Scheduler
from .score_request import Item

PART = 20_000  # characters: about a tenth of a second of tokenising
# What has no more texts is decoded where it was inferred: that takes less than to change threads.
_FEW = 4

Tell = Callable[[list[Prediction] | None, BaseException | None], None]


class Passage:
    """Hands a request from thread to thread; who waits for it is told once, at the end."""

    def __init__(
        self,
        classifier: Classifier,
        items: Sequence[Item],
        *,
        lane: Executor,
        scheduler: Scheduler,
        measurements: Measurements,
        tell: Tell,
    ) -> None:
        self._classifier, self._items = classifier, items
        self._lane, self._scheduler = lane, scheduler
        self._measurements, self._tell = measurements, tell
        self._given_up = threading.Event()
        self._prepared: Prepared | None = None
        self._job: Job | None = None
        self._begun: Future[None] | None = None

    def begin(self) -> None:
        """Put the request in line."""
        self._begun = self._lane.submit(self._guarded, self._prepare)

    def give_up(self) -> None:
        """Do nothing more: nobody waits. A batch that runs is run to its end."""
        self._given_up.set()
        if self._begun is not None:
            self._begun.cancel()
        if self._job is not None:
            self._scheduler.drop(self._job)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            self._tell(None, error)

    def _prepare(self) -> None:
        started = time.monotonic()
        parts: list[Prepared] = []
        for part in _parts(self._items):
            if self._given_up.is_set():
                return
            parts.append(
                self._classifier.prepare(
                    [item.text for item in part],
                    questions=[item.question for item in part],
                    languages=[item.language for item in part],
                    turns=[item.turns for item in part],
                )
            )
        self._prepared = _join(parts)
        gathering = Gathering(self._prepared.scored, read_out=self._classifier.read_out)
        self._measurements.tokenise.observe(time.monotonic() - started)
        self._job = Job(model=self._classifier, gathering=gathering, done=self._inferred)
        if not gathering.windows:
            self._decode()
            return
        self._scheduler.add(self._job)
        if self._given_up.is_set():  # perhaps after it was looked for a job to drop
            self._scheduler.drop(self._job)

    def _inferred(self, error: BaseException | None) -> None:
        if error is not None or self._job is None:
            self._tell(None, error)
            return
        waited = (self._job.started_at or self._job.queued_at) - self._job.queued_at
        self._measurements.queue.observe(waited)
        if len(self._items) > _FEW:
            try:
                self._lane.submit(self._guarded, self._decode)
                return
            except RuntimeError:
                pass  # the worker is ending, and takes nothing more into line
        self._guarded(self._decode)

    def _decode(self) -> None:
        if self._given_up.is_set() or self._prepared is None or self._job is None:
            return
        started = time.monotonic()
        found = self._classifier.decode(self._prepared, self._job.gathering.logits)
        self._measurements.decode.observe(time.monotonic() - started)
        self._tell(found, None)


def _join(parts: Sequence[Prepared]) -> Prepared:
    if len(parts) == 1:
        return parts[0]
    return Prepared(
        plans=tuple(plan for part in parts for plan in part.plans),
        languages=tuple(language for part in parts for language in part.languages),
        truncated=tuple(truncated for part in parts for truncated in part.truncated),
    )


def _parts(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Yield the items in runs that take a fraction of a second each."""
    part: list[Item] = []
    size = 0
    for item in items:
        if part and size + item.n_characters > PART:
            yield part
            part, size = [], 0
        part.append(item)
        size += item.n_characters
    if part:
        yield part
