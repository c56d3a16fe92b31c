"""What became of requests: how long each took, and whether any was lost."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cxnlp.errors import InputError

NO_ANSWER = 0  # the status of a request that got none

_REFUSED = frozenset({429, 503})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One request; times are seconds of one clock.

    `due` is when an open-loop schedule wanted it sent: a generator that came late must not make
    the service look fast.
    """

    due: float
    sent: float
    ended: float
    status: int
    error: str = ""  # why there is no answer
    n_bytes: int = 0

    @property
    def seconds(self) -> float:
        """Return how long its sender waited."""
        return self.ended - self.due

    @property
    def accepted(self) -> bool:
        """Return whether it was answered with what it asked for."""
        return self.status == 200

    @property
    def refused(self) -> bool:
        """Return whether it was told to come back later."""
        return self.status in _REFUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Percentiles, in milliseconds."""

    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Requests by what became of them: `sent` is the sum of the four below it."""

    sent: int
    accepted: int
    refused: int  # 429 and 503: come back later
    failed: int  # any other status
    lost: int  # no answer
    reasons: dict[str, int]  # status, or why there was no answer

    @property
    def refused_share(self) -> float:
        """Return the share of all that were refused."""
        return self.refused / self.sent if self.sent else 0.0


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that so many percent are not above (nearest rank).

    :raises InputError: where there are no values.

    >>> percentile([4.0, 1.0, 3.0, 2.0], 50)
    2.0
    """
    if not values:
        raise InputError("There is no percentile of nothing.")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def summarise_latency(seconds: Sequence[float]) -> Latency | None:
    """Return the percentiles; None where nothing was answered."""
    if not seconds:
        return None
    return Latency(
        p50_ms=1000 * percentile(seconds, 50),
        p95_ms=1000 * percentile(seconds, 95),
        p99_ms=1000 * percentile(seconds, 99),
        max_ms=1000 * max(seconds),
    )


def accepted_latency(outcomes: Iterable[Outcome]) -> Latency | None:
    """Return how long the accepted ones took."""
    return summarise_latency([outcome.seconds for outcome in outcomes if outcome.accepted])


def tally(outcomes: Sequence[Outcome]) -> Tally:
    """Count requests by what became of them."""
    accepted = sum(outcome.accepted for outcome in outcomes)
    refused = sum(outcome.refused for outcome in outcomes)
    lost = sum(outcome.status == NO_ANSWER for outcome in outcomes)
    reasons = Counter(
        str(outcome.status) if outcome.status else outcome.error
        for outcome in outcomes
        if not outcome.accepted
    )
    return Tally(
        sent=len(outcomes),
        accepted=accepted,
        refused=refused,
        failed=len(outcomes) - accepted - refused - lost,
        lost=lost,
        reasons=dict(reasons.most_common()),
    )


def recovery_s(
    outcomes: Sequence[Outcome],
    *,
    after: float,
    limit_s: float,
    window_s: float = 1.0,
    least: int = 5,
) -> float | None:
    """Return how long after a moment all was well for good; None where it was not at the end.

    All is well where everything that was due in a window was accepted, and 95% of it within the
    limit. It must stay so in every later window; those with fewer requests than `least` say
    nothing.
    """
    later = sorted((o for o in outcomes if o.due >= after), key=lambda outcome: outcome.due)
    well_since: float | None = None
    n_windows = int((later[-1].due - after - window_s) / (window_s / 10)) + 2 if later else 0
    for number in range(n_windows):
        start = after + number * window_s / 10
        window = [o for o in later if start <= o.due < start + window_s]
        if len(window) < least:
            continue
        if not _all_well(window, limit_s):
            well_since = None
        elif well_since is None:
            well_since = start
    return None if well_since is None else well_since - after


def _all_well(window: Sequence[Outcome], limit_s: float) -> bool:
    if not all(outcome.accepted for outcome in window):
        return False
    return percentile([outcome.seconds for outcome in window], 95) <= limit_s
