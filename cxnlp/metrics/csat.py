"""Customer satisfaction, by the variant that a scale is usually read with."""

from __future__ import annotations

from collections.abc import Iterable

from cxnlp.errors import ScaleError
from cxnlp.metrics.estimate import Estimate
from cxnlp.metrics.mean import mean
from cxnlp.metrics.share import share

# name -> (scale_min, scale_max, the lowest satisfied answer); "mean" takes any scale.
VARIANTS: dict[str, tuple[float, float, float]] = {
    "top_2_of_5": (1, 5, 4),
    "top_2_of_7": (1, 7, 6),
    "top_2_of_10": (1, 10, 9),
    "good_of_rated": (0, 1, 1),  # good / (good + bad), as help desks rate a ticket
}


def csat(
    answers: Iterable[float],
    *,
    variant: str = "top_2_of_5",
    scale_min: float | None = None,
    scale_max: float | None = None,
) -> Estimate:
    """Return customer satisfaction: a share in percent, or for "mean" the mean answer.

    :param variant: "top_2_of_5" (default), "top_2_of_7", "top_2_of_10", "good_of_rated" or "mean";
        "mean" needs `scale_min` and `scale_max`.
    :returns: a share with the Wilson interval; a mean with the t interval.
    :raises ScaleError: on an answer outside the variant's scale, or an unknown variant.

    >>> csat([5, 4, 3, 1]).value
    50.0
    >>> csat([5, 4, 3, 1], variant="mean", scale_min=1, scale_max=5).value
    3.25
    """
    values = list(answers)
    if variant == "mean":
        if scale_min is None or scale_max is None:
            raise ScaleError("The mean CSAT needs the scale. Give scale_min and scale_max.")
        low, high, lowest_satisfied = scale_min, scale_max, scale_max
    elif variant in VARIANTS:
        low, high, lowest_satisfied = VARIANTS[variant]
    else:
        raise ScaleError(
            f"There is no CSAT variant {variant!r}. Choose one of {', '.join(VARIANTS)}, mean."
        )
    for value in values:
        if not low <= value <= high:
            raise ScaleError(
                f"CSAT answer {value} is outside {low:g}-{high:g}. "
                "Choose the variant of its scale or drop the answer."
            )
    if variant == "mean":
        squares = sum(value * value for value in values)
        return mean(len(values), sum(values), squares, scale_min=low, scale_max=high)
    return share(sum(value >= lowest_satisfied for value in values), len(values))


def satisfied_from(scale_min: float, scale_max: float, *, higher_is_better: bool) -> float | None:
    """Return the answer from which on a customer counts as satisfied, or None for a mean.

    Top two answers on scales of 4 to 11 points, the top one on shorter scales. A longer scale, such
    as 0-100, has no top-2 reading: its CSAT is the mean. Where lower is better the answer is the
    highest that counts.

    >>> satisfied_from(1, 5, higher_is_better=True), satisfied_from(1, 5, higher_is_better=False)
    (4, 2)
    >>> satisfied_from(0, 1, higher_is_better=True), satisfied_from(0, 100, higher_is_better=True)
    (1, None)
    """
    points = scale_max - scale_min + 1
    if points > 11:
        return None
    boxes = 2 if points >= 4 else 1
    return scale_max - boxes + 1 if higher_is_better else scale_min + boxes - 1
