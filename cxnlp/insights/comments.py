"""The comments of a scored file as insights on words read them: a seeded sample of their texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
from ibis.expr.types import BooleanValue, StructValue, Table, Value

from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import Where
from cxnlp.journey.first_day import first_day
from cxnlp.journey.order import period_name
from cxnlp.journey.scored import ROW, kept, reading
from cxnlp.records import CHANNELS

MAX_COMMENTS = 20_000
_SENTIMENT = ("sentiment", "mixed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comments:
    """Comments that were scored, in the order of the file; the sequences are of one length."""

    rows: Sequence[int]  # of the file, from 0
    texts: Sequence[str]  # of a conversation what the customer said, a turn a line
    touchpoints: Sequence[str | None]
    periods: Sequence[str | None]  # as "2021-Q4"
    groups: Sequence[str | None]  # values of the column asked for; None where none was
    sentiments: Sequence[str]  # negative, neutral, positive or mixed
    n_all: int  # how many there are in the file; the sample holds at most its limit


@dataclass(frozen=True, slots=True, kw_only=True)
class UncoveredSpans:
    """Sentences that no topic covers, in the order of the file; sequences of one length."""

    rows: Sequence[int]  # of the file, from 0; one row may have several
    texts: Sequence[str]
    sentiments: Sequence[str]
    n_comments: int  # scored comments in the file
    n_all: int  # such sentences in the comments that were read
    n_with: int  # comments that were read that have one
    n_read: int  # comments that were read


def read_comments(
    data: InsightData, *, by: str | None = None, limit: int = MAX_COMMENTS, seed: int = 0
) -> Comments:
    """Draw up to `limit` scored comments, always the same ones for one seed.

    :raises InputError: where there is no column or segment `by`.
    """
    scored = data.scored
    table = scored.record("occurred_at", "touchpoint", "text", "turns", *_SENTIMENT)
    with reading(scored.path), kept(_drawn(_scored_rows(data), limit, seed)) as chosen:
        n_all = int(_scored_rows(data).count().to_pyarrow().as_py())
        read = table.semi_join(chosen, ROW).select(
            ROW,
            "touchpoint",
            text=_said(table),
            day=first_day(table.occurred_at, data.period),
            sentiment=_sentiment(table),
        )
        found = read.order_by(ROW).to_pyarrow()
        groups: list[str | None] = [None] * len(found)
        if by is not None:
            named = scored.table.select(ROW, group=scored.group(by)).semi_join(chosen, ROW)
            groups = named.order_by(ROW).to_pyarrow()["group"].to_pylist()
    return Comments(
        rows=found[ROW].to_pylist(),
        texts=[text or "" for text in found["text"].to_pylist()],
        touchpoints=found["touchpoint"].to_pylist(),
        periods=[period_name(day, data.period) for day in found["day"].to_pylist()],
        groups=groups,
        sentiments=found["sentiment"].to_pylist(),
        n_all=n_all,
    )


def read_uncovered_spans(
    data: InsightData, *, limit: int = 20_000, n_read: int = MAX_COMMENTS, seed: int = 0
) -> UncoveredSpans:
    """Draw up to `limit` sentences that no topic covers, of up to `n_read` comments.

    General experience says nothing of the matter, so it covers nothing.
    """
    scored = data.scored
    table = scored.record("text", "turns", "spans", "sentiment")
    with reading(scored.path), kept(_drawn(_scored_rows(data), n_read, seed)) as chosen:
        n_comments = int(_scored_rows(data).count().to_pyarrow().as_py())
        read = table.semi_join(chosen, ROW)
        spans = read.select(ROW, "text", "turns", span=read.spans.unnest())
        named = spans.span.topics.filter(lambda topic: topic.label != "general_experience")
        spans = spans.filter(named.length().fill_null(0) == 0)
        turn = spans.span.turn
        whole = ibis.ifelse(turn.isnull(), spans.text, spans.turns[turn].text)
        start, end = spans.span.start, spans.span.end
        bare = spans.select(
            ROW,
            start=start,
            text=whole.substr(start, ibis.greatest(end - start, 0)),
            sentiment=spans.span.sentiment,
            turn=turn.fill_null(0),
        ).filter(ibis._.text.notnull())
        with kept(bare) as uncovered:
            n_all = int(uncovered.count().to_pyarrow().as_py())
            n_with = int(uncovered[ROW].nunique().to_pyarrow().as_py())
            # Whole comments are drawn, so that a theme's share of them can be told.
            luck = ibis.struct({"row": uncovered[ROW], "seed": seed}).hash()
            order = uncovered.order_by(luck, ROW, "turn", "start")
            drawn = uncovered if n_all <= limit else order.limit(limit)
            found = drawn.order_by(ROW, "turn", "start").to_pyarrow()
    return UncoveredSpans(
        rows=found[ROW].to_pylist(),
        texts=found["text"].to_pylist(),
        sentiments=found["sentiment"].to_pylist(),
        n_comments=n_comments,
        n_all=n_all,
        n_with=n_with,
        n_read=min(n_comments, n_read),
    )


def read_matching(
    data: InsightData, where: Where, *, group_column: str | None, limit: int, seed: int
) -> tuple[list[int], list[str]]:
    """Return rows and texts of up to `limit` scored comments in a part of the data."""
    scored = data.scored
    table = scored.record(
        "occurred_at", "touchpoint", "stage", "channel", "text", "turns", "topics", "spans",
        *_SENTIMENT,
    )  # fmt: skip
    matching = table.filter(table.sentiment.notnull())
    if where.touchpoint is not None:
        matching = matching.filter(matching.touchpoint == where.touchpoint)
    if where.stage is not None:
        stages = {t.name: t.stage for t in data.journey.touchpoints}
        stage = matching.stage
        if stages:
            fallback = matching.touchpoint.substitute(stages, else_=ibis.null("string"))
            stage = ibis.coalesce(stage, fallback)
        matching = matching.filter(stage == where.stage)
    if where.topic is not None:
        matching = matching.filter(_names_topic(matching, where.topic, where.sentiment))
    elif where.sentiment is not None:
        matching = matching.filter(_sentiment(matching) == where.sentiment)
    if where.group is not None:
        matching = _of_group(data, matching, where.group, group_column)
    day = first_day(matching.occurred_at, data.period)
    with reading(scored.path):
        if where.period is not None:
            # The journey knows the days that periods begin on: no need to read all rows for them.
            days = data.cube.documents["period"].unique().to_pylist()
            wanted = [d for d in days if period_name(d, data.period) == where.period]
            matching = matching.filter(day.isin(wanted))
        with kept(_drawn(matching.select(ROW), limit, seed)) as chosen:
            texts = table.semi_join(chosen, ROW).select(ROW, text=_said(table))
            found = texts.order_by(ROW).to_pyarrow()
    return found[ROW].to_pylist(), [text or "" for text in found["text"].to_pylist()]


def _scored_rows(data: InsightData) -> Table:
    table = data.scored.record("sentiment")
    return table.filter(table.sentiment.notnull()).select(ROW)


def _drawn(rows: Table, limit: int, seed: int) -> Table:
    """Draw rows by a hash of their number, so neither threads nor the order change the draw."""
    luck = ibis.struct({"row": rows[ROW], "seed": seed}).hash()
    return rows.order_by(luck, ROW).limit(limit)


def _sentiment(table: Table) -> Value:
    return ibis.ifelse(table.mixed.fill_null(False), "mixed", table.sentiment)


def _said(table: Table) -> Value:
    customer = table.turns.filter(lambda turn: turn.role == "customer")
    turns = customer.map(lambda turn: turn.text.fill_null("")).join("\n")
    return ibis.ifelse(table.turns.isnull(), table.text, turns)


def _names_topic(table: Table, label: str, sentiment: str | None) -> BooleanValue:
    def fits(topic: StructValue) -> BooleanValue:
        named = topic.label == label
        return named if sentiment is None else named & (topic.sentiment == sentiment)

    def in_span(span: StructValue) -> BooleanValue:
        return span.topics.filter(fits).length() > 0

    own = table.topics.filter(fits).length().fill_null(0) > 0
    return own | (table.spans.filter(in_span).length().fill_null(0) > 0)


def _of_group(data: InsightData, table: Table, group: str, column: str | None) -> Table:
    if column is None:
        # Groups that no column was asked for are channels, or nothing that can be selected.
        return table.filter(table.channel == group) if group in CHANNELS else table.limit(0)
    named = data.scored.table.select(ROW, group_value=data.scored.group(column))
    return table.semi_join(named.filter(named.group_value == group), ROW)
