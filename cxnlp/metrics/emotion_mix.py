"""The share of documents that carry each emotion."""

from __future__ import annotations

from collections.abc import Mapping

from cxnlp.labels import EMOTION_GROUPS
from cxnlp.metrics.estimate import Estimate
from cxnlp.metrics.share import share


def emotion_mix(n_by_group: Mapping[str, int], n_documents: int) -> dict[str, Estimate]:
    """Return the share of documents carrying each emotion group, in the order of the labels.

    A document may carry several, so the shares may sum to more than 100%; one without any emotion
    stays in the denominator of all.

    :param n_by_group: documents that carry the group, each counted once per group.

    >>> mix = emotion_mix({"joy": 3, "relief": 1}, 4)
    >>> mix["joy"].value, mix["relief"].value, mix["anger"].value
    (75.0, 25.0, 0.0)
    """
    return {group: share(n_by_group.get(group, 0), n_documents) for group in EMOTION_GROUPS}
