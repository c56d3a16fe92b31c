"""Which themes the headline score is higher or lower with: points gained and lost by theme."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxnlp.insights.data import InsightData, Respondents
from cxnlp.insights.finding import Finding, InsightResult, Value, Verdict, Where
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.outcome import (
    MIN_MENTIONS,
    UNSPECIFIC,
    Outcome,
    outcome_of,
    sample_words,
    scored_respondents,
    theme_words,
)
from cxnlp.labels import TOPICS
from cxnlp.metrics.estimate import MIN_RELIABLE_N
from cxnlp.metrics.false_discovery import real_differences
from cxnlp.metrics.numbers import Unit, format_interval, format_n, format_value
from cxnlp.metrics.theme_impact import ThemeImpact, theme_impacts

NAME = "theme_impact"
TITLE = "Themes and the points they go with"

_SAID = {"any": "mention {}", "negative": "complain about {}", "positive": "praise {}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidTheme:
    """A theme said in one way, and its impact."""

    topic: str
    said: str  # "any" way, "negative" or "positive"
    impact: ThemeImpact


def find_theme_impacts(
    outcome: Outcome, people: Respondents, *, seed: int = 0
) -> tuple[SaidTheme, ...]:
    """Return the impact of each theme, and of each said negatively and positively.

    Only those that at least 10 respondents mention; the largest loss first.
    """
    keys: list[tuple[str, str]] = []
    columns: list[NDArray[np.bool_]] = []
    for j, topic in enumerate(TOPICS):
        present, polarity = people.topics[:, j], people.polarity[:, j]
        ways = {
            "any": present,
            "negative": present & (polarity < 0),
            "positive": present & (polarity > 0),
        }
        for said, column in ways.items():
            if int(column.sum()) >= MIN_MENTIONS:
                keys.append((topic, said))
                columns.append(column)
    if not columns:
        return ()
    found = theme_impacts(
        outcome.points,
        np.column_stack(columns),
        scale=outcome.scale,
        weight=people.weight,
        seed=seed,
    )
    better = 1 if outcome.higher_is_better else -1
    themes = [
        SaidTheme(topic=topic, said=said, impact=impact)
        for (topic, said), impact in zip(keys, found, strict=True)
    ]
    return tuple(sorted(themes, key=lambda t: better * (t.impact.impact.value or 0.0)))


def theme_verdicts(themes: tuple[SaidTheme, ...]) -> tuple[Verdict, ...]:
    """Return a verdict each: 30 respondents with the theme and 30 without it are enough.

    Where nothing is tested (all answers equal, or everybody mentions it) there is not enough data.
    """
    p_values = [_tested(theme.impact) for theme in themes]
    real = iter(real_differences([p for p in p_values if p is not None]))
    return tuple(
        "not_enough_data" if p is None else "real" if next(real) else "noise" for p in p_values
    )


def _tested(impact: ThemeImpact) -> float | None:
    few = min(impact.n_theme, impact.impact.n - impact.n_theme) < MIN_RELIABLE_N
    return None if few else impact.p_value


def run(data: InsightData, options: InsightOptions) -> InsightResult:
    """Hold the headline score of all who wrote against that without each theme."""
    found = scored_respondents(data, name=NAME, title=TITLE)
    if isinstance(found, InsightResult):
        return found
    people, definition = found
    return describe_theme_impacts(outcome_of(people, definition), people, seed=options.seed)


def describe_theme_impacts(
    outcome: Outcome, people: Respondents, *, seed: int = 0
) -> InsightResult:
    """Return the impacts as findings, and all of them as a table."""
    who = sample_words(people)
    if len(outcome.points) == 0 or np.ptp(outcome.points) == 0:
        note = f"All of {who} count alike in {outcome.name}, so it goes with no theme."
        return InsightResult(name=NAME, title=TITLE, status="not_applicable", note=note)
    themes = find_theme_impacts(outcome, people, seed=seed)
    if not themes:
        note = f"No theme is mentioned by {MIN_MENTIONS} or more of {who}."
        return InsightResult(name=NAME, title=TITLE, status="not_enough_data", note=note)
    verdicts = theme_verdicts(themes)
    n_of = {(t.topic, t.said): t.impact.n_theme for t in themes}
    findings = tuple(
        _finding(theme, verdict, outcome)
        for theme, verdict in zip(themes, verdicts, strict=True)
        if theme.impact.status == "ok" and theme.topic != UNSPECIFIC and not _is_repeat(theme, n_of)
    )
    note = (
        f"{outcome.name} of {who}, minus that without those who mention a theme; themes with fewer "
        f"than {MIN_MENTIONS} mentions are left out, and no finding is made of general experience, "
        "which restates the score. Association, not cause."
    )
    return InsightResult(
        name=NAME,
        title=TITLE,
        status="ok",
        note=note,
        findings=findings,
        table=tuple(
            _row(theme, verdict, outcome) for theme, verdict in zip(themes, verdicts, strict=True)
        ),
    )


def _is_repeat(theme: SaidTheme, n_of: dict[tuple[str, str], int]) -> bool:
    """Tell whether a theme is only ever said in one way, of which another finding speaks."""
    return theme.said == "any" and any(
        n_of.get((theme.topic, said)) == theme.impact.n_theme for said in ("negative", "positive")
    )


def _finding(theme: SaidTheme, verdict: Verdict, outcome: Outcome) -> Finding:
    impact = theme.impact
    value = impact.impact.value or 0.0
    worse = (value < 0) == outcome.higher_is_better
    sentiment = "negative" if worse else "positive"
    return Finding(
        insight=NAME,
        sentence=_sentence(theme, verdict, outcome),
        verdict=verdict,
        importance=min(abs(value) / outcome.span, 1.0),
        p_value=None if verdict == "not_enough_data" else impact.p_value,
        n=impact.n_theme,
        n_needed=None if verdict == "real" else impact.n_needed,
        estimate=impact.impact,
        unit=outcome.unit,
        where=Where(topic=theme.topic, sentiment=sentiment if theme.said == "any" else theme.said),
    )


def _sentence(theme: SaidTheme, verdict: Verdict, outcome: Outcome) -> str:
    impact, unit = theme.impact, outcome.format
    signed = Unit(decimals=unit.decimals, signed=True)
    e = impact.impact
    value, low, high = e.value or 0.0, e.low or 0.0, e.high or 0.0
    who = _SAID[theme.said].format(theme_words(theme.topic))
    size = f"{format_value(abs(value), unit)}{outcome.suffix}"
    interval = f"95% interval {format_interval(low, high, signed)}"
    if verdict != "real":
        few = "too few to say" if verdict == "not_enough_data" else "within chance"
        return (
            f"The {format_n(impact.n_theme)} of {format_n(e.n)} respondents who {who} move "
            f"{outcome.name} by {format_value(value, signed)}{outcome.suffix} ({interval}): {few}."
        )
    means = Unit(decimals=unit.decimals, signed=outcome.scale[0] < 0)
    return (
        f"With the {format_n(impact.n_theme)} of {format_n(e.n)} respondents who {who}, "
        f"{outcome.name} is {size} {'lower' if value < 0 else 'higher'} than without them "
        f"({interval}): they are at {format_value(impact.score_with or 0.0, means)}, all others at "
        f"{format_value(impact.score_without or 0.0, means)}."
    )


def _row(theme: SaidTheme, verdict: Verdict, outcome: Outcome) -> dict[str, Value]:
    impact = theme.impact
    return {
        "topic": theme.topic,
        "said": theme.said,
        "n_mentions": impact.n_theme,
        "n": impact.impact.n,
        "impact": impact.impact.value,
        "low": impact.impact.low,
        "high": impact.impact.high,
        "score": outcome.name,
        "unit": outcome.unit,
        "higher_is_better": outcome.higher_is_better,
        "score_with": impact.score_with,
        "score_without": impact.score_without,
        "p_value": impact.p_value,
        "verdict": verdict,
        "n_needed": impact.n_needed,
        "status": impact.status,
    }
