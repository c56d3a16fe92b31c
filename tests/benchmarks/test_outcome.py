from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.load.outcome import (
    NO_ANSWER,
    Outcome,
    accepted_latency,
    percentile,
    recovery_s,
    summarise_latency,
    tally,
)
from benchmarks.load.rates import describe_step
from cxnlp.errors import InputError


def outcome(due: float, seconds: float = 0.01, status: int = 200, error: str = "") -> Outcome:
    return Outcome(due=due, sent=due, ended=due + seconds, status=status, error=error)


def test_percentiles_are_values_that_were_seen() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert percentile(values, 99) == 99.0
    assert percentile(values, 50) == 50.0
    assert percentile(values, 100) == 100.0
    assert percentile([7.0], 99) == 7.0


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 100))
def test_no_more_than_its_percentage_lies_below_a_percentile(
    values: list[float], percent: float
) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value < found for value in values) <= percent / 100 * len(values)


def test_there_is_no_percentile_of_nothing() -> None:
    with pytest.raises(InputError):
        percentile([], 50)
    assert summarise_latency([]) is None


def test_latency_counts_from_when_a_request_was_due_not_from_when_it_was_sent() -> None:
    late = Outcome(due=1.0, sent=1.5, ended=1.6, status=200)
    found = accepted_latency([late])
    assert found is not None
    assert found.p50_ms == pytest.approx(600)
    assert describe_step(10, [late]).late_p99_ms == pytest.approx(500)


def test_only_accepted_requests_have_a_latency() -> None:
    found = accepted_latency([outcome(0.0, 0.02), outcome(0.0, 9.0, 429), outcome(0.0, 9.0, 500)])
    assert found is not None
    assert found.max_ms == pytest.approx(20)


@given(st.lists(st.sampled_from([200, 422, 429, 500, 503, NO_ANSWER])))
def test_every_request_is_counted_once(statuses: list[int]) -> None:
    found = tally([outcome(0.0, 0.01, status, "" if status else "reset") for status in statuses])
    assert found.sent == len(statuses)
    assert found.accepted + found.refused + found.failed + found.lost == found.sent
    assert found.refused == statuses.count(429) + statuses.count(503)
    assert found.lost == statuses.count(NO_ANSWER) == found.reasons.get("reset", 0)
    assert sum(found.reasons.values()) == found.sent - found.accepted


def every_tenth(bad: Iterable[float] = (), *, until: float = 10.0) -> list[Outcome]:
    """Return ten requests a second, those within a tenth after a bad moment refused."""
    moments = [number / 10 for number in range(int(until * 10))]
    return [
        outcome(at, status=429 if any(b <= at < b + 0.1 for b in bad) else 200) for at in moments
    ]


def test_what_never_went_wrong_has_recovered_at_once() -> None:
    assert recovery_s(every_tenth(), after=2.0, limit_s=0.05) == 0.0


def test_recovery_is_after_the_last_refusal_not_in_a_lull() -> None:
    found = recovery_s(every_tenth([2.5, 6.0]), after=2.0, limit_s=0.05)
    assert found == pytest.approx(4.1, abs=0.11)


def test_slow_answers_are_not_a_recovery() -> None:
    slow = [outcome(at, seconds=0.2) for at in islice((n / 10 for n in range(100)), 50)]
    quick = [outcome(5.0 + n / 10) for n in range(50)]
    found = recovery_s(slow + quick, after=0.0, limit_s=0.05)
    assert found == pytest.approx(5.0, abs=0.15)


def test_what_is_still_wrong_at_the_end_has_not_recovered() -> None:
    assert recovery_s(every_tenth([9.5]), after=2.0, limit_s=0.05) is None
    assert recovery_s([], after=0.0, limit_s=0.05) is None


def test_a_step_is_good_only_where_all_was_accepted_in_time() -> None:
    assert describe_step(10, every_tenth()).is_good
    assert not describe_step(10, every_tenth([3.0])).is_good
    assert not describe_step(10, [outcome(0.0, 0.06)]).is_good
    assert not describe_step(10, [outcome(0.0, 0.01, NO_ANSWER, "reset")]).is_good
