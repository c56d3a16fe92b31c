"""A weighted linear regression whose tests hold where the errors' variance differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import fdtrc

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustFit:
    """Coefficients, without the intercept, with their robust covariance."""

    coefficients: Floats  # [p]
    covariance: Floats  # [p, p], HC3
    freedom: int  # n - rank, of the errors

    def p_value(self, columns: Sequence[int]) -> float | None:
        """Return that of the F test that the coefficients of these columns are all zero.

        None where no degree of freedom is left, or the columns have no spread.
        """
        chosen = list(columns)
        beta, cov = self.coefficients[chosen], self.covariance[np.ix_(chosen, chosen)]
        if self.freedom < 1 or not chosen:
            return None
        values, vectors = np.linalg.eigh(cov)
        scale = float(beta @ beta)
        kept = values > 1e-12 * max(scale, float(values.max(initial=0.0)))
        if not kept.any():
            # The drivers explain the score without any error.
            return 0.0 if scale > 1e-12 else 1.0
        along = vectors[:, kept].T @ beta
        rank = int(kept.sum())
        f = float((along**2 / values[kept]).sum()) / rank
        return float(fdtrc(rank, self.freedom, f))


def robust_fit(columns: ArrayLike, score: ArrayLike, weight: ArrayLike) -> RobustFit:
    """Return the weighted least squares fit of a score on columns and an intercept.

    The covariance is HC3 (MacKinnon & White, 1985), which holds up best in small samples (Long &
    Ervin, 2000). Where columns follow from each other, the shortest solution is taken.

    :param columns: [n, p].
    :param score: [n].
    :param weight: [n], > 0: of sampling, so it weighs answers and says nothing of their variance.

    >>> fit = robust_fit([[0.0], [0.0], [1.0], [1.0]], [1.0, 2.0, 4.0, 5.0], [1.0] * 4)
    >>> fit.coefficients.round(6).tolist(), fit.freedom
    ([3.0], 2)
    """
    x = np.asarray(columns, dtype=np.float64)
    y, root = np.asarray(score, dtype=np.float64), np.sqrt(np.asarray(weight, dtype=np.float64))
    design = np.column_stack([np.ones(len(y)), x]) * root[:, None]
    inverse = np.linalg.pinv(design.T @ design, rcond=1e-10, hermitian=True)
    solver = inverse @ design.T
    beta = solver @ (root * y)
    residual = root * y - design @ beta
    leverage = np.einsum("ij,ji->i", design, solver)
    # An answer that alone decides a coefficient is met exactly: its residual is zero.
    scaled = residual / np.maximum(1.0 - leverage, 1e-8)
    half = solver * scaled
    return RobustFit(
        coefficients=beta[1:],
        covariance=(half @ half.T)[1:, 1:],
        freedom=len(y) - int(np.round(leverage.sum())),
    )
