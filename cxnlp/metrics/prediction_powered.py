"""A share corrected by a labelled sample of the same texts."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from cxnlp.metrics.estimate import NO_DATA, Z95, Estimate
from cxnlp.metrics.trinomial import PRIOR_N, PRIOR_SHARE

Floats = NDArray[np.float64]


def prediction_powered_share(
    predicted: int,
    n: int,
    *,
    truth: Sequence[bool],
    guess: Sequence[bool],
    weights: Sequence[float] | None = None,
    stratified: bool = False,
) -> Estimate:
    """Return the true share of a label among n texts, of which a random sample was labelled.

    The share that the classifier gives, plus the mean error it makes in the sample
    (prediction-powered inference: Angelopoulos and others, 2023). An error is truth - guess: -1, 0
    or 1. With a stratified sample the mean is weighted by the inverse of how likely each text was
    to be drawn (Hájek, 1971).

    The variance is that of the weighted mean error, times the share of the texts that was not
    labelled, plus that of n texts as a sample of all that could be written. Where the sample holds
    no error or few, they would give an interval of little or no width; so it holds three imagined
    texts more, a quarter of them -1 and a quarter 1, as the adjusted Wald interval.

    :param predicted: how many of the n texts the classifier gives the label.
    :param truth: whether a labelled text has it; `guess`: whether the classifier says so.
    :param weights: texts that each labelled one stands for; equal where not given.
    :param stratified: whether texts of one weight are a stratum, of which a fixed number was drawn:
        then only what differs within strata is left to chance.
    :returns: percent, 0-100; no data where n is 0 or nothing was labelled. `n` is that of all
        texts, labelled or not.
    :raises ValueError: where the counts do not fit together, or a weight is not positive.

    >>> told = prediction_powered_share(  # 30 of 40 are right; 7 missed, 3 wrongly given
    ...     175, 1000, truth=[True] * 15 + [False] * 25, guess=[True] * 8 + [False] * 7
    ...     + [True] * 3 + [False] * 22)
    >>> f"{told.value:.1f} [{told.low:.1f}, {told.high:.1f}]"
    '27.5 [11.7, 42.0]'
    """
    used = [1.0] * len(truth) if weights is None else list(weights)
    if not 0 <= predicted <= n or not len(truth) == len(guess) == len(used) <= n:
        raise ValueError(
            f"{predicted} of {n} texts, and {len(truth)} truths, {len(guess)} guesses and "
            f"{len(used)} weights of them do not fit together."
        )
    if not all(weight > 0 for weight in used):
        raise ValueError("A weight is not positive. Give the inverse of each chance to be drawn.")
    if not used:
        return NO_DATA
    weight = np.asarray(used, dtype=np.float64)
    error = np.asarray(truth, dtype=np.float64) - np.asarray(guess, dtype=np.float64)
    share = predicted / n
    value = share + float(weight @ error) / float(weight.sum())
    imagined = float(weight.mean())
    total = float(weight.sum()) + PRIOR_N * imagined
    mean_error = float(weight @ error) / total
    squares = float((weight * weight) @ _deviations(error, weight, mean_error, stratified))
    spread = 2 * PRIOR_SHARE * (1 + mean_error * mean_error)
    spread += (1 - 2 * PRIOR_SHARE) * mean_error * mean_error
    squares += PRIOR_N * imagined * imagined * spread
    unlabelled = 1 - len(used) / n
    centre = min(max(share + mean_error, 0.0), 1.0)
    half = Z95 * sqrt(unlabelled * squares / (total * total) + centre * (1 - centre) / n)
    value = min(max(value, 0.0), 1.0)
    return Estimate(
        value=100 * value,
        low=100 * max(min(share + mean_error - half, value), 0.0),
        high=100 * min(max(share + mean_error + half, value), 1.0),
        n=n,
    )


def _deviations(error: Floats, weight: Floats, mean_error: float, stratified: bool) -> Floats:
    """Return the squared distance of each error from the mean, or from that of its stratum."""
    squared = np.asarray((error - mean_error) ** 2, dtype=np.float64)
    if stratified:
        for one in np.unique(weight):
            rows = weight == one
            n = int(rows.sum())
            if n > 1:  # one text does not tell how its stratum spreads
                own = error[rows] - error[rows].mean()
                squared[rows] = own * own * n / (n - 1)
    return squared
