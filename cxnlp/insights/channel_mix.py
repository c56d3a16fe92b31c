"""A score per channel of one touchpoint, as it would be if all channels had the same mix."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from cxnlp.metrics.channel_spread import GroupMean
from cxnlp.metrics.estimate import MIN_RELIABLE_N
from cxnlp.metrics.weights import effective_n

MIN_STRATUM_N = 5  # answers of a channel in a stratum, for its mean there to be used
MIN_COVERAGE = 0.8  # of the answers lie in strata that every channel has


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers of one channel in one stratum: n, Σw, Σw², Σwy and Σwy²."""

    channel: str
    stratum: tuple[str, ...]  # the values of what is adjusted for
    n: int
    w: float
    ww: float
    y: float
    yy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """Channels with their scores after and before adjusting."""

    channels: tuple[GroupMean, ...]
    raw: dict[str, float]  # the channels' own means
    # Positions in the stratum that were adjusted for; none where no mix covers enough answers.
    by: tuple[int, ...]
    coverage: float  # share of the answers that lie in the strata used


def adjust(answers: Iterable[Answers], mixes: Sequence[tuple[int, ...]]) -> Adjusted:
    """Return every channel's score by direct standardisation (Fleiss, Levin & Paik, 2003).

    A channel's score is Σ p_s m_cs over strata s: p_s is the stratum's share of the answers of all
    channels together, m_cs the channel's mean in it. So each channel is given the pooled mix. Its
    variance is σ_c² Σ p_s² / n_cs, σ_c² pooled within the channel's strata; p_s is taken as given.

    Channels with n below 30 are left out. Used are the strata in which every channel has five
    answers; of the mixes the first whose strata hold 80% of the answers, else no mix at all.

    :param mixes: positions in `Answers.stratum` to adjust for together, the finest first.
    :returns: no channels where fewer than two have n of 30; an error of 0 where all answers of the
        touchpoint are equal within channels.
    """
    given = [a for a in answers if a.n > 0 and a.w > 0]
    total: dict[str, int] = defaultdict(int)
    for a in given:
        total[a.channel] += a.n
    channels = sorted(name for name, n in total.items() if n >= MIN_RELIABLE_N)
    kept = [a for a in given if a.channel in channels]
    if len(channels) < 2:
        return Adjusted(channels=(), raw={}, by=(), coverage=0.0)
    raw = {
        name: sum(a.y for a in kept if a.channel == name)
        / sum(a.w for a in kept if a.channel == name)
        for name in channels
    }
    n_all = sum(a.n for a in kept)
    for by in (*mixes, ()):
        cells = _pooled(kept, by)
        common = _common(cells, channels)
        n_common = sum(cells[name, s].n for name in channels for s in common)
        if common and (not by or n_common >= MIN_COVERAGE * n_all):
            break
    share = {s: sum(cells[name, s].n for name in channels) / n_common for s in common}
    spread_of_all = _within([cells[name, s] for name in channels for s in common])
    groups = []
    for name in channels:
        own = [cells[name, s] for s in common]
        # A channel whose answers are all alike says less of its spread than its neighbours do.
        spread = _within(own) or spread_of_all
        variance = sum(
            share[s] ** 2 * spread / effective_n(cells[name, s].w, cells[name, s].ww)
            for s in common
        )
        value = sum(share[s] * cells[name, s].y / cells[name, s].w for s in common)
        groups.append(
            GroupMean(name=name, value=value, error=sqrt(variance), n=sum(a.n for a in own))
        )
    return Adjusted(channels=tuple(groups), raw=raw, by=by, coverage=n_common / n_all)


def _pooled(
    answers: Iterable[Answers], by: tuple[int, ...]
) -> dict[tuple[str, tuple[str, ...]], Answers]:
    sums: dict[tuple[str, tuple[str, ...]], list[float]] = defaultdict(lambda: [0.0] * 5)
    for a in answers:
        own = sums[a.channel, tuple(a.stratum[i] for i in by)]
        for i, value in enumerate((a.n, a.w, a.ww, a.y, a.yy)):
            own[i] += value
    return {
        (channel, stratum): Answers(
            channel=channel, stratum=stratum, n=int(n), w=w, ww=ww, y=y, yy=yy
        )
        for (channel, stratum), (n, w, ww, y, yy) in sums.items()
    }


def _common(
    cells: dict[tuple[str, tuple[str, ...]], Answers], channels: Sequence[str]
) -> list[tuple[str, ...]]:
    """Return the strata in which every channel has enough answers."""
    n_channels: dict[tuple[str, ...], int] = defaultdict(int)
    for (_, stratum), cell in cells.items():
        n_channels[stratum] += cell.n >= MIN_STRATUM_N
    return sorted(s for s, n in n_channels.items() if n == len(channels))


def _within(cells: Sequence[Answers]) -> float:
    """Return the variance of an answer around its own stratum's mean."""
    n, w = sum(a.n for a in cells), sum(a.w for a in cells)
    squares = sum(max(a.yy - a.y * a.y / a.w, 0.0) for a in cells)
    scale = sum(a.yy for a in cells)
    if n <= len(cells) or squares <= 1e-12 * max(scale, 1e-300):
        return 0.0
    return squares / w * n / (n - len(cells))
