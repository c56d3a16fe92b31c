"""Respondents made by hand, for insights that look at one row a respondent."""

from __future__ import annotations

import numpy as np

from cxnlp.insights.data import Respondents
from cxnlp.journey.summary import MetricDefinition
from cxnlp.labels import TOPICS

NPS = MetricDefinition(kind="nps", unit="points", scale_min=0, scale_max=10, higher_is_better=True)
CSAT = MetricDefinition(
    kind="csat", unit="percent", scale_min=1, scale_max=5, higher_is_better=True
)
CES = MetricDefinition(kind="ces", unit="mean", scale_min=1, scale_max=5, higher_is_better=False)


def people(
    value: object,
    *,
    said: dict[str, object] | None = None,
    sentiment_score: object = None,
    touchpoint: object = None,
    weight: object = None,
    definition: MetricDefinition = NPS,
) -> Respondents:
    """Return respondents who gave these answers.

    :param said: topic -> [n]: 0 where it is not mentioned, 1 or -1 praise or complaint, 2 neutral.
    """
    values = np.asarray(value, dtype=np.float64)
    n = len(values)
    topics = np.zeros((n, len(TOPICS)), dtype=bool)
    polarity = np.zeros((n, len(TOPICS)), dtype=np.int8)
    for topic, how in (said or {}).items():
        column = np.asarray(how)
        topics[:, TOPICS.index(topic)] = column != 0
        polarity[:, TOPICS.index(topic)] = np.where(column == 2, 0, column)
    names = np.array(["web"] * n, dtype=object)
    return Respondents(
        value=values,
        weight=np.ones(n) if weight is None else np.asarray(weight, dtype=np.float64),
        topics=topics,
        polarity=polarity,
        sentiment_score=(
            np.zeros(n) if sentiment_score is None else np.asarray(sentiment_score, dtype=float)
        ),
        predicted=np.full(n, 3.0),
        touchpoint=names if touchpoint is None else np.asarray(touchpoint, dtype=object),
        channel=names,
        period=names,
        row=np.arange(n),
        n_all=n,
        scale_min=definition.scale_min,
        scale_max=definition.scale_max,
        higher_is_better=definition.higher_is_better,
    )
