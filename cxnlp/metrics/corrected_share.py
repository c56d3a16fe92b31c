"""Shares of labels corrected for the errors of the classifier that gave them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from cxnlp.metrics.confusion import Confusion
from cxnlp.metrics.estimate import NO_DATA, Estimate

Floats = NDArray[np.float64]

N_DRAWS = 4000
PRIOR = 0.5  # Jeffreys' prior for every count

_SUM_TO_ONE = 1e4  # weight of that row against the others


def corrected_shares(
    predicted: Sequence[int], confusion: Confusion, *, seed: int = 0
) -> tuple[Estimate, ...]:
    """Return the true share of each label, from how often the classifier gave each.

    The classifier turns true shares q into p = Mq, where column k of M says how it labels texts
    whose true label is k. The value is q on the simplex that explains the observed p best: the
    inverse of M where that gives shares, as Rogan & Gladen (1978) do for two labels, else the
    nearest by weighted least squares.

    The interval covers both the sampling of the texts that were labelled and that of those that
    the confusion was counted on: M and p are drawn `N_DRAWS` times from their Dirichlet posteriors
    under Jeffreys' prior, each draw of q = M⁻¹p is left unclipped, and the limits are its 2.5% and
    97.5% quantiles, clipped to 0-100. It holds where the texts of one label are mislabelled as
    those of the confusion were, whatever the shares of the labels. Where they are of another kind,
    `confusion.effective` widens it: each row is drawn as if it was counted on so many texts.

    :param predicted: how many texts got each label, in the order of `confusion.labels`.
    :returns: percent, in that order; no data where no text was labelled.
    :raises ValueError: where the counts are not one per label, or cannot be corrected at all.

    >>> found = Confusion(labels=("other", "negative"), counts=((9000, 1000), (150, 850)))
    >>> round(corrected_shares([8250, 1750], found)[1].value, 6)
    10.0
    """
    size = len(confusion.labels)
    if len(predicted) != size or min(predicted) < 0:
        raise ValueError(f"{len(predicted)} counts do not fit {size} labels. Give one each.")
    n = int(sum(predicted))
    if n == 0:
        return (NO_DATA,) * size
    observed = np.asarray(predicted, dtype=np.float64)
    value = _invert(confusion, observed / n)
    inverses = _drawn_inverses(confusion, seed)
    # Another stream than that of the confusion, or their errors would go together.
    shares = np.random.default_rng([seed, 1]).dirichlet(observed + PRIOR, size=N_DRAWS)
    drawn = np.einsum("dij,dj->di", inverses, shares)
    low, high = np.clip(np.quantile(drawn, (0.025, 0.975), axis=0), 0.0, 1.0)
    return tuple(
        Estimate(
            value=float(100 * value[k]),
            low=float(100 * min(low[k], value[k])),
            high=float(100 * max(high[k], value[k])),
            n=n,
        )
        for k in range(size)
    )


def _invert(confusion: Confusion, p: Floats) -> Floats:
    counts = confusion.array()
    totals = counts.sum(axis=1, keepdims=True)
    if not totals.all():
        raise ValueError("The confusion has a label without texts. Measure it on texts of each.")
    given = (counts / totals).T  # column k: how texts of label k are labelled
    size = len(p)
    if abs(np.linalg.det(given)) > 1e-9:
        q: Floats = np.linalg.solve(given, p)
        if q.min() >= 0:
            return np.asarray(q / q.sum(), dtype=np.float64)
    # Chance moves a rare label less than a frequent one, so its equation counts more.
    weight = 1 / np.sqrt(np.maximum(p, 1e-6))
    rows = np.vstack([given * weight[:, None], np.full((1, size), _SUM_TO_ONE)])
    q = nnls(rows, np.append(p * weight, _SUM_TO_ONE))[0]
    return np.asarray(q / q.sum(), dtype=np.float64)


@lru_cache(maxsize=128)  # the cells of a report share a confusion
def _drawn_inverses(confusion: Confusion, seed: int) -> Floats:
    generator = np.random.default_rng([seed, 0])
    posterior = confusion.array() + PRIOR
    if confusion.effective is not None:
        total = posterior.sum(axis=1)
        posterior *= (np.minimum(confusion.effective, total) / total)[:, None]
    rows = [generator.dirichlet(row, size=N_DRAWS) for row in posterior]
    drawn = np.stack(rows, axis=2)  # (draw, predicted, true)
    # A draw without an inverse has probability zero, but rounding may make one.
    singular = np.abs(np.linalg.det(drawn)) < 1e-12
    drawn[singular] += 1e-6 * np.eye(len(confusion.labels))
    return np.asarray(np.linalg.inv(drawn), dtype=np.float64)
