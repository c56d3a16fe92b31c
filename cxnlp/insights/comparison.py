"""Two sides compared in everything that is measured: scores, topics, emotions and mixes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from cxnlp.insights.sides import Row, Side, Sides, difference_of, estimate_of, statistic_of
from cxnlp.journey.summary import MetricDefinition
from cxnlp.labels import EMOTION_GROUPS, TOPICS
from cxnlp.metrics.chi_square import MixDifference, mix_difference
from cxnlp.metrics.difference import Difference
from cxnlp.metrics.estimate import MIN_SHOWN_N, NO_DATA, Estimate
from cxnlp.metrics.label_mix import FEWEST_CARRIERS, label_mix_difference
from cxnlp.metrics.net_difference import MentionSums, mention_difference
from cxnlp.metrics.net_sentiment import mention_net_sentiment
from cxnlp.metrics.newcombe import ShareCounts, share_difference
from cxnlp.metrics.share import share

_SENTIMENTS = ("n_negative", "n_mixed", "n_neutral", "n_positive")
# How far two shares, or two net sentiments of a topic, can lie apart.
_PERCENT_SPAN, _POINTS_SPAN = 100.0, 200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One number on two sides."""

    kind: str  # score, topic_share, topic_sentiment or emotion_share
    key: str  # of the metric definitions, or the topic or emotion
    unit: str  # points, percent or mean
    span: float  # from the lowest to the highest possible value
    touchpoint: str | None
    old_name: str
    new_name: str
    old: Estimate
    new: Estimate
    difference: Difference | None  # new - old; None where a side is hidden
    concerned: float  # share of the answers or comments on both sides that it speaks of

    @property
    def test(self) -> Difference | None:
        """Return what the verdict is given on."""
        return self.difference


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedMix:
    """A whole mix on two sides."""

    kind: str  # sentiment_mix, emotion_mix or topic_mix
    old_name: str
    new_name: str
    n_old: int
    n_new: int
    test: MixDifference | None


def compare_scores(
    sides: Sides,
    new: Hashable,
    old: Hashable,
    *,
    name: str,
    definition: MetricDefinition,
    names: Mapping[Hashable, str],
) -> Iterator[Compared]:
    """Yield one metric overall and in each touchpoint where it was measured on either side.

    A touchpoint that gave all the answers is not told apart from the whole: one test is enough.
    """
    whole = 0
    places: list[tuple[str | None, Mapping[Hashable, Side]]] = [(None, sides.overall)]
    places += sorted(sides.touchpoints.items())
    for touchpoint, found in places:
        a = statistic_of(found.get(new, Side()), name, definition)
        b = statistic_of(found.get(old, Side()), name, definition)
        n = a.n + b.n
        if touchpoint is None:
            whole = n
        if n == 0 or (touchpoint is not None and n == whole):
            continue
        hidden = min(a.n, b.n) < MIN_SHOWN_N
        yield Compared(
            kind="score",
            key=name,
            unit=definition.unit,
            span=definition.span,
            touchpoint=touchpoint,
            old_name=names[old],
            new_name=names[new],
            old=estimate_of(b, definition),
            new=estimate_of(a, definition),
            difference=None if hidden else difference_of(a, b, definition),
            # An answer may stand for another touchpoint than its row, so this can exceed 1.
            concerned=min(n / whole, 1.0) if whole else 0.0,
        )


def compare_labels(
    sides: Sides, new: Hashable, old: Hashable, *, names: Mapping[Hashable, str]
) -> Iterator[Compared]:
    """Yield each topic's share and net sentiment, and each emotion's share.

    Labels that fewer than 5 comments carry on both sides together are left out.
    """
    a, b = sides.overall.get(new, Side()), sides.overall.get(old, Side())
    # Own topics follow those that every model has.
    for topic in (*TOPICS, *sorted({*a.topics, *b.topics} - {*TOPICS})):
        x, y = a.topics.get(topic, {}), b.topics.get(topic, {})
        if x.get("n", 0) + y.get("n", 0) < FEWEST_CARRIERS:
            continue
        yield _label(
            "topic_share", topic, (a, x.get("n", 0)), (b, y.get("n", 0)), names[new], names[old]
        )
        p, q = _mentions(x), _mentions(y)
        hidden = min(p.n, q.n) < MIN_SHOWN_N
        yield Compared(
            kind="topic_sentiment",
            key=topic,
            unit="points",
            span=_POINTS_SPAN,
            touchpoint=None,
            old_name=names[old],
            new_name=names[new],
            old=_net(q),
            new=_net(p),
            difference=None if hidden else mention_difference(p, q),
            concerned=(p.n + q.n) / (a.n_scored + b.n_scored),
        )
    for emotion in EMOTION_GROUPS:
        n, m = a.emotions.get(emotion, 0), b.emotions.get(emotion, 0)
        if n + m >= FEWEST_CARRIERS:
            yield _label("emotion_share", emotion, (a, n), (b, m), names[new], names[old])


def compare_mixes(
    sides: Sides, new: Hashable, old: Hashable, *, names: Mapping[Hashable, str]
) -> Iterator[ComparedMix]:
    """Yield the sentiment mix, of which a comment has one part, and the mixes of labels."""
    a, b = sides.overall.get(new, Side()), sides.overall.get(old, Side())
    n, m = a.n_scored, b.n_scored
    if n + m == 0:
        return
    counts = [[side.documents.get(name, 0) for name in _SENTIMENTS] for side in (a, b)]
    emotions = [[side.emotions.get(name, 0) for name in EMOTION_GROUPS] for side in (a, b)]
    topics = [[side.topics.get(name, {}).get("n", 0) for name in TOPICS] for side in (a, b)]
    hidden = min(n, m) < MIN_SHOWN_N
    for kind, test in (
        ("sentiment_mix", mix_difference(counts[0], counts[1])),
        ("emotion_mix", label_mix_difference(emotions[0], n, emotions[1], m)),
        ("topic_mix", label_mix_difference(topics[0], n, topics[1], m)),
    ):
        yield ComparedMix(
            kind=kind,
            old_name=names[old],
            new_name=names[new],
            n_old=m,
            n_new=n,
            test=None if hidden else test,
        )


def _label(
    kind: str, key: str, new: tuple[Side, int], old: tuple[Side, int], new_name: str, old_name: str
) -> Compared:
    a = ShareCounts(successes=new[1], n=new[0].n_scored)
    b = ShareCounts(successes=old[1], n=old[0].n_scored)
    hidden = min(a.n, b.n) < MIN_SHOWN_N
    return Compared(
        kind=kind,
        key=key,
        unit="percent",
        span=_PERCENT_SPAN,
        touchpoint=None,
        old_name=old_name,
        new_name=new_name,
        old=share(b.successes, b.n).suppressed(),
        new=share(a.successes, a.n).suppressed(),
        difference=None if hidden else share_difference(a, b),
        concerned=1.0,
    )


def _mentions(row: Row) -> MentionSums:
    n, x, m, xx, xm, mm = (row.get(name, 0) for name in ("n", "x", "m", "xx", "xm", "mm"))
    return MentionSums(n=n, x=x, m=m, xx=xx, xm=xm, mm=mm)


def _net(sums: MentionSums) -> Estimate:
    if sums.n == 0:
        return NO_DATA
    found = mention_net_sentiment(sums.n, sums.x, sums.m, sums.xx, sums.xm, sums.mm)
    return found.suppressed()
