"""How many equally weighted answers a set of weighted ones is worth."""

from __future__ import annotations


def effective_n(sum_weights: float, sum_squared_weights: float) -> float:
    """Return Kish's (1965) effective sample size, (Σw)²/Σw²; 0 for no answers.

    >>> effective_n(3.0, 3.0), effective_n(1 + 1 + 4, 1 + 1 + 16)
    (3.0, 2.0)
    """
    if sum_squared_weights <= 0:
        return 0.0
    return sum_weights * sum_weights / sum_squared_weights
