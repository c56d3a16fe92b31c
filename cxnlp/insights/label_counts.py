"""How often the model gave each label, by touchpoint and group, and to which labelled texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

import ibis

from cxnlp.insights.data import InsightData
from cxnlp.journey.order import period_name
from cxnlp.journey.scored import ROW, reading
from cxnlp.labels import SENTIMENTS

PERIOD = "period"  # in place of a column: the periods are the groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A part of the scored texts; all of them where both are None and `is_all`."""

    touchpoint: str | None = None
    group: str | None = None
    kind: str = "overall"  # or "touchpoint", "group"


@dataclass(slots=True, kw_only=True)
class LabelCounts:
    """Scored texts of one place: by predicted sentiment, and by predicted topic."""

    sentiment: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)

    @property
    def n(self) -> int:
        """Return how many texts were scored."""
        return sum(self.sentiment.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadText:
    """What the model says of one text, and where it stands."""

    sentiment: str
    topics: frozenset[str]
    places: frozenset[Place]


def grouping(by: str | None, compare: str | None) -> str | None:
    """Return the column whose groups are shown, `PERIOD`, or None.

    >>> grouping(None, "arm=a,b"), grouping("region", "period"), grouping(None, None)
    ('arm', 'region', None)
    """
    return by or (compare.partition("=")[0] if compare else None)


def count_labels(data: InsightData, group: str | None) -> dict[Place, LabelCounts]:
    """Return the counts overall, of each touchpoint and of each group; only places with texts.

    A text counts under its most probable sentiment, also where it is mixed.
    """
    table = _scored(data, group)
    keys = ("touchpoint", "group")
    topic = table.select(*keys, topic=table.topics.unnest())
    with reading(data.scored.path):
        sentiments = table.group_by((*keys, "sentiment")).agg(n=table.count()).to_pyarrow()
        # A text names each topic once.
        topics = (
            topic.group_by((*keys, topic.topic.label.name("topic")))
            .agg(n=topic.count())
            .to_pyarrow()
        )
    found: dict[Place, LabelCounts] = {}
    for row in sentiments.to_pylist():
        for place in _places(data, row["touchpoint"], row["group"], group):
            counts = found.setdefault(place, LabelCounts())
            counts.sentiment[row["sentiment"]] += row["n"]
    for row in topics.to_pylist():
        for place in _places(data, row["touchpoint"], row["group"], group):
            found[place].topics[row["topic"]] += row["n"]
    return found


def read_texts(data: InsightData, rows: Collection[int], group: str | None) -> dict[int, ReadText]:
    """Return what the model says of the texts in these file rows."""
    table = _scored(data, group)
    with reading(data.scored.path):
        found = table.filter(table[ROW].isin(sorted(rows))).to_pyarrow().to_pylist()
    return {
        row[ROW]: ReadText(
            sentiment=row["sentiment"],
            topics=frozenset(topic["label"] for topic in row["topics"] or ()),
            places=frozenset(_places(data, row["touchpoint"], row["group"], group)),
        )
        for row in found
    }


def _scored(data: InsightData, group: str | None) -> ibis.Table:
    scored = data.scored
    table = scored.table
    columns = {
        name: table[table.columns[scored.columns.index(name)]]
        for name in ("touchpoint", "sentiment", "topics", "occurred_at")
    }
    if group is None:
        value = ibis.null("string")
    elif group == PERIOD:
        value = columns["occurred_at"].truncate(data.period).date()
    else:
        value = scored.group(group)
    del columns["occurred_at"]
    rows = table.select(ROW, **columns, group=value)
    return rows.filter(rows.sentiment.isin(SENTIMENTS))


def _places(
    data: InsightData, touchpoint: str | None, group: object, column: str | None
) -> list[Place]:
    places = [Place()]
    if touchpoint is not None:
        places.append(Place(touchpoint=touchpoint, kind="touchpoint"))
    if column is not None and group is not None:
        name = period_name(group, data.period) if column == PERIOD else str(group)  # type: ignore[arg-type]
        places.append(Place(group=name, kind="group"))
    return places
