"""Between the async API and the encoder: admit, prepare, batch across requests, answer in time."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from cxnlp.model.classifier import Classifier, Prepared
from cxnlp.model.encoding import collate
from cxnlp.model.gather import Gathering
from cxnlp.model.prediction import Prediction

from .envelope import Refused
from .load import Load
from .measurements import Measurements
from .scheduler import Batch, Job, Scheduler
from .score_request import Item

_LARGE = 20_000  # characters: what takes longer to tokenise waits in a line of its own
_CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineLimits:
    """How much may wait, and for how long."""

    max_requests: int = 512  # admitted and not yet answered
    max_wait: float = 2.0  # seconds of work ahead of a request; more is refused
    deadline: float = 20.0  # seconds in which an admitted request is answered
    tokens_per_batch: int = 1024  # padded; larger ones are no faster and make short texts wait


class Engine:
    """Scores the requests of one worker; everything in it is this worker's own."""

    def __init__(self, limits: EngineLimits, measurements: Measurements, *, n_streams: int) -> None:
        self.limits = limits
        self._measurements = measurements
        self._scheduler = Scheduler(max_tokens=limits.tokens_per_batch)
        self._load = Load(max_requests=limits.max_requests, max_wait=limits.max_wait)
        self._prepare = ThreadPoolExecutor(max_workers=1, thread_name_prefix="prepare")
        self._prepare_large = ThreadPoolExecutor(max_workers=1, thread_name_prefix="prepare-large")
        self._threads = [
            threading.Thread(target=self._run, name=f"infer-{number}", daemon=True)
            for number in range(n_streams)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def n_pending(self) -> int:
        """Return how many requests are admitted and not yet answered."""
        return self._load.n_requests

    async def score(self, classifier: Classifier, items: Sequence[Item]) -> list[Prediction]:
        """Return one prediction an item, in order.

        :raises Refused: at once where too much is waiting, or when the deadline has passed.
        """
        work = sum(item.n_characters for item in items)
        reason = self._load.admit(work)
        if reason is not None:
            raise reason
        started = time.monotonic()
        try:
            async with asyncio.timeout(self.limits.deadline):
                found = await self._score(classifier, items, work)
        except TimeoutError as error:
            message = "The texts could not be scored in time; send fewer at once, or later."
            raise Refused(503, "deadline_passed", message, retry_after=1.0) from error
        finally:
            self._load.release(work)
        self._measurements.total.observe(time.monotonic() - started)
        return found

    def close(self) -> None:
        """Answer what was admitted, then stop the threads."""
        self._prepare.shutdown()
        self._prepare_large.shutdown()
        self._scheduler.close()
        for thread in self._threads:
            thread.join()

    async def _score(
        self, classifier: Classifier, items: Sequence[Item], work: int
    ) -> list[Prediction]:
        lane = self._prepare if work <= _LARGE else self._prepare_large
        prepared, gathering = await self._measured(
            lane, self._measurements.tokenise.observe, _prepare, classifier, items
        )
        if gathering.windows:
            await self._infer(classifier, gathering)
        found: list[Prediction] = await self._measured(
            lane, self._measurements.decode.observe, classifier.decode, prepared, gathering.logits
        )
        return found

    async def _measured(
        self,
        lane: Executor,
        observe: Callable[[float], None],
        work: Callable[..., Any],
        *given: Any,
    ) -> Any:
        """Run work in a lane and tell how long it took; given up, it is not begun."""

        def run() -> Any:
            started = time.monotonic()
            try:
                return work(*given)
            finally:
                observe(time.monotonic() - started)

        return await asyncio.wrap_future(lane.submit(run))

    async def _infer(self, classifier: Classifier, gathering: Gathering) -> None:
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[None] = loop.create_future()

        def tell(error: BaseException | None) -> None:
            if answered.done():
                return
            if error is None:
                answered.set_result(None)
            else:
                answered.set_exception(error)

        def done(error: BaseException | None) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits
                loop.call_soon_threadsafe(tell, error)

        job = Job(model=classifier, gathering=gathering, done=done)
        self._scheduler.add(job)
        try:
            await answered
        except asyncio.CancelledError:  # the client went away, or the deadline passed
            self._scheduler.drop(job)
            raise
        self._measurements.queue.observe((job.started_at or job.queued_at) - job.queued_at)

    def _run(self) -> None:
        """Run batches until the scheduler is closed: the life of an inference thread."""
        runs: WeakKeyDictionary[Classifier, Callable[..., Any]] = WeakKeyDictionary()
        while (batch := self._scheduler.take()) is not None:
            started = time.monotonic()
            try:
                run = runs.get(batch.model) or runs.setdefault(
                    batch.model, batch.model.runtime.open()
                )
                self._answer(batch, run(collate(batch.windows)))
            except Exception as error:
                for job in batch.places:
                    self._scheduler.drop(job)
                    job.done(error)
                continue
            spent = time.monotonic() - started
            read = sum(len(window.ids) for window in batch.windows)
            self._load.learn(_CHARACTERS_PER_TOKEN * read, spent / len(self._threads))
            self._measurements.observe_batch(len(batch.windows), batch.n_tokens, spent)
            del batch  # a model that was swapped out must not live on in a waiting thread

    def _answer(self, batch: Batch, found: dict[str, Any]) -> None:
        for job, places in batch.places.items():
            with job.lock:
                job.gathering.put(places, found)
            if self._scheduler.answered(job, len(places)):
                job.done(None)


def _prepare(classifier: Classifier, items: Sequence[Item]) -> tuple[Prepared, Gathering]:
    prepared = classifier.prepare(
        [item.text for item in items],
        questions=[item.question for item in items],
        languages=[item.language for item in items],
        turns=[item.turns for item in items],
    )
    return prepared, Gathering(prepared.scored)
