"""How satisfied those seem who wrote but gave no score, beside those who gave one."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
from ibis.expr.types import Table

from cxnlp.insights.asked import is_answer
from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import Finding, InsightResult, Value, Verdict
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.wording import interval_text
from cxnlp.journey.exact_sum import exact_sum
from cxnlp.journey.scored import ROW, ScoredFile, reading
from cxnlp.journey.summary import MetricDefinition
from cxnlp.metrics.difference import Difference
from cxnlp.metrics.estimate import MIN_RELIABLE_N, Estimate
from cxnlp.metrics.numbers import Unit, format_interval, format_value
from cxnlp.metrics.verdict import verdicts
from cxnlp.metrics.welch import MeanSums, mean_difference

NAME = "unscored_satisfaction"
TITLE = "Predicted satisfaction of those who gave no score"

LOWEST, HIGHEST = 1.0, 5.0  # of predicted satisfaction


@dataclass(frozen=True, slots=True, kw_only=True)
class UnscoredSatisfaction:
    """Predicted satisfaction, 1 to 5, of two kinds of people who wrote."""

    unscored: Estimate  # those who gave no score
    scored: Estimate  # those who did; predicted from their text as well, never their own answer
    difference: Difference | None  # unscored minus scored; None where a side is empty
    verdict: Verdict


def compare_unscored(unscored: MeanSums, scored: MeanSums) -> UnscoredSatisfaction:
    """Return both means of predicted satisfaction, and whether they differ.

    Where they do, the scores that were given do not speak for those who gave none: nonresponse
    bias (Groves, 2006). Both sides are predictions from text, so the model's own error is in both
    and a difference is not one between a prediction and an answer.
    """
    found = mean_difference(unscored, scored, scale_min=LOWEST, scale_max=HIGHEST)
    return UnscoredSatisfaction(
        unscored=unscored.estimate(LOWEST, HIGHEST).suppressed(),
        scored=scored.estimate(LOWEST, HIGHEST).suppressed(),
        difference=found,
        verdict=verdicts([found])[0],
    )


def satisfaction_sums(
    scored: ScoredFile, definition: MetricDefinition | None
) -> tuple[MeanSums, MeanSums]:
    """Return sums of predicted satisfaction over submissions without a score, and with one.

    The texts of one submission count once, by their mean. It has a score where any of its rows
    answers the question of `definition`; with None, where any of its rows answers any question.
    """
    known = scored.record("source", "submission_id", "responses", "sentiment", "satisfaction")
    with reading(scored.path):
        rows = _submissions(known, definition).to_pyarrow().to_pylist()
    sums = {row["answered"]: row for row in rows}

    def of(answered: bool) -> MeanSums:
        row = sums.get(answered, {"n": 0, "s": 0.0, "ss": 0.0})
        return MeanSums(n=row["n"], total=row["s"] or 0.0, total_squares=row["ss"] or 0.0)

    return of(False), of(True)


def _submissions(known: Table, definition: MetricDefinition | None) -> Table:
    satisfaction = known.satisfaction.cast("float64")
    rows = known.select(
        "source",
        "submission_id",
        ROW,
        answered=(
            known.responses.filter(lambda answer: is_answer(answer, definition)).length() > 0
        ).fill_null(False),
        predicted=ibis.ifelse(
            known.sentiment.notnull() & ~satisfaction.isnan(), satisfaction, ibis.null("float64")
        ),
    )
    named = rows.filter(rows.submission_id.notnull())
    # Without a submission id every row is a submission of its own, and needs no grouping.
    alone = rows.filter(rows.submission_id.isnull()).select("answered", "predicted")
    mean = exact_sum(named.predicted) / named.predicted.count()
    joined = (
        named.group_by("source", "submission_id")
        .agg(answered=named.answered.any(), predicted=mean)
        .select("answered", "predicted")
    )
    people = ibis.union(alone, joined)
    people = people.filter(people.predicted.notnull())
    s = people.predicted
    return people.group_by("answered").agg(n=people.count(), s=exact_sum(s), ss=exact_sum(s * s))


def run(data: InsightData, options: InsightOptions) -> InsightResult:
    """Compare the predicted satisfaction of those who gave the headline score and who did not."""
    definition = None if data.main is None else data.summary.definitions[data.main]
    return describe_unscored(*satisfaction_sums(data.scored, definition))


def describe_unscored(unscored: MeanSums, scored: MeanSums) -> InsightResult:
    """Return the comparison as a finding and a table of both sides."""
    if unscored.n == 0:
        none = "Nobody wrote a text that was read."
        all_scored = f"All {scored.n:,} who wrote gave a score as well."
        return InsightResult(
            name=NAME, title=TITLE, status="not_applicable", note=all_scored if scored.n else none
        )
    found = compare_unscored(unscored, scored)
    table: tuple[dict[str, Value], ...] = (
        _row("unscored", found.unscored),
        _row("scored", found.scored),
    )
    words = interval_text(found.unscored, "mean", counted="people who wrote and gave no score")
    note = (
        f"Predicted satisfaction, 1 to 5, read from the text: {words}. It is no CSAT and is mixed "
        "with none."
    )
    if scored.n == 0:
        note = f"{note[:-1]}; nobody who wrote gave a score to set it beside."
        return InsightResult(name=NAME, title=TITLE, status="ok", note=note, table=table)
    delta = found.difference
    if delta is not None:
        table += (
            {
                "who": "difference",
                "predicted": delta.value,
                "low": delta.low,
                "high": delta.high,
                "n": unscored.n + scored.n,
                "p_value": delta.p_value,
                "verdict": found.verdict,
            },
        )
    few = found.verdict == "not_enough_data"
    return InsightResult(
        name=NAME,
        title=TITLE,
        status="not_enough_data" if few else "ok",
        note=note,
        findings=() if delta is None else (_finding(found, delta, unscored.n + scored.n),),
        table=table,
    )


def _row(who: str, e: Estimate) -> dict[str, Value]:
    return {
        "who": who,
        "predicted": e.value,
        "low": e.low,
        "high": e.high,
        "n": e.n,
        "p_value": None,
        "verdict": None,
    }


def _finding(found: UnscoredSatisfaction, delta: Difference, n: int) -> Finding:
    few = found.verdict == "not_enough_data"
    words = {
        "real": "so the scores given do not speak for all",
        "noise": "within chance",
        "not_enough_data": f"too few to say (fewer than {MIN_RELIABLE_N} on a side)",
    }
    unscored = interval_text(found.unscored, "mean", counted="people")
    scored = interval_text(found.scored, "mean", counted="people")
    signed = Unit(decimals=2, signed=True)
    return Finding(
        insight=NAME,
        sentence=(
            "Those who wrote but gave no score have a predicted satisfaction (1 to 5) of "
            f"{unscored}, those who gave one {scored}, both read from their text: a difference of "
            f"{format_value(delta.value, signed)} (95% interval "
            f"{format_interval(delta.low, delta.high, signed)}), {words[found.verdict]}."
        ),
        verdict=found.verdict,
        importance=min(found.unscored.n / n * abs(delta.value) / (HIGHEST - LOWEST), 1.0),
        p_value=None if few else delta.p_value,
        n=found.unscored.n,
        n_needed=None if found.verdict == "real" else delta.n_needed,
        estimate=found.unscored,
        unit="mean",
    )
