"""Watch how much memory processes hold, and say whether it grows."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil  # type: ignore[import-untyped]
from scipy.stats import theilslopes

MIB = 1024 * 1024

FLAT, GROWS, TOO_SHORT = "flat", "grows", "too short to say"

_SETTLING = 1 / 3  # of the run: allocators and caches fill up first
_LEAST_SECONDS = 120.0  # fitted; below that, one larger batch looks like growth
_LEAST_GROWTH = 0.01  # of the memory held; less is within what allocators give and take


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The resident memory of all workers together at one moment."""

    at: float  # seconds from the start
    n_workers: int
    mib: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How memory went after it had settled: Theil's slope, with its 95% interval."""

    verdict: str
    start_mib: float  # median of the first tenth
    settled_mib: float  # median of what was fitted
    end_mib: float  # median of the last tenth
    slope_mib_per_hour: float
    slope_low: float
    slope_high: float
    fitted_s: float


async def watch_memory(
    workers: Callable[[], Sequence[int]], into: list[Sample], *, every_s: float = 1.0
) -> None:
    """Add a sample of the workers' memory again and again, until cancelled."""
    start = time.monotonic()
    while True:
        sizes = [size for pid in workers() if (size := _resident(pid))]
        at = time.monotonic() - start
        into.append(Sample(at=at, n_workers=len(sizes), mib=sum(sizes) / MIB))
        await asyncio.sleep(every_s)


def judge_growth(samples: Sequence[Sample]) -> Growth | None:
    """Say whether memory grows; None where there are too few samples for a line.

    It grows where even the low end of the slope's interval is above 0 and what it adds up to is
    more than 1% of the memory held.
    """
    fitted = samples[int(len(samples) * _SETTLING) :]
    if len(fitted) < 3:
        return None
    slope, _, low, high = theilslopes([s.mib for s in fitted], [s.at for s in fitted])
    settled = statistics.median(s.mib for s in fitted)
    fitted_s = fitted[-1].at - fitted[0].at
    verdict = FLAT
    if fitted_s < _LEAST_SECONDS:
        verdict = TOO_SHORT
    elif low > 0 and slope * fitted_s > _LEAST_GROWTH * settled:
        verdict = GROWS
    tenth = max(1, len(samples) // 10)
    return Growth(
        verdict=verdict,
        start_mib=statistics.median(s.mib for s in samples[:tenth]),
        settled_mib=settled,
        end_mib=statistics.median(s.mib for s in samples[-tenth:]),
        slope_mib_per_hour=3600 * float(slope),
        slope_low=3600 * float(low),
        slope_high=3600 * float(high),
        fitted_s=fitted_s,
    )


def _resident(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0
