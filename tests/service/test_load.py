"""What may wait: a bounded number of requests, a bounded number of seconds."""

from __future__ import annotations

import pytest

from service.load import Load


def test_one_request_alone_is_never_too_much() -> None:
    assert Load(max_requests=4, max_wait=2.0).admit(50_000_000) is None


def test_more_than_may_wait_is_refused_with_the_time_to_wait() -> None:
    load = Load(max_requests=100, max_wait=2.0)
    load.learn(1_000_000, 1.0)
    assert load.admit(10_000_000) is None

    refused = load.admit(1)

    assert refused is not None
    assert (refused.status, refused.code) == (429, "overloaded")
    assert refused.retry_after is not None
    assert 1 <= refused.retry_after <= 30


def test_too_many_requests_are_refused_and_taken_again_later() -> None:
    load = Load(max_requests=2, max_wait=60.0)
    assert [load.admit(1) is None for _ in range(3)] == [True, True, False]

    load.release(1)

    assert load.admit(1) is None
    assert load.n_requests == 2


@pytest.mark.parametrize(("characters", "seconds"), [(0, 1.0), (10, 0.0)])
def test_what_tells_no_speed_is_not_learnt(characters: int, seconds: float) -> None:
    load = Load(max_requests=9, max_wait=1.0)
    load.learn(characters, seconds)

    assert load.admit(20_001) is None
    assert load.admit(1) is not None


def test_a_faster_machine_lets_more_wait() -> None:
    load = Load(max_requests=9, max_wait=1.0)
    for _ in range(200):
        load.learn(1_000_000, 1.0)

    assert load.admit(200_000) is None
    assert load.admit(1) is None
