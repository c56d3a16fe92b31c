"""How often documents and sentences name each topic, per cell of the journey."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import pyarrow as pa
from ibis.expr.types import Table, Value


def count_topics(rows: Table, keys: Sequence[str]) -> pa.Table:
    """Return documents and mentions per cell and topic, with their sums of squares and products.

    :param rows: the columns `keys`, sentiment, topics and spans.
    :param keys: what makes a cell.
    """
    # Each sentence that names a topic is a mention; the document's own label counts only where no
    # sentence names it. A mention brings along all that its document's sentences name, so that no
    # second grouping by document is needed to know how often they name its topic.
    scored = rows.filter(rows.sentiment.notnull()).select(
        cell=_cell(rows, keys),
        spoken=rows.spans.map(lambda span: span.topics).flatten().fill_null([]),
        own=rows.topics.fill_null([]),
    )
    scored = scored.mutate(named=scored.spoken.concat(scored.own))
    mentions = scored.select(
        "cell", "spoken", topic=scored.named.unnest(),
        nth=ibis.range(scored.named.length()).unnest(),
    )  # fmt: skip
    topic, sign = mentions.topic.label, _sign(mentions.topic.sentiment)
    same = mentions.spoken.filter(lambda other: other.label == topic)
    net = same.map(lambda other: _sign(other.sentiment)).sums()
    n_spans = same.length()
    mentions = mentions.select(
        "cell",
        topic=topic,
        m=ibis.greatest(n_spans, 1),
        x=ibis.ifelse(n_spans > 1, net, sign),
        sign=ibis.ifelse((mentions.nth < mentions.spoken.length()) | (n_spans == 0), sign, None),
    )
    # Documents whose sentences name a topic m times stand here m times.
    alike = mentions.group_by(("cell", "topic", "m", "x")).agg(
        mentions=mentions.sign.count(),
        n_negative=(mentions.sign == -1).sum().fill_null(0),
        n_positive=(mentions.sign == 1).sum().fill_null(0),
    )
    alike = alike.filter(alike.mentions > 0, alike.topic.notnull())
    alike = alike.mutate(n=alike.mentions // alike.m)
    n, m, x = alike.n, alike.m, alike.x
    found = alike.group_by(("cell", "topic")).agg(
        n=n.sum(),
        n_negative=alike.n_negative.sum(),
        n_neutral=(alike.mentions - alike.n_negative - alike.n_positive).sum(),
        n_positive=alike.n_positive.sum(),
        m=alike.mentions.sum(),
        x=(n * x).sum(),
        xx=(n * x * x).sum(),
        xm=(n * x * m).sum(),
        mm=(n * m * m).sum(),
    )
    cells = rows.select(*keys, cell=_cell(rows, keys)).distinct()
    # Joined here, for within one query the database would keep every row to read it twice.
    joined = cells.to_pyarrow().join(found.to_pyarrow(), "cell", join_type="inner")
    topics: pa.Table = joined.drop_columns("cell")
    return topics


def _cell(rows: Table, keys: Sequence[str]) -> Value:
    """Return one number for the cell of a row: cheaper to group by than its four keys."""
    return ibis.struct({key: rows[key] for key in keys}).hash()


def _sign(sentiment: Value) -> Value:
    return ibis.cases((sentiment == "positive", 1), (sentiment == "negative", -1), else_=0)
