"""Which themes explain the headline score, and how well each is doing: what to fix first."""

from __future__ import annotations

from cxnlp.insights.data import InsightData, Respondents
from cxnlp.insights.driver_matrix import (
    ANSWERS_PER_COLUMN,
    PlacedDriver,
    Quadrant,
    ThemeDrivers,
    place_drivers,
    theme_drivers,
)
from cxnlp.insights.finding import Finding, InsightResult, Value, Where
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.outcome import (
    MIN_MENTIONS,
    Outcome,
    outcome_of,
    sample_words,
    scored_respondents,
    theme_words,
)
from cxnlp.insights.wording import interval_text
from cxnlp.metrics.numbers import PERCENT, POINTS, describe, describe_interval, format_n
from cxnlp.metrics.relative_importance import RelativeImportance, relative_importance

NAME = "relative_importance"
TITLE = "What the score goes with, and how it is doing"

_QUADRANT_WORDS: dict[Quadrant, str] = {
    "fix first": "fix it first",
    "keep up": "keep it up",
    "watch": "watch it",
    "nice to have": "nice to have",
}


def run(data: InsightData, options: InsightOptions) -> InsightResult:
    """Share out what themes explain of the headline score."""
    found = scored_respondents(data, name=NAME, title=TITLE)
    if isinstance(found, InsightResult):
        return found
    people, definition = found
    return describe_importance(outcome_of(people, definition), people, seed=options.seed)


def describe_importance(outcome: Outcome, people: Respondents, *, seed: int = 0) -> InsightResult:
    """Return the drivers as findings, and their matrix as a table."""
    who = sample_words(people)
    themes = theme_drivers(people)
    found = relative_importance(themes.columns, people.value, weight=people.weight, seed=seed)
    if found.status != "ok":
        why = {
            "all_equal": f"All of {who} gave the same score, so there is nothing to explain.",
            "no_drivers": f"No theme is praised or complained about by {MIN_MENTIONS} or more of "
            f"{who}, or all say the same.",
            "too_few": f"{who[:1].upper()}{who[1:]} are too few to tell themes apart.",
        }
        return InsightResult(
            name=NAME,
            title=TITLE,
            status="not_applicable" if found.status == "all_equal" else "not_enough_data",
            note=why[found.status],
        )
    placed = place_drivers(found, people)
    return InsightResult(
        name=NAME,
        title=TITLE,
        status="ok",
        note=_note(found, themes, who, outcome),
        findings=tuple(_finding(p, found, themes, outcome, people) for p in placed),
        table=tuple(_row(p, found, themes) for p in placed),
    )


def _note(found: RelativeImportance, themes: ThemeDrivers, who: str, outcome: Outcome) -> str:
    how = "Shapley (LMG) shares" if found.method == "shapley" else "Johnson's relative weights"
    r2 = interval_text(found.r2, "mean", counted="respondents")
    parts = [
        f"{how} of R² = {r2} between what {len(found.drivers)} themes are said to be and "
        f"the answer behind {outcome.name}, of {who}; association, not cause"
    ]
    if found.p_value is None or found.p_value >= 0.05:
        parts.append("taken together the themes explain no more than chance would")
    left_out = {
        f"fewer than {MIN_MENTIONS} mentions of praise or complaint": themes.rare,
        f"fewer than {ANSWERS_PER_COLUMN} respondents to a column": themes.beyond,
        "the same for all": found.constant,
    }
    parts += [
        f"left out ({why}): {', '.join(map(theme_words, topics))}"
        for why, topics in left_out.items()
        if topics
    ]
    if found.collinear:
        names = ", ".join(map(theme_words, found.collinear))
        parts.append(f"always said together, so that their parts cannot be told apart: {names}")
    return "; ".join(parts) + "."


def _finding(
    placed: PlacedDriver,
    found: RelativeImportance,
    themes: ThemeDrivers,
    outcome: Outcome,
    people: Respondents,
) -> Finding:
    driver = placed.driver
    bad = placed.quadrant in ("fix first", "watch")
    return Finding(
        insight=NAME,
        sentence=_sentence(placed, found, outcome),
        verdict=placed.verdict,
        importance=_size(placed, themes, people),
        p_value=None if placed.verdict == "not_enough_data" else driver.p_value,
        n=placed.n_mentions,
        estimate=driver.share,
        unit="percent",
        where=Where(topic=driver.name, sentiment="negative" if bad else "positive"),
    )


def _size(placed: PlacedDriver, themes: ThemeDrivers, people: Respondents) -> float:
    """Return the share of respondents concerned times the coefficient as a share of the scale."""
    n_of = {"negative": placed.n_negative, "positive": placed.n_positive}
    sides = themes.sides[placed.driver.name]
    pairs = zip(sides, placed.driver.coefficients, strict=False)
    moved = sum(n_of[side] * abs(coefficient) for side, coefficient in pairs)
    span = people.scale_max - people.scale_min
    return float(min(moved / len(people.value) / span, 1.0)) if span > 0 else 0.0


def _sentence(placed: PlacedDriver, found: RelativeImportance, outcome: Outcome) -> str:
    driver = placed.driver
    name = theme_words(driver.name)
    share = f"{describe(driver.share, PERCENT)} (95% interval " + (
        f"{describe_interval(driver.share, PERCENT)}, {format_n(placed.n_mentions)} of "
        f"{format_n(driver.share.n)} respondents mention it)"
    )
    if placed.verdict != "real":
        few = "too few to say" if placed.verdict == "not_enough_data" else "within chance"
        return (
            f"{name[:1].upper()}{name[1:]} takes {share} of what themes explain of "
            f"{outcome.name}: {few}."
        )
    net = f"{describe(placed.performance, POINTS)}"
    interval = describe_interval(placed.performance, POINTS)
    return (
        f"{name[:1].upper()}{name[1:]} goes with {share} of what themes explain of {outcome.name} "
        f"(R² {found.r2.value or 0.0:.2f}), at a net sentiment of {net} (95% interval {interval}): "
        f"{_QUADRANT_WORDS[placed.quadrant]}."
    )


def _row(placed: PlacedDriver, found: RelativeImportance, themes: ThemeDrivers) -> dict[str, Value]:
    driver, net = placed.driver, placed.performance
    pairs = dict(zip(themes.sides[driver.name], driver.coefficients, strict=False))
    return {
        "topic": driver.name,
        "n_mentions": placed.n_mentions,
        "n_negative": placed.n_negative,
        "n_positive": placed.n_positive,
        "share_of_r2": driver.share.value,
        "low": driver.share.low,
        "high": driver.share.high,
        "r2_part": driver.r2,
        "coefficient_negative": pairs.get("negative"),
        "coefficient_positive": pairs.get("positive"),
        "p_value": driver.p_value,
        "verdict": placed.verdict,
        "performance": net.value,
        "performance_low": net.low,
        "performance_high": net.high,
        "quadrant": placed.quadrant,
        "importance_line": placed.importance_line,
        "performance_line": placed.performance_line,
        "method": found.method,
        "r2": found.r2.value,
        "r2_low": found.r2.low,
        "r2_high": found.r2.high,
        "n": driver.share.n,
    }
