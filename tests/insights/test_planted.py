"""What was planted is found, and what was not is not claimed."""

from __future__ import annotations

from collections import Counter

import pytest

from cxnlp.insights.collect import Collected, collect
from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import Finding, Where
from cxnlp.insights.options import InsightOptions
from tests.insights.planted import TRUTH, Planted, data_of, plant_nothing

N_SIMULATIONS = 200
MOST_FALSE = 0.05

# What is true of every file made here, planted or not: words follow scores, and chats start badly.
_TRUE = {("conflicts", Where()), ("conversations", Where())}


@pytest.fixture(scope="module")
def collected(planted_data: InsightData) -> Collected:
    return collect(planted_data, InsightOptions())


def _real(collected: Collected, name: str) -> list[Finding]:
    (result,) = (result for result in collected.results if result.name == name)
    assert result.status == "ok"
    return [finding for finding in result.findings if finding.verdict == "real"]


def _compared(data: InsightData, compare: str) -> Counter[str | None]:
    """Return how often a comparison is called real at each touchpoint, None for all together."""
    options = InsightOptions(compare=compare)
    return Counter(f.where.touchpoint for f in _real(collect(data, options), "changes"))


@pytest.mark.parametrize("name", ["relative_importance", "theme_impact"])
def test_the_planted_drivers_are_found_and_no_others(collected: Collected, name: str) -> None:
    topics = [finding.where.topic for finding in _real(collected, name)]
    assert topics[0] == max(TRUTH.drivers, key=lambda topic: TRUTH.drivers[topic])
    assert set(topics) == set(TRUTH.drivers)
    assert set(topics).isdisjoint(TRUTH.idle)


def test_importance_is_shared_as_planted(collected: Collected) -> None:
    (result,) = (r for r in collected.results if r.name == "relative_importance")
    shares = {row["topic"]: row["share_of_r2"] for row in result.table}
    stronger, weaker = (TRUTH.drivers[t] ** 2 for t in ("staff_service", "wait_time_speed"))
    # Themes are as frequent as each other, so each explains by the square of what it moves.
    share = shares["staff_service"]
    scale = 100 if isinstance(share, float) and share > 1 else 1
    assert share == pytest.approx(scale * stronger / (stronger + weaker), abs=0.12 * scale)


def test_the_planted_change_is_found_where_it_is(collected: Collected) -> None:
    touchpoint, period, _ = TRUTH.changed
    real = _real(collected, "changes")
    places = {finding.where.touchpoint for finding in real}
    assert places == {touchpoint, None}  # and in the whole, of which it is a third
    assert {finding.where.period for finding in real} == {period}
    assert any("NPS" in f.sentence and f.where.touchpoint == touchpoint for f in real)


def test_the_planted_group_differs_and_the_idle_one_does_not(planted_data: InsightData) -> None:
    segment, worse, _ = TRUTH.worse_group
    assert _compared(planted_data, f"{segment}={worse},south")[None] > 0
    arms = collect(planted_data, InsightOptions(compare=f"{TRUTH.idle_segment}=a,b"))
    assert _real(arms, "ab_test") == []


def test_the_planted_pain_point_is_the_first_and_only_one(collected: Collected) -> None:
    touchpoints = [(f.where.touchpoint, f.where.topic) for f in _real(collected, "pain_points")]
    assert touchpoints == [(TRUTH.pain_point[0], None)]


def test_the_planted_channel_gap_is_found_and_no_other(collected: Collected) -> None:
    touchpoint, channel, _ = TRUTH.channel_gap
    (finding,) = _real(collected, "channel_consistency")
    assert finding.where.touchpoint == touchpoint
    assert f"lowest in {channel}" in finding.sentence


def test_the_planted_contradictions_are_in_the_queue(
    collected: Collected, planted: Planted
) -> None:
    (result,) = (r for r in collected.results if r.name == "conflicts")
    queue = {row["row"] for row in result.table}
    # Chats are read by their turns, so only comments can be held against the planted list.
    written = {i for i in planted.complaining_promoters if not planted.rows[i].get("turns")}
    assert len(written) > 5
    # The queue lists the hundred strongest, so a weak one may be missing.
    assert len(written & queue) >= 0.9 * len(written)


def test_the_planted_theme_is_found(collected: Collected) -> None:
    words = set(TRUTH.theme.split())
    themes = [f.sentence for f in _real(collected, "unlisted_themes")]
    assert any(words & set(sentence.replace("”", " ").split()) for sentence in themes)
    rising = [f for f in _real(collected, "unusual_words") if TRUTH.theme in f.sentence]
    assert [f.where.period for f in rising] == ["2024-Q4"]


def test_the_planted_recovery_is_found(collected: Collected) -> None:
    touchpoint, rate, _ = TRUTH.recovers
    real = _real(collected, "conversations")
    (better,) = (
        f for f in real
        if f.estimate is not None and f.estimate.value is not None
        and f.where.touchpoint is not None and f.estimate.value > 50
    )  # fmt: skip
    assert better.where.touchpoint == touchpoint
    assert better.estimate is not None
    assert better.estimate.low is not None
    assert better.estimate.high is not None
    assert better.estimate.low < 100 * rate < better.estimate.high


def test_the_silent_are_known_to_be_less_satisfied(collected: Collected) -> None:
    assert len(_real(collected, "unscored_satisfaction")) == 1


def test_the_three_things_are_true(collected: Collected) -> None:
    assert len(collected.three) == 3
    pain = [f for f in collected.three if f.where.touchpoint == TRUTH.pain_point[0]]
    assert pain
    assert all(finding.evidence for finding in pain)
    assert all(f.where.topic not in TRUTH.idle for f in collected.three)


@pytest.mark.slow
def test_nothing_is_claimed_where_nothing_was_planted() -> None:
    """Count verdicts over reports on files in which all differences are chance."""
    claims: Counter[str] = Counter()
    n_verdicts = n_reports_with_claims = 0
    for seed in range(N_SIMULATIONS):
        found = collect(data_of(plant_nothing(600, seed=seed).rows), InsightOptions())
        findings = [
            f for r in found.results for f in r.findings if (r.name, f.where) not in _TRUE
        ]  # fmt: skip
        n_verdicts += sum(f.verdict != "not_enough_data" for f in findings)
        false = [f.insight for f in findings if f.verdict == "real"]
        claims.update(false)
        n_reports_with_claims += bool(false)
    assert n_verdicts > 20 * N_SIMULATIONS
    assert sum(claims.values()) / n_verdicts <= MOST_FALSE, claims
    # One correction holds over a report, so a whole report is seldom wrong either.
    assert n_reports_with_claims <= MOST_FALSE * N_SIMULATIONS, claims
