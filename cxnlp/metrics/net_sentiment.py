"""Net sentiment: by document, or by mention with mentions clustered in their documents."""

from __future__ import annotations

from math import sqrt

from cxnlp.metrics.estimate import NO_DATA, Z95, Estimate
from cxnlp.metrics.trinomial import PRIOR_N, PRIOR_SHARE, net_share


def net_sentiment(*, positive: int, negative: int, n: int) -> Estimate:
    """Return 100 (positive - negative) / n over documents, with the adjusted Wald interval.

    Neutral and mixed documents stay in n and count neither way.

    >>> net_sentiment(positive=6, negative=2, n=10).value
    40.0
    """
    return net_share(positive, negative, n)


def mention_net_sentiment(
    n_documents: int, x: float, m: float, xx: float, xm: float, mm: float
) -> Estimate:
    """Return 100 Σx/Σm over the documents that mention a topic, clustered by document.

    A document contributes m mentions and x = positive - negative among them. Mentions of one
    document go together, so the interval comes from the linearised ratio (Woodruff, 1971) over
    documents, e = x - Rm, which needs Σx², Σxm and Σm² alone: value ± z √(K/(K-1) Σe²)/Σm.
    Where all documents agree, or there is one only, Σe² = 0 would give an interval of no width;
    then three imagined documents of average length are added, as in the adjusted Wald interval.

    :param xx: Σx², `xm` Σxm, `mm` Σm², each over documents.
    :returns: points in [-100, 100]; n is the number of documents.

    >>> e = mention_net_sentiment(3, x=1, m=6, xx=9, xm=-1, mm=14)  # (2 of 2, 1 of 1, -2 of 3)
    >>> f"{e.value:.1f} [{e.low:.1f}, {e.high:.1f}]"
    '16.7 [-100.0, 100.0]'
    """
    if n_documents == 0 or m <= 0:
        return NO_DATA
    ratio = x / m
    error = linearised_error(n_documents, x, m, xx, xm, mm)
    centre = ratio
    if error <= 1e-9:
        mean_m = m / n_documents
        imagined_m2 = PRIOR_N * mean_m * mean_m
        more = (m + PRIOR_N * mean_m, xx + 2 * PRIOR_SHARE * imagined_m2, mm + imagined_m2)
        centre = x / more[0]
        error = linearised_error(n_documents + 3, x, more[0], more[1], xm, more[2])
    return Estimate(
        value=100 * ratio,
        low=max(min(100 * (centre - Z95 * error), 100 * ratio), -100.0),
        high=min(max(100 * (centre + Z95 * error), 100 * ratio), 100.0),
        n=n_documents,
    )


def linearised_error(
    n_documents: int, x: float, m: float, xx: float, xm: float, mm: float
) -> float:
    """Return the standard error of Σx/Σm by linearisation; 0 for a single document.

    >>> round(linearised_error(2, x=1, m=2, xx=1, xm=1, mm=2), 3)
    0.5
    """
    if n_documents < 2:
        return 0.0
    ratio = x / m
    residual = max(xx - 2 * ratio * xm + ratio * ratio * mm, 0.0)
    return sqrt(residual * n_documents / (n_documents - 1)) / m
