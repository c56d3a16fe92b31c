"""What a theme adds to a score, by hand, against a linearisation and by its laws."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from cxnlp.metrics.nps import nps
from cxnlp.metrics.theme_impact import ThemeImpact, theme_impacts

NPS = (-100.0, 100.0)


def _one(points: object, theme: object, **options: object) -> ThemeImpact:
    settings: dict[str, object] = {"scale": NPS, "n_resamples": 200, **options}
    return theme_impacts(points, np.asarray(theme)[:, None], **settings)[0]  # type: ignore[arg-type]


def test_hand_worked() -> None:
    # 5 promoters, 2 passives, 3 detractors: +20. Two detractors and a promoter name the theme:
    # 3 (-33.3 - 20)/(10 - 3) = -22.9, from +42.9 without them.
    points = [100, 100, 100, 100, 100, 0, 0, -100, -100, -100]
    found = _one(points, [1, 0, 0, 0, 0, 0, 0, 1, 1, 0])
    assert found.impact.value == pytest.approx(3 * (-100 / 3 - 20) / 7)
    assert found.impact.value == pytest.approx(20 - 300 / 7)
    assert (found.score_with, found.score_without) == pytest.approx((-100 / 3, 300 / 7))
    assert (found.n_theme, found.impact.n, found.status) == (3, 10, "ok")


def test_weights_are_people() -> None:
    points, theme = np.array([100.0, 0, -100, 100]), np.array([0, 1, 1, 0], dtype=bool)
    times = [1, 2, 3, 2]
    weighted = _one(points, theme, weight=times)
    repeated = _one(np.repeat(points, times), np.repeat(theme, times))
    assert weighted.impact.value == pytest.approx(repeated.impact.value)
    assert weighted.impact.n == 4


def test_it_is_the_score_of_all_less_that_of_the_others() -> None:
    rng = np.random.default_rng(5)
    ratings, theme = rng.integers(0, 11, 300), rng.random(300) < 0.3
    points = np.where(ratings >= 9, 100, np.where(ratings <= 6, -100, 0))
    others = nps(int(r) for r in ratings[~theme]).value
    everyone = nps(int(r) for r in ratings).value
    assert _one(points, theme).impact.value == pytest.approx(everyone - others)


def test_the_interval_is_that_of_linearisation() -> None:
    # impact = S - S_rest; the influence of one answer is (c - S)/N - (1 - t)(c - S_rest)/N_rest.
    rng = np.random.default_rng(9)
    theme = rng.random(2000) < 0.2
    points = rng.choice([-100.0, 0, 100], 2000, p=(0.3, 0.2, 0.5)) - 20 * theme
    found = _one(points, theme, scale=(-120, 100), n_resamples=2000)
    rest = ~theme
    influence = (points - points.mean()) / 2000 - rest * (points - points[rest].mean()) / rest.sum()
    error = np.sqrt((influence**2).sum())
    assert found.impact.low == pytest.approx(found.impact.value - 1.96 * error, rel=0.06)
    assert found.impact.high == pytest.approx(found.impact.value + 1.96 * error, rel=0.12)


def test_the_p_value_is_that_of_welch() -> None:
    rng = np.random.default_rng(2)
    theme = rng.random(400) < 0.25
    points = rng.normal(50, 20, 400) - 4 * theme
    oracle = ttest_ind(points[theme], points[~theme], equal_var=False)
    found = _one(points, theme, scale=(-100, 200))
    assert found.p_value == pytest.approx(oracle.pvalue, rel=1e-6)


@pytest.mark.parametrize(
    ("points", "theme", "status"),
    [
        ([100, -100, 0], [0, 0, 0], "no_mention"),
        ([100, -100, 0], [1, 1, 1], "always_mentioned"),
        ([100, 100, 100], [1, 0, 0], "all_equal"),
        ([100], [1], "always_mentioned"),
        ([100], [0], "no_mention"),
        ([], [], "no_mention"),
    ],
)
def test_undefined_is_said(points: list[int], theme: list[int], status: str) -> None:
    found = _one(points, np.array(theme, dtype=bool))
    assert (found.status, found.impact.value, found.p_value) == (status, None, None)
    assert found.impact.n == len(points)


def test_a_theme_of_one_answer_is_not_significant() -> None:
    found = _one([100, 100, 0, -100, 100], [0, 0, 0, 1, 0])
    assert found.p_value is not None
    assert found.p_value > 0.05


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([-100, 0, 100]), st.booleans(), st.floats(0.2, 5)),
        min_size=1,
        max_size=30,
    )
)
def test_laws(answers: list[tuple[int, bool, float]]) -> None:
    points, theme, weight = map(np.array, zip(*answers, strict=True))
    found = _one(points, theme, weight=weight, n_resamples=30)
    if found.status != "ok":
        assert found.impact.value is None
        return
    e = found.impact
    assert e.value is not None
    assert e.low is not None
    assert e.high is not None
    assert e.low <= e.value <= e.high
    assert abs(e.value) <= 200
    # The share that mentions it, times the distance between those who do and those who do not.
    gap = (found.score_with or 0) - (found.score_without or 0)
    assert e.value == pytest.approx(weight[theme].sum() / weight.sum() * gap, abs=1e-6)
    turned = _one(-points, theme, weight=weight, n_resamples=30)
    assert turned.impact.value == pytest.approx(-e.value, abs=1e-6)
    assert 0 <= (found.p_value or 0) <= 1


def test_a_thousand_resamples_of_20_000_answers_and_21_themes_take_under_two_seconds() -> None:
    rng = np.random.default_rng(0)
    themes = rng.random((20_000, 21)) < 0.1
    start = time.perf_counter()
    theme_impacts(rng.choice([-100.0, 0, 100], 20_000), themes, scale=NPS)
    assert time.perf_counter() - start < 2


@pytest.mark.slow
def test_the_interval_covers_the_truth() -> None:
    rng = np.random.default_rng(4)
    covered, false = 0, 0
    for _ in range(300):
        theme = rng.random(300) < 0.2
        points = np.where(rng.random(300) < np.where(theme, 0.4, 0.6), 100.0, -100.0)
        e = _one(points, theme).impact
        covered += (e.low or 0) <= 0.2 * 100 * 2 * (0.4 - 0.6) <= (e.high or 0)
        idle = _one(points, rng.random(300) < 0.2)
        false += (idle.p_value or 0) < 0.05
    assert covered / 300 == pytest.approx(0.95, abs=0.035)
    assert false / 300 == pytest.approx(0.05, abs=0.035)
