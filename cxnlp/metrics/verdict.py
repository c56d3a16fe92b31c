"""Whether a difference is real, noise, or more than the data can say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from cxnlp.metrics.false_discovery import FALSE_DISCOVERY_RATE, real_differences

Verdict = Literal["real", "noise", "not_enough_data"]


class Comparison(Protocol):
    """What a verdict is given on: a difference of any kind."""

    @property
    def p_value(self) -> float:
        """Return the two-sided p-value."""
        ...

    @property
    def enough(self) -> bool:
        """Tell whether both sides have n of 30 or more."""
        ...


def verdicts(
    tests: Sequence[Comparison | None], *, rate: float = FALSE_DISCOVERY_RATE
) -> tuple[Verdict, ...]:
    """Return a verdict for each test, in the given order.

    A difference is real where it stands after Benjamini-Hochberg correction over all the tests
    that have n of 30 or more on both sides, and noise where it does not. Where n is smaller, or the
    difference undefined (None), there is not enough data; such tests burden no other.

    >>> from cxnlp.metrics.difference import Difference
    >>> test = Difference(value=9.0, low=2.0, high=16.0, p_value=0.01, enough=True)
    >>> verdicts([test, None])
    ('real', 'not_enough_data')
    """
    given = [test.p_value for test in tests if test is not None and test.enough]
    real = iter(real_differences(given, rate=rate))
    return tuple(
        ("real" if next(real) else "noise")
        if test is not None and test.enough
        else "not_enough_data"
        for test in tests
    )
