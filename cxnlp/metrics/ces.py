"""The Customer Effort Score."""

from __future__ import annotations

from collections.abc import Iterable

from cxnlp.errors import ScaleError
from cxnlp.metrics.estimate import Estimate
from cxnlp.metrics.mean import mean
from cxnlp.metrics.share import share


def ces(
    answers: Iterable[float],
    *,
    higher_is_better: bool,
    scale_min: float = 1,
    scale_max: float = 7,
    variant: str = "mean",
) -> Estimate:
    """Return the Customer Effort Score: the mean answer, or the share that found it easy.

    Version 1.0 asks for effort on 1-5, where lower is better; version 2.0 for agreement that it was
    easy on 1-7, where higher is better (Dixon, 2010 and 2013). A number alone does not say which,
    so the direction has no default.

    :param variant: "mean", with the t interval, or "easy": the share of answers better than the
        middle of the scale (5-7 on 1-7, 1-2 on 1-5 where lower is better), with Wilson's.
    :raises ScaleError: on an answer outside the scale, or an unknown variant.

    >>> ces([7, 6, 2], higher_is_better=True).value
    5.0
    >>> ces([1, 2, 3, 5], higher_is_better=False, scale_max=5, variant="easy").value
    50.0
    """
    values = list(answers)
    for value in values:
        if not scale_min <= value <= scale_max:
            raise ScaleError(
                f"CES answer {value} is outside {scale_min:g}-{scale_max:g}. "
                "Give its scale or drop the answer."
            )
    if variant == "mean":
        squares = sum(value * value for value in values)
        return mean(len(values), sum(values), squares, scale_min=scale_min, scale_max=scale_max)
    if variant == "easy":
        middle = (scale_min + scale_max) / 2
        easy = sum(value > middle if higher_is_better else value < middle for value in values)
        return share(easy, len(values))
    raise ScaleError(f"There is no CES variant {variant!r}. Choose one of mean, easy.")
