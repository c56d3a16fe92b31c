"""The Net Promoter Score."""

from __future__ import annotations

from collections.abc import Iterable

from cxnlp.errors import ScaleError
from cxnlp.metrics.estimate import Estimate
from cxnlp.metrics.trinomial import net_share
from cxnlp.metrics.weights import effective_n

LOWEST_PROMOTER = 9
HIGHEST_DETRACTOR = 6


def nps(ratings: Iterable[float], *, weights: Iterable[float] | None = None) -> Estimate:
    """Return the Net Promoter Score of 0-10 likelihood ratings.

    Promoters rate 9-10, detractors 0-6 (Reichheld, 2003).

    :returns: points in [-100, 100], with the adjusted Wald interval.
    :raises ScaleError: on a rating that is not a whole number from 0 to 10, or a weight that is
        not positive.

    >>> nps([10, 9, 8, 6]).value
    25.0
    """
    answers = list(ratings)
    for rating in answers:
        if rating not in range(11):
            raise ScaleError(
                f"NPS rating {rating} is not a whole number from 0 to 10. "
                "Rescale the column or drop the answer."
            )
    used = [1.0] * len(answers) if weights is None else list(weights)
    if len(used) != len(answers) or not all(weight > 0 for weight in used):
        raise ScaleError("NPS needs one positive weight for every rating.")
    pairs = list(zip(answers, used, strict=True))
    return nps_from_sums(
        n=len(answers),
        weight=sum(used),
        squared_weight=sum(w * w for w in used),
        promoters=sum(w for rating, w in pairs if rating >= LOWEST_PROMOTER),
        detractors=sum(w for rating, w in pairs if rating <= HIGHEST_DETRACTOR),
    )


def nps_from_counts(*, promoters: int, detractors: int, n: int) -> Estimate:
    """Return the Net Promoter Score of counted, unweighted answers.

    >>> e = nps_from_counts(promoters=1436, detractors=342, n=2746)
    >>> f"{e.value:+.2f} [{e.low:.2f}, {e.high:.2f}]"
    '+39.84 [37.18, 42.41]'
    """
    return net_share(promoters, detractors, n)


def nps_from_sums(
    *, n: int, weight: float, squared_weight: float, promoters: float, detractors: float
) -> Estimate:
    """Return the Net Promoter Score from sums of weights.

    :param promoters: the summed weight of promoters; `detractors` likewise.

    >>> nps_from_sums(n=3, weight=4.0, squared_weight=6.0, promoters=2.0, detractors=1.0).value
    25.0
    """
    if n == 0:
        return net_share(0, 0, 0)
    return net_share(
        n * promoters / weight,
        n * detractors / weight,
        n,
        n_effective=effective_n(weight, squared_weight),
    )
