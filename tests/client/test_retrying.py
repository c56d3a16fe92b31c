from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.client.retrying import FIRST_BACKOFF_S, LONGEST_BACKOFF_S, backoff_s, retry_after_s

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@given(st.integers(1, 10_000))
def test_backoff_stays_in_its_bounds(n_failed: int) -> None:
    assert (
        0.0
        <= backoff_s(n_failed)
        <= min(FIRST_BACKOFF_S * 2 ** min(n_failed - 1, 9), LONGEST_BACKOFF_S)
    )


@pytest.mark.parametrize(("n_failed", "longest"), [(1, 0.25), (2, 0.5), (4, 2.0), (30, 8.0)])
def test_backoff_is_drawn_from_the_whole_range(n_failed: int, longest: float) -> None:
    drawn = [backoff_s(n_failed) for _ in range(2000)]
    assert min(drawn) < 0.05 * longest
    assert max(drawn) > 0.95 * longest
    assert sum(drawn) / len(drawn) == pytest.approx(longest / 2, rel=0.1)


@given(st.integers(-(10**6), 10**6))
def test_a_date_asks_for_the_time_until_then_and_never_less_than_none(seconds: int) -> None:
    header = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after_s(header, now=NOW) == max(0, seconds)


@pytest.mark.parametrize(
    ("header", "expected"),
    [("0", 0.0), (" 120 ", 120.0), ("1.5", 1.5), (None, None), ("", None), ("-5", None),
     ("soon", None), ("nan", None), ("1e9", None), ("Sun, 99 Mar 2026 12:00:00 GMT", None)],
)  # fmt: skip
def test_seconds_are_read_and_nonsense_is_not(header: str | None, expected: float | None) -> None:
    assert retry_after_s(header, now=NOW) == expected


def test_a_number_without_end_is_a_wait_without_end() -> None:
    assert retry_after_s("9" * 5000, now=NOW) == float("inf")


@given(st.text(max_size=60))
def test_no_header_breaks_it(header: str) -> None:
    found = retry_after_s(header, now=NOW)
    assert found is None or found >= 0.0
