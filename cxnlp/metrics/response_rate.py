"""The share of delivered invitations that were answered."""

from __future__ import annotations

from dataclasses import dataclass

from cxnlp.metrics.estimate import NO_DATA, Estimate
from cxnlp.metrics.share import share


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRate:
    """Responses of the delivered; `rate` has no value where `problem` says why."""

    responses: int
    delivered: int
    rate: Estimate  # percent; n is the delivered
    problem: str | None = None


def response_rate(responses: int, delivered: int) -> ResponseRate:
    """Return responses / delivered with the Wilson interval (AAPOR, 2023, RR1 of delivered).

    More responses than deliveries cannot be a share: one of the two was counted over other
    customers, channels or days. It is said, not shown as more than 100%.

    :raises ValueError: on a count below zero.

    >>> rate = response_rate(74, 107).rate
    >>> f"{rate.value:.1f} [{rate.low:.1f}, {rate.high:.1f}]"
    '69.2 [59.9, 77.1]'
    >>> response_rate(120, 100).problem
    '120 responses to 100 deliveries: count both over the same customers, channels and days.'
    """
    if responses < 0 or delivered < 0:
        raise ValueError(
            f"{responses} responses to {delivered} deliveries: a count cannot be below zero."
        )
    problem = None
    if responses > delivered:
        problem = (
            f"{responses:,} responses to {delivered:,} deliveries: "
            "count both over the same customers, channels and days."
        )
    elif delivered == 0:
        problem = "Nothing was delivered, so there is no response rate."
    rate = NO_DATA if delivered == 0 else Estimate(value=None, low=None, high=None, n=delivered)
    if problem is None:
        rate = share(responses, delivered)
    return ResponseRate(responses=responses, delivered=delivered, rate=rate, problem=problem)
