"""A sum of numbers that does not depend on the order in which they are added."""

from __future__ import annotations

from ibis.expr.types import NumericColumn, NumericScalar

_STEPS = float(1 << 30)  # of what follows the point


def exact_sum(x: NumericColumn) -> NumericScalar:
    """Return Σx, the same to the last bit however many threads add.

    Floating-point numbers add up otherwise in another order, and an engine's threads take turns at
    will. Whole numbers do not: the whole parts are added as they are, exact below 2⁵³, and what
    follows the point as a whole number of steps of 2⁻³⁰, so that one addend is off by 5e-10 at
    most. Null where no x is known.
    """
    whole = x.floor()
    steps = ((x - whole) * _STEPS).round().cast("int64")
    return whole.sum() + steps.sum().cast("float64") / _STEPS
