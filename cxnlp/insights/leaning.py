"""Which way a net sentiment clearly leans."""

from __future__ import annotations

from cxnlp.metrics.estimate import Estimate


def leaning(net_sentiment: Estimate) -> str | None:
    """Return "negative" or "positive" where the whole interval lies on one side of 0, else None.

    >>> leaning(Estimate(value=-20.0, low=-31.0, high=-9.0, n=80))
    'negative'
    """
    low, high = net_sentiment.low, net_sentiment.high
    if low is None or high is None:
        return None
    if high < 0:
        return "negative"
    return "positive" if low > 0 else None
