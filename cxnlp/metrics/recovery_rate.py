"""The share of conversations that went badly and ended well enough."""

from __future__ import annotations

from collections.abc import Iterable

from cxnlp.metrics.estimate import Estimate
from cxnlp.metrics.share import share


def recovery_rate(conversations: Iterable[tuple[bool, bool]]) -> Estimate:
    """Return the share that recovered, with the Wilson interval.

    Of the conversations whose worst turn was negative, those whose last turn was not have
    recovered. A conversation that never was negative has nothing to recover from and is left out;
    one whose worst turn is its last has not recovered.

    :param conversations: whether the worst turn that counts was negative, and the last one.
    :returns: percent; n is the conversations that were negative; no data where none was.
    :raises ValueError: on a last turn that is negative where the worst was not.

    >>> rate = recovery_rate([(True, False), (True, True), (False, False)])
    >>> rate.value, rate.n
    (50.0, 2)
    """
    found = list(conversations)
    if any(last and not worst for worst, last in found):
        raise ValueError(
            "A conversation cannot end negative where its worst turn was not. "
            "Count the same turns for both."
        )
    negative = [last for worst, last in found if worst]
    return share(sum(not last for last in negative), len(negative))
