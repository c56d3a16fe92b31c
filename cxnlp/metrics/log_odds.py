"""How much more often one group says a word than another: weighted log-odds with a prior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import erfc

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOdds:
    """One value per word, in the order of the counts."""

    value: Floats  # natural log of the odds ratio, shrunk towards 0; above 0: group a says it more
    standard_error: Floats
    z: Floats
    p_value: Floats  # two-sided, for one word; not corrected for how many are looked at


def log_odds(
    counts_a: npt.ArrayLike,
    counts_b: npt.ArrayLike,
    *,
    prior: npt.ArrayLike,
    total_a: float | None = None,
    total_b: float | None = None,
) -> LogOdds:
    """Return the log-odds ratio of each word between two groups, with a Dirichlet prior.

    With counts y, totals n and the prior's imagined counts α (α₀ their sum), ω = (y + α) / (n + α₀
    - y - α) and δ = log ω_a - log ω_b, of variance 1/(y_a + α) + 1/(y_b + α). A prior in the
    proportions of both groups together pulls rare words to 0, which plain ratios exaggerate
    (Monroe, Colaresi & Quinn, 2008, equations 15, 19, 20 and 22).

    :param counts_a: how often group a says each word; `counts_b` and `prior` in the same order.
    :param total_a: all words of group a; the sum of the counts where they are all the words.
    :returns: arrays of the length of the counts; 0 with p = 1 where a side or both say nothing.
    :raises ValueError: on lengths that differ, negative counts, or a prior that is not positive.

    >>> said = log_odds([10, 30], [5, 95], prior=[1, 9])
    >>> f"{said.value[0]:.3f} {said.standard_error[0]:.3f} {said.z[0]:.3f}"
    '1.587 0.508 3.127'
    """
    a = np.asarray(counts_a, dtype=np.float64)
    b = np.asarray(counts_b, dtype=np.float64)
    alpha = np.asarray(prior, dtype=np.float64)
    if not (a.shape == b.shape == alpha.shape and a.ndim == 1):
        raise ValueError(
            f"{a.shape} and {b.shape} counts do not go with a prior of {alpha.shape}. "
            "Give one count of each group and one prior per word."
        )
    if a.size and (min(a.min(), b.min()) < 0 or alpha.min() <= 0):
        raise ValueError("Counts must be 0 or more, and every prior above 0.")
    n_a = float(a.sum()) if total_a is None else total_a
    n_b = float(b.sum()) if total_b is None else total_b
    if a.size and (n_a < a.max() or n_b < b.max()):
        raise ValueError("A word is counted more often than all words. Give the total of all.")
    standard_error = np.sqrt(1 / (a + alpha) + 1 / (b + alpha))
    if n_a == 0 or n_b == 0:
        return LogOdds(
            value=np.zeros_like(a),
            standard_error=standard_error,
            z=np.zeros_like(a),
            p_value=np.ones_like(a),
        )
    alpha_0 = float(alpha.sum())
    value = _log_odds_of(a + alpha, n_a + alpha_0) - _log_odds_of(b + alpha, n_b + alpha_0)
    z = value / standard_error
    return LogOdds(
        value=value, standard_error=standard_error, z=z, p_value=erfc(np.abs(z) / np.sqrt(2))
    )


def _log_odds_of(counts: Floats, total: float) -> Floats:
    # Where there is one word alone, nothing is left beside it; half a count keeps its odds finite.
    odds: Floats = np.log(counts) - np.log(np.maximum(total - counts, 0.5))
    return odds
