from __future__ import annotations

import itertools
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.load.schedule import Phase, even_times, poisson_times, rising_rates

PHASES = st.lists(
    st.builds(Phase, rate=st.floats(0.1, 200), seconds=st.floats(0, 3)), min_size=1, max_size=4
)


@given(PHASES)
def test_times_rise_and_stay_within_their_phases(phases: list[Phase]) -> None:
    times = poisson_times(phases)
    assert times == sorted(times)
    assert all(0 <= at < sum(phase.seconds for phase in phases) for at in times)


def test_the_same_seed_gives_the_same_customers() -> None:
    phases = [Phase(rate=50, seconds=2)]
    assert poisson_times(phases) == poisson_times(phases)
    assert poisson_times(phases) != poisson_times(phases, seed=1)


def test_gaps_are_exponential() -> None:
    times = poisson_times([Phase(rate=100, seconds=200)])
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert statistics.mean(gaps) == pytest.approx(0.01, rel=0.05)
    # An exponential deviates as much as its mean; a metronome not at all.
    assert statistics.stdev(gaps) == pytest.approx(0.01, rel=0.05)


def test_each_phase_has_its_own_rate() -> None:
    times = poisson_times([Phase(rate=10, seconds=10), Phase(rate=200, seconds=10)])
    assert sum(at < 10 for at in times) == pytest.approx(100, rel=0.4)
    assert sum(at >= 10 for at in times) == pytest.approx(2000, rel=0.1)


def test_a_metronome_keeps_its_time_over_phases() -> None:
    times = even_times([Phase(rate=10, seconds=1), Phase(rate=5, seconds=1)])
    assert times[:3] == [0.0, 0.1, 0.2]
    assert times[10:12] == [1.0, 1.2]
    assert len(times) == 15


def test_rates_rise_without_end() -> None:
    rates = rising_rates()
    found = [next(rates) for _ in range(100)]
    assert found == sorted(set(found))
    assert found[:4] == [10.0, 25.0, 50.0, 100.0]
