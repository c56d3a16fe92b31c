"""The arc of a chat so far: how the customer came, how low they went, how they feel now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cxnlp.conversation.scored_turn import ScoredTurn
from cxnlp.conversation.trend import find_trend
from cxnlp.conversation.weighed import level_now, weigh

_DECIMALS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """How a customer's feeling moved; the numbers are None where no turn counts.

    A turn counts if it was scored and is no acknowledgement. Its score s is the prediction's
    `sentiment_score`, in [-1, 1]; sarcastic thanks are at most -.5. Its weight w is its length in
    characters over 40, at most 1.

    start
        s of the first turn that counts.
    worst, worst_turn
        The smallest s, and the index of its turn among all turns; of equals, the last.
    now
        sum(w s .5^k) / sum(w .5^k), where k counts the turns since, from 0 for the last.
    recovery
        (now - worst) / (1 - worst), in [0, 1]: how much of the way from the worst to the best
        possible has been gained. None where the worst turn is not read as negative, or none that
        counts follows it.
    trend, slope
        Theil-Sen slope of s per turn that counts, with its direction: "improving" or "worsening",
        "steady" where the order may be chance or the change is small, "too_short" (and slope None)
        of fewer than three.
    """

    n_counted: int
    start: float | None
    worst: float | None
    worst_turn: int | None
    now: float | None
    recovery: float | None
    trend: str
    slope: float | None


def find_arc(turns: Sequence[ScoredTurn]) -> Arc:
    """Return the arc of a customer's turns, in order."""
    weighed = weigh(turns)
    trend = find_trend([item.score for item in weighed])
    now = level_now(weighed)
    if now is None:
        return Arc(
            n_counted=0, start=None, worst=None, worst_turn=None, now=None, recovery=None,
            trend=trend.label, slope=trend.slope,
        )  # fmt: skip
    # The last of equals: recovery is counted from there.
    worst = min(reversed(weighed), key=lambda item: item.score)
    recovery = None
    if worst.negative and worst is not weighed[-1] and worst.score < 0:
        recovery = min(max((now - worst.score) / (1 - worst.score), 0.0), 1.0)
    return Arc(
        n_counted=len(weighed),
        start=_round(weighed[0].score),
        worst=_round(worst.score),
        worst_turn=worst.turn.index,
        now=_round(now),
        recovery=None if recovery is None else _round(recovery),
        trend=trend.label,
        slope=None if trend.slope is None else _round(trend.slope),
    )


def _round(value: float) -> float:
    return round(value, _DECIMALS) + 0.0  # no -0.0
