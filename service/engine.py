"""Between the async API and the encoder: admit, prepare, batch across requests, answer in time."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from cxnlp.model.classifier import Classifier
from cxnlp.model.encoding import collate
from cxnlp.model.prediction import Prediction

from .envelope import Refused
from .load import Load
from .measurements import Measurements
from .passage import PART, Passage
from .priority import give_way
from .scheduler import Batch, Job, Scheduler
from .score_request import Item

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
        # What takes long to tokenise waits in a line of its own.
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

    def refuse_if_full(self) -> None:
        """Refuse before a body is parsed where nothing more may come in.

        :raises Refused: then.
        """
        reason = self._load.look()
        if reason is not None:
            raise reason

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
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[list[Prediction]] = loop.create_future()

        def set_answer(found: list[Prediction] | None, error: BaseException | None) -> None:
            if answered.done():
                return
            if found is not None:
                answered.set_result(found)
            else:
                answered.set_exception(error or RuntimeError("no answer and no error"))

        def tell(found: list[Prediction] | None, error: BaseException | None) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits
                loop.call_soon_threadsafe(set_answer, found, error)

        passage = Passage(
            classifier,
            items,
            lane=self._prepare if work <= PART else self._prepare_large,
            scheduler=self._scheduler,
            measurements=self._measurements,
            tell=tell,
        )
        passage.begin()
        try:
            return await answered
        finally:
            if not answered.done() or answered.cancelled():
                passage.give_up()  # the client went away, or the deadline passed

    def _run(self) -> None:
        """Run batches until the scheduler is closed: the life of an inference thread."""
        give_way()
        runs: WeakKeyDictionary[Classifier, Callable[..., Any]] = WeakKeyDictionary()
        while (batch := self._scheduler.take()) is not None:
            self._run_batch(batch, runs)
            del batch  # a model that was swapped out must not live on in a waiting thread

    def _run_batch(
        self, batch: Batch, runs: WeakKeyDictionary[Classifier, Callable[..., Any]]
    ) -> None:
        """Run a batch; where it fails, each request by itself, for one must not cost the others."""
        started = time.monotonic()
        try:
            run = runs.get(batch.model) or runs.setdefault(batch.model, batch.model.runtime.open())
            found = run(collate(batch.windows))
        except Exception as error:
            if len(batch.places) > 1:
                for part in batch.apart():
                    self._run_batch(part, runs)
            else:
                self._fail(next(iter(batch.places)), error)
            return
        spent = time.monotonic() - started
        read = sum(len(window.ids) for window in batch.windows)
        self._load.learn(_CHARACTERS_PER_TOKEN * read, spent / len(self._threads))
        self._measurements.observe_batch(len(batch.windows), batch.n_tokens, spent)
        self._answer(batch, found)

    def _answer(self, batch: Batch, found: dict[str, Any]) -> None:
        for job, places in batch.places.items():
            try:
                with job.lock:
                    job.gathering.put(places, found)
            except Exception as error:
                self._fail(job, error)
                continue
            if self._scheduler.answered(job, len(places)):
                job.done(None)

    def _fail(self, job: Job, error: Exception) -> None:
        self._scheduler.drop(job)
        job.done(error)
