"""Topics as diverging bars: negative, neutral and positive mentions, most mentioned first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cxnlp.journey.naming import topic_name
from cxnlp.journey.summary import Cell, TopicSummary
from cxnlp.metrics.estimate import MIN_SHOWN_N
from cxnlp.metrics.numbers import PERCENT, POINTS, describe, describe_interval, format_n

BAR_WIDTH = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicBar:
    """One row of the topic table; the bar is in units of `BAR_WIDTH`."""

    topic: str
    label: str
    n: str  # mentions
    n_negative: str
    n_neutral: str
    n_positive: str
    hidden: bool  # too few mentions to split by polarity
    x_negative: float
    w_negative: float
    w_neutral: float
    w_positive: float
    net: str
    net_interval: str
    indicative: bool
    share: str
    share_interval: str

    @property
    def x_neutral(self) -> float:
        """Return where the neutral part starts."""
        return round(self.x_negative + self.w_negative, 2)

    @property
    def x_positive(self) -> float:
        """Return where the positive part starts."""
        return round(self.x_neutral + self.w_neutral, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicChart:
    """The bars and the place of their common centre line."""

    bars: tuple[TopicBar, ...]
    centre: float


def build_topics(overall: Cell) -> TopicChart:
    """Return the topics mentioned at least once, most mentioned first."""
    topics = [t for t in overall.topics.values() if _mentions(t) > 0]
    topics.sort(key=lambda t: (-_mentions(t), t.topic))
    # Neutral mentions straddle the centre, so that left and right compare negative and positive.
    left = max((t.n_negative + t.n_neutral / 2 for t in topics), default=0.0)
    right = max((t.n_positive + t.n_neutral / 2 for t in topics), default=0.0)
    unit = BAR_WIDTH / (left + right) if left + right else 0.0
    return TopicChart(
        bars=_bars(topics, left, unit),
        centre=round(left * unit, 2),
    )


def _mentions(topic: TopicSummary) -> int:
    return topic.n_negative + topic.n_neutral + topic.n_positive


def _bars(topics: Sequence[TopicSummary], left: float, unit: float) -> tuple[TopicBar, ...]:
    return tuple(
        TopicBar(
            topic=t.topic,
            label=topic_name(t.topic),
            n=format_n(_mentions(t)),
            n_negative=format_n(t.n_negative),
            n_neutral=format_n(t.n_neutral),
            n_positive=format_n(t.n_positive),
            hidden=_mentions(t) < MIN_SHOWN_N,
            x_negative=round((left - t.n_negative - t.n_neutral / 2) * unit, 2),
            w_negative=round(t.n_negative * unit, 2),
            w_neutral=round(t.n_neutral * unit, 2),
            w_positive=round(t.n_positive * unit, 2),
            net=describe(t.net_sentiment, POINTS),
            net_interval=describe_interval(t.net_sentiment, POINTS),
            indicative=t.net_sentiment.status == "indicative",
            share=describe(t.share, PERCENT),
            share_interval=describe_interval(t.share, PERCENT),
        )
        for t in topics
    )
