"""A key may ask as often as its rate says, each worker its share."""

from __future__ import annotations

import pytest

from service.keys import Key
from service.rate_limit import RateLimit


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def _passed(limit: RateLimit, key: Key, clock: Clock, *, seconds: int, step: float) -> int:
    passed = 0
    for _ in range(round(seconds / step)):
        passed += limit.take(key) == 0.0
        clock.now += step
    return passed


@pytest.mark.parametrize(("rate", "workers"), [(50.0, 1), (50.0, 2), (4.0, 1)])
def test_a_busy_key_gets_its_rate_and_one_second_in_store(rate: float, workers: int) -> None:
    clock = Clock()
    limit = RateLimit(workers=workers, clock=clock)
    key = Key(name="desk", digest=b"", rate=rate)
    share = rate / workers
    passed = _passed(limit, key, clock, seconds=10, step=0.001)
    assert passed == pytest.approx(share * 10 + share, abs=1)


def test_the_wait_is_as_long_as_said() -> None:
    clock = Clock()
    limit = RateLimit(clock=clock)
    key = Key(name="desk", digest=b"", rate=0.5)
    assert limit.take(key) == 0.0
    assert limit.take(key) == pytest.approx(2.0)
    clock.now += 1.0
    assert limit.take(key) == pytest.approx(1.0)
    clock.now += 1.0
    assert limit.take(key) == 0.0


def test_keys_do_not_share_and_no_rate_is_no_limit() -> None:
    limit = RateLimit(clock=Clock())
    busy = Key(name="busy", digest=b"", rate=1.0)
    assert limit.take(busy) == 0.0
    assert limit.take(busy) > 0.0
    assert limit.take(Key(name="other", digest=b"", rate=1.0)) == 0.0
    assert all(limit.take(Key(name="free", digest=b"")) == 0.0 for _ in range(1000))
