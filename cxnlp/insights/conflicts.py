"""Where score and words contradict each other: promoters who complain, detractors who praise."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from cxnlp.insights.contradictions import (
    Bins,
    Conflict,
    bin_table,
    conflict_queue,
    score_bins,
    text_bins,
)
from cxnlp.insights.data import InsightData, Respondents
from cxnlp.insights.finding import Finding, InsightResult, Value, Verdict, Where
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.outcome import sample_words, scored_respondents
from cxnlp.insights.wording import interval_text
from cxnlp.journey.summary import MetricDefinition
from cxnlp.metrics.agreement import Agreement, agreement, spearman
from cxnlp.metrics.difference import Difference
from cxnlp.metrics.estimate import MIN_SHOWN_N, Estimate
from cxnlp.metrics.newcombe import ShareCounts, share_difference
from cxnlp.metrics.numbers import PERCENT, Unit, describe, format_interval, format_n, format_value
from cxnlp.metrics.share import share
from cxnlp.metrics.verdict import verdicts

NAME = "conflicts"
TITLE = "Scores that contradict the words beside them"

QUEUE_LENGTH = 100
SHOWN_ROWS = 5
# Below this score and text are as good as unrelated, and every conflict may be one by chance.
_RELATED = 0.001


def run(data: InsightData, options: InsightOptions) -> InsightResult:
    """Hold the headline score against the text of each respondent."""
    found = scored_respondents(data, name=NAME, title=TITLE)
    if isinstance(found, InsightResult):
        return found
    people, definition = found
    return describe_conflicts(people, definition, seed=options.seed, names=data.touchpoint_names)


def describe_conflicts(
    people: Respondents,
    definition: MetricDefinition,
    *,
    seed: int = 0,
    names: Mapping[str, str] | None = None,
) -> InsightResult:
    """Return how far score and text agree, how many contradict, and the queue as a table."""
    score = score_bins(people.value, definition)
    text = text_bins(people.sentiment_score, people.polarity)
    found = agreement(bin_table(score, text), seed=seed)
    queue = conflict_queue(people, definition, score, text)
    who = sample_words(people)
    if found.status != "ok":
        note = f"The scores or the texts of {who} are all alike, so there is no agreement to tell."
        return InsightResult(
            name=NAME, title=TITLE, status="not_applicable", note=note, table=_table(queue)
        )
    p_value = _p_value(found.spearman)
    listed = f", of which {QUEUE_LENGTH} are listed" if len(queue) > QUEUE_LENGTH else ""
    note = (
        f"Score and text of {who}, each in three bins: quadratic-weighted kappa "
        f"{_interval(found.kappa)}, Spearman {_interval(found.spearman)}, without bins "
        f"{_interval(spearman(people.value * _direction(definition), people.sentiment_score))}; "
        f"{format_n(len(queue))} contradict each other outright{listed}, the strongest first."
    )
    kinds = ("promoter_complains", "detractor_praises")
    findings = [_agreement_finding(found, p_value)]
    findings += [
        f for kind in kinds if (f := _kind_finding(kind, queue, score, definition, p_value))
    ]
    findings += _touchpoint_findings(people, np.abs(score - text) == 2, names or {})
    return InsightResult(
        name=NAME,
        title=TITLE,
        status="ok",
        note=note,
        findings=tuple(findings),
        table=_table(queue),
    )


def _direction(definition: MetricDefinition) -> float:
    return 1.0 if definition.higher_is_better else -1.0


def _interval(e: Estimate) -> str:
    if e.value is None or e.low is None or e.high is None:
        return "undefined"
    return f"{e.value:.2f} ({e.low:.2f} to {e.high:.2f})"


def _p_value(correlation: Estimate) -> float:
    """Return that of no rank correlation, by Student's t."""
    r, freedom = correlation.value or 0.0, correlation.n - 2
    if abs(r) >= 1 - 1e-12:
        return 0.0
    return float(2 * stdtr(freedom, -abs(r) * np.sqrt(freedom / (1 - r * r))))


def _agreement_finding(found: Agreement, p_value: float) -> Finding:
    real = p_value < 0.05
    how = "go together" if (found.spearman.value or 0.0) > 0 else "contradict each other"
    claim = f"Scores and words {how}" if real else "Scores and words are as good as unrelated"
    return Finding(
        insight=NAME,
        sentence=(
            f"{claim}: quadratic-weighted kappa is "
            f"{interval_text(found.kappa, 'mean', counted='respondents')}, 1 being full agreement "
            "and 0 chance."
        ),
        verdict="real" if real else "noise",
        # It tells how far to trust the two, and nothing of the customers.
        importance=0.0,
        p_value=p_value,
        n=found.kappa.n,
        estimate=found.kappa,
        unit="mean",
    )


def _kind_finding(
    kind: str,
    queue: tuple[Conflict, ...],
    score: Bins,
    definition: MetricDefinition,
    p_value: float,
) -> Finding | None:
    chosen = [c for c in queue if c.kind == kind]
    if not chosen:
        return None
    complains = kind == "promoter_complains"
    of = int((score == (2 if complains else 0)).sum())
    e = share(len(chosen), of)
    nps = definition.kind == "nps"
    who = {
        (True, True): "promoters",
        (True, False): "respondents with a score in the best third",
        (False, True): "detractors",
        (False, False): "respondents with a score in the worst third",
    }[complains, nps]
    strong = sum(c.is_strong for c in chosen)
    # A score of 6 beside faint praise is a mild opinion, not a contradiction.
    verdict: Verdict = "real" if p_value < _RELATED and strong >= MIN_SHOWN_N else "noise"
    why = f"; {format_n(strong)} of them with both far from the middle"
    if p_value >= _RELATED:
        why += ", but score and words are hardly related in these data"
    if len(chosen) < MIN_SHOWN_N:
        verdict, why = "not_enough_data", "; too few to say more"
    strength = sum(c.strength for c in chosen) / len(chosen)
    return Finding(
        insight=NAME,
        sentence=(
            f"{format_n(len(chosen))} of {format_n(of)} {who} "
            f"{'complain' if complains else 'praise'} in their words ({describe(e, PERCENT)}, 95% "
            f"interval {format_interval(e.low or 0.0, e.high or 0.0, PERCENT)}){why}."
        ),
        verdict=verdict,
        importance=len(chosen) / len(score) * strength,
        n=len(chosen),
        estimate=e,
        unit="percent",
        where=Where(sentiment="negative" if complains else "positive"),
        evidence=tuple(c.row for c in chosen[:SHOWN_ROWS]),
    )


def _touchpoint_findings(
    people: Respondents, conflict: NDArray[np.bool_], displayed: Mapping[str, str]
) -> list[Finding]:
    """Return where conflicts are more, or fewer, than at all other touchpoints together."""
    names = sorted({str(t) for t in people.touchpoint if t is not None})
    if len(names) < 2:
        return []
    groups = [people.touchpoint == name for name in names]
    tests = [
        share_difference(_counts(conflict[group]), _counts(conflict[~group])) for group in groups
    ]
    return [
        _touchpoint_finding(name, group, conflict, test, verdict, people, displayed.get(name, name))
        for name, group, test, verdict in zip(names, groups, tests, verdicts(tests), strict=True)
        if test is not None and verdict != "not_enough_data"
    ]


def _counts(conflict: NDArray[np.bool_]) -> ShareCounts:
    return ShareCounts(successes=int(conflict.sum()), n=len(conflict))


def _touchpoint_finding(
    name: str,
    group: NDArray[np.bool_],
    conflict: NDArray[np.bool_],
    test: Difference,
    verdict: Verdict,
    people: Respondents,
    displayed: str,
) -> Finding:
    e = share(int(conflict[group].sum()), int(group.sum()))
    gap = format_value(test.value, Unit(signed=True))
    interval = format_interval(test.low, test.high, Unit(signed=True))
    more = "more" if test.value > 0 else "fewer"
    end = f"{more} than elsewhere" if verdict == "real" else "within chance"
    strongest = sorted(
        np.flatnonzero(group & conflict),
        key=lambda i: (-abs(people.sentiment_score[i]), people.row[i]),
    )
    return Finding(
        insight=NAME,
        sentence=(
            f"At {displayed}, score and words contradict each other in "
            f"{interval_text(e, 'percent', counted='respondents')}, {gap} points against all "
            f"others (95% interval {interval}): {end}."
        ),
        verdict=verdict,
        importance=float(group.mean()) * abs(test.value) / 100,
        p_value=test.p_value,
        n=e.n,
        n_needed=None if verdict == "real" else test.n_needed,
        estimate=e,
        unit="percent",
        where=Where(touchpoint=name),
        evidence=tuple(int(people.row[i]) for i in strongest[:SHOWN_ROWS]),
    )


def _table(queue: tuple[Conflict, ...]) -> tuple[dict[str, Value], ...]:
    return tuple(
        {
            "row": c.row,
            "kind": c.kind,
            "score": c.score,
            "sentiment_score": c.sentiment_score,
            "strength": c.strength,
            "is_strong": c.is_strong,
        }
        for c in queue[:QUEUE_LENGTH]
    )
