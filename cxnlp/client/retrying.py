"""Which failures are worth another try, with how long to wait before it."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# The service was busy, restarting, or behind a proxy that was; any other status stays as it is.
RETRIED_STATUSES = frozenset({408, 429, 502, 503, 504})

FIRST_BACKOFF_S = 0.25
LONGEST_BACKOFF_S = 8.0

_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")


def backoff_s(n_failed: int) -> float:
    """Draw the wait after so many failed tries: exponential, with full jitter.

    The whole range is drawn from, so that clients refused together do not return together
    (Brooker, "Exponential Backoff And Jitter", 2015).
    """
    # The exponent is bounded: 2.0**1024 is an OverflowError.
    longest = FIRST_BACKOFF_S * 2.0 ** min(n_failed - 1, 16)
    return random.uniform(0.0, min(longest, LONGEST_BACKOFF_S))


def retry_after_s(header: str | None, *, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for; None where it asks nothing.

    >>> retry_after_s("2", now=datetime(2026, 1, 1, tzinfo=UTC))
    2.0
    >>> retry_after_s("Thu, 01 Jan 2026 00:00:03 GMT", now=datetime(2026, 1, 1, tzinfo=UTC))
    3.0
    """
    text = (header or "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    at = http_date(text)
    return None if at is None else max(0.0, (at - now).total_seconds())


def http_date(header: str | None) -> datetime | None:
    """Return the moment of an HTTP-date; None where there is none to be read."""
    try:
        at = parsedate_to_datetime(header or "")
    except (ValueError, OverflowError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
