"""Batches: the oldest first, like lengths together, a long request gives way."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.model.encoding import Window
from service.scheduler import Job, Scheduler

MODEL = object()


def _job(*lengths: int, model: Any = MODEL, done: Any = lambda error: None) -> Job:
    windows = [Window(ids=np.zeros(n, dtype=np.int32), spans=((0, 1),)) for n in lengths]
    gathering: Any = SimpleNamespace(windows=windows)
    return Job(model=model, gathering=gathering, done=done)


def _lengths(scheduler: Scheduler) -> list[int]:
    batch = scheduler.take()
    assert batch is not None
    for job, places in batch.places.items():
        scheduler.answered(job, len(places))
    return [len(window.ids) for window in batch.windows]


def test_small_jobs_share_a_batch() -> None:
    scheduler = Scheduler(max_tokens=64)
    for length in (16, 8, 16):
        scheduler.add(_job(length))

    assert _lengths(scheduler) == [16, 8, 16]


def test_a_longer_window_of_another_waits_for_its_own_batch() -> None:
    scheduler = Scheduler(max_tokens=64)
    for length in (16, 64, 8):
        scheduler.add(_job(length))

    assert _lengths(scheduler) == [16, 8]
    assert _lengths(scheduler) == [64]


def test_a_long_job_gives_way_after_each_batch() -> None:
    scheduler = Scheduler(max_tokens=64)
    scheduler.add(_job(*[32] * 6))
    scheduler.add(_job(64))

    assert _lengths(scheduler) == [32, 32]
    assert _lengths(scheduler) == [64]
    assert _lengths(scheduler) == [32, 32]


def test_a_window_longer_than_the_budget_runs_alone() -> None:
    scheduler = Scheduler(max_tokens=64)
    scheduler.add(_job(200, 8))

    assert _lengths(scheduler) == [200]
    assert _lengths(scheduler) == [8]


def test_models_never_share_a_batch() -> None:
    scheduler = Scheduler(max_tokens=640)
    scheduler.add(_job(8))
    scheduler.add(_job(8, model="another"))
    scheduler.add(_job(8))

    assert _lengths(scheduler) == [8, 8]
    assert _lengths(scheduler) == [8]


def test_a_dropped_job_is_not_run_and_not_answered() -> None:
    scheduler = Scheduler(max_tokens=64)
    dropped, kept = _job(*[32] * 4), _job(8)
    scheduler.add(dropped)
    scheduler.add(kept)
    batch = scheduler.take()
    assert batch is not None
    scheduler.drop(dropped)

    assert scheduler.answered(dropped, 2) is False
    assert _lengths(scheduler) == [8]


def test_closed_it_ends_when_nothing_is_left() -> None:
    scheduler = Scheduler(max_tokens=64)
    scheduler.add(_job(8))
    scheduler.close()

    assert _lengths(scheduler) == [8]
    assert scheduler.take() is None


def test_a_waiting_thread_is_woken() -> None:
    scheduler, found = Scheduler(max_tokens=64), []
    thread = threading.Thread(target=lambda: found.append(scheduler.take()))
    thread.start()
    scheduler.add(_job(8))
    thread.join(timeout=10)

    assert len(found) == 1
    assert found[0] is not None


@given(
    jobs=st.lists(st.lists(st.integers(3, 230), min_size=1, max_size=12), min_size=1, max_size=12),
    max_tokens=st.integers(64, 2048),
)
def test_every_window_runs_once_within_the_budget(jobs: list[list[int]], max_tokens: int) -> None:
    scheduler = Scheduler(max_tokens=max_tokens)
    queued = [_job(*lengths) for lengths in jobs]
    for job in queued:
        scheduler.add(job)
    scheduler.close()
    ran: dict[Job, list[int]] = {job: [] for job in queued}
    while (batch := scheduler.take()) is not None:
        assert len(batch.windows) == 1 or batch.n_tokens <= max_tokens
        assert sum(len(places) for places in batch.places.values()) == len(batch.windows)
        for job, places in batch.places.items():
            for row, window in places:
                assert batch.windows[row] is job.gathering.windows[window]
                ran[job].append(window)
            if scheduler.answered(job, len(places)):
                assert sorted(ran[job]) == list(range(len(job.gathering.windows)))
    assert all(sorted(ran[job]) == list(range(len(job.gathering.windows))) for job in queued)
