from __future__ import annotations

import asyncio
import contextlib
import os
import random

from benchmarks.load.memory import (
    FLAT,
    GROWS,
    TOO_SHORT,
    Growth,
    Sample,
    judge_growth,
    watch_memory,
)


def judge(mib: list[float]) -> Growth:
    found = judge_growth([Sample(at=float(i), n_workers=1, mib=m) for i, m in enumerate(mib)])
    assert found is not None
    return found


def noise(seed: int) -> list[float]:
    draw = random.Random(seed)
    return [draw.gauss(0, 2) for _ in range(600)]


def test_noise_around_a_level_is_flat() -> None:
    assert judge([800 + wobble for wobble in noise(1)]).verdict == FLAT


def test_filling_caches_at_the_start_are_no_growth() -> None:
    found = judge([800 - max(0.0, 200 - 2 * i) + w for i, w in enumerate(noise(2))])
    assert found.verdict == FLAT
    assert found.start_mib < found.end_mib


def test_one_step_is_no_slope() -> None:
    assert judge([800 + (4 if i > 400 else 0) for i in range(600)]).verdict == FLAT


def test_a_leak_grows() -> None:
    found = judge([800 + 0.05 * i + wobble for i, wobble in enumerate(noise(3))])
    assert found.verdict == GROWS
    assert found.slope_low < 180 < found.slope_high


def test_a_short_run_has_no_verdict() -> None:
    assert judge([800.0 + i for i in range(30)]).verdict == TOO_SHORT
    assert judge_growth([Sample(at=0.0, n_workers=1, mib=800.0)]) is None


def test_memory_is_sampled_until_it_is_enough() -> None:
    samples: list[Sample] = []

    async def watch() -> None:
        task = asyncio.create_task(watch_memory(lambda: [os.getpid()], samples, every_s=0.01))
        await asyncio.sleep(0.1)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(watch())
    assert len(samples) > 2
    assert all(sample.n_workers == 1 and sample.mib > 10 for sample in samples)
