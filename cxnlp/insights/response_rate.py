"""How many of the delivered invitations were answered, where the journey file declares them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time

import ibis

from cxnlp.declarations import Delivery
from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import Finding, InsightResult, Value, Where
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.wording import interval_text
from cxnlp.journey.deliveries import period_bounds
from cxnlp.journey.scored import ROW, ScoredFile, reading
from cxnlp.metrics.response_rate import ResponseRate, response_rate


def count_responses(scored: ScoredFile, deliveries: Sequence[Delivery]) -> list[int]:
    """Return the responses to each delivery: the submissions of its touchpoint, channel and period.

    A submission counts once, however many rows it has; a row without a submission id is one of its
    own. Rows without a date are in no period.
    """
    known = scored.record("source", "submission_id", "touchpoint", "channel", "occurred_at")
    alone = ibis.ifelse(known.submission_id.isnull(), known[ROW], -1)
    who = ibis.struct({"source": known.source, "submission": known.submission_id, "alone": alone})
    rows = known.mutate(who=who.hash())
    counts = {}
    for place, delivery in enumerate(deliveries):
        among = rows.who.notnull()
        if delivery.touchpoint is not None:
            among &= rows.touchpoint == delivery.touchpoint
        if delivery.channel is not None:
            among &= rows.channel == delivery.channel
        if delivery.period is not None:
            first, after = (
                datetime.combine(day, time(), tzinfo=UTC) for day in period_bounds(delivery.period)
            )
            among &= (rows.occurred_at >= first) & (rows.occurred_at < after)
        counts[f"delivery_{place}"] = rows.who.nunique(where=among.fill_null(False))
    if not counts:
        return []
    with reading(scored.path):
        found = rows.aggregate(**counts).to_pyarrow().to_pylist()[0]
    return [int(found[f"delivery_{place}"]) for place in range(len(deliveries))]


def overall_rate(
    deliveries: Sequence[Delivery], rates: Sequence[ResponseRate]
) -> ResponseRate | None:
    """Return the rate of all deliveries together, or None where entries may overlap.

    An entry for everything is the whole. Else entries add up where all name the same things: all a
    channel, say, or all a touchpoint and a month.
    """
    if len(rates) == 1:
        return rates[0]
    shapes = {_shape(delivery) for delivery in deliveries}
    for delivery, rate in zip(deliveries, rates, strict=True):
        if _shape(delivery) == (False, False, 0):
            return rate
    if len(shapes) != 1:
        return None
    responses = sum(rate.responses for rate in rates)
    delivered = sum(rate.delivered for rate in rates)
    return response_rate(responses, delivered)


def _shape(delivery: Delivery) -> tuple[bool, bool, int]:
    days = 0
    if delivery.period is not None:
        # Months have 28 to 31 days, quarters 90 to 92: all of one kind have the same length here.
        first, after = period_bounds(delivery.period)
        days = {1: 1, 7: 7}.get((after - first).days, round((after - first).days / 30) * 30)
    return delivery.touchpoint is not None, delivery.channel is not None, days


def _findings(
    deliveries: Sequence[Delivery], rates: Sequence[ResponseRate], whole: ResponseRate | None
) -> Iterator[Finding]:
    if whole is not None and not any(rate is whole for rate in rates):
        yield _finding("all deliveries", whole, Where())
    for delivery, rate in zip(deliveries, rates, strict=True):
        yield _finding(_name(delivery), rate, Where(touchpoint=delivery.touchpoint))


def _finding(name: str, rate: ResponseRate, where: Where) -> Finding:
    if rate.problem is not None:
        sentence = f"The response rate of {name} cannot be given. {rate.problem}"
    else:
        sentence = (
            f"Of {rate.delivered:,} invitations delivered ({name}), {rate.responses:,} were "
            f"answered: {interval_text(rate.rate, 'percent', counted='delivered')}."
        )
    return Finding(
        insight=NAME,
        sentence=sentence,
        verdict="real" if rate.problem is None else "not_enough_data",
        importance=0.0,  # says who answered, not how they feel
        n=rate.delivered,
        where=where,
        estimate=rate.rate,
        unit="percent",
    )


def _name(delivery: Delivery) -> str:
    parts = (delivery.touchpoint, delivery.channel, delivery.period)
    return ", ".join(part.replace("_", " ") for part in parts if part) or "all deliveries"


def _row(delivery: Delivery | None, rate: ResponseRate) -> dict[str, Value]:
    return {
        "touchpoint": None if delivery is None else delivery.touchpoint,
        "channel": None if delivery is None else delivery.channel,
        "period": None if delivery is None else delivery.period,
        "delivered": rate.delivered,
        "responses": rate.responses,
        "rate": rate.rate.value,
        "low": rate.rate.low,
        "high": rate.rate.high,
        "problem": rate.problem,
    }


NAME = "response_rate"
TITLE = "Response rate"


def run(data: InsightData, options: InsightOptions) -> InsightResult:
    """Set the responses in the file against the deliveries of the journey file."""
    deliveries = data.journey.deliveries
    if not deliveries:
        return InsightResult(
            name=NAME,
            title=TITLE,
            status="not_applicable",
            note="The journey file declares no [[deliveries]], so there is no response rate.",
        )
    counts = count_responses(data.scored, deliveries)
    rates = [
        response_rate(responses, delivery.delivered)
        for responses, delivery in zip(counts, deliveries, strict=True)
    ]
    whole = overall_rate(deliveries, rates)
    table = [_row(d, r) for d, r in zip(deliveries, rates, strict=True)]
    if whole is not None and not any(rate is whole for rate in rates):
        table.insert(0, _row(None, whole))
    n_problems = sum(rate.problem is not None for rate in rates)
    note = (
        f"Responses are the submissions in the file, each counted once, for {len(deliveries)} "
        f"declared {'delivery' if len(deliveries) == 1 else 'deliveries'}"
    )
    if whole is None:
        note += "; these may overlap, so they are not added up"
    if n_problems:
        note += f"; {n_problems} cannot be given a rate"
    return InsightResult(
        name=NAME,
        title=TITLE,
        status="ok" if n_problems < len(rates) else "not_enough_data",
        note=note + ".",
        findings=tuple(_findings(deliveries, rates, whole)),
        table=tuple(table),
    )
