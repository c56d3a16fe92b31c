"""Simulate customer bases of held-back texts; count how often intervals hold the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.held_back import Answered, Ints
from cxnlp.insights.labelled_sample import allocate
from cxnlp.metrics.confusion import Confusion
from cxnlp.metrics.corrected_share import corrected_shares
from cxnlp.metrics.estimate import Estimate
from cxnlp.metrics.prediction_powered import prediction_powered_share
from cxnlp.metrics.share import share

Shares = tuple[float, ...]

MOST_TEXTS = 500  # of one simulated customer base
FEWEST_TEXTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How one way of counting did over all replicates of one set, shift and label."""

    shift: Shares
    label: str
    n: int
    raw: float  # share of intervals that hold the truth
    corrected: float
    raw_error: float  # mean absolute error, points
    corrected_error: float
    width: float  # of the corrected interval, points


def simulate(
    texts: Answered,
    shifts: Sequence[Shares],
    *,
    replicates: int,
    seed: int = 0,
    confusion: Confusion | None = None,
) -> list[Coverage]:
    """Return the coverage of 95% intervals, raw and corrected, under each class shift.

    Each replicate deals the texts of every true label into two halves: one gives the confusion, the
    other is drawn from, without replacement, into a customer base with the shifted shares. The
    truth is the shifted share itself, so the interval must cover sampling as well. A shift for
    which a half has too few texts is left out.

    :param confusion: in place of that of the first half: of other texts.
    """
    members = [np.flatnonzero(texts.gold == k) for k in range(len(texts.labels))]
    found = []
    for number, shift in enumerate(shifts):
        n = _possible(shift, [len(rows) // 2 for rows in members])
        if n >= FEWEST_TEXTS:
            generator = np.random.default_rng([seed, number])
            found += _simulate_shift(texts, members, shift, n, replicates, generator, confusion)
    return found


def _possible(shift: Shares, available: Sequence[int]) -> int:
    """Return the largest number of texts whose classes hardly ever run out."""
    n = MOST_TEXTS
    while n >= FEWEST_TEXTS and any(
        n * q + 4 * (n * q * (1 - q)) ** 0.5 > have
        for q, have in zip(shift, available, strict=True)
    ):
        n -= 10
    return n


class _Tally:
    """Adds up what the intervals of one set and shift did."""

    def __init__(self, labels: Sequence[str], truth: Sequence[float]) -> None:
        self._labels, self._truth = labels, [100 * share for share in truth]
        self._sums = np.zeros((5, len(labels)))

    def add(self, k: int, raw: Estimate, corrected: Estimate) -> None:
        truth = self._truth[k]
        for row, estimate in ((0, raw), (2, corrected)):
            low, value, high = estimate.low or 0.0, estimate.value or 0.0, estimate.high or 0.0
            self._sums[row, k] += low - 1e-9 <= truth <= high + 1e-9
            self._sums[row + 1, k] += abs(value - truth)
        self._sums[4, k] += (corrected.high or 0.0) - (corrected.low or 0.0)

    def coverages(self, n: int, replicates: int) -> list[Coverage]:
        means = self._sums / replicates
        return [
            Coverage(
                shift=tuple(share / 100 for share in self._truth),
                label=label,
                n=n,
                raw=means[0, k],
                raw_error=means[1, k],
                corrected=means[2, k],
                corrected_error=means[3, k],
                width=means[4, k],
            )
            for k, label in enumerate(self._labels)
            if self._truth[k] > 0  # none there, none found: no interval misses that
        ]


def _simulate_shift(
    texts: Answered,
    members: Sequence[Ints],
    shift: Shares,
    n: int,
    replicates: int,
    generator: np.random.Generator,
    given: Confusion | None,
) -> list[Coverage]:
    size, tally = len(texts.labels), _Tally(texts.labels, shift)
    for _ in range(replicates):
        halves = [np.array_split(generator.permutation(rows), 2) for rows in members]
        counted = [np.bincount(texts.predicted[rows], minlength=size) for rows, _ in halves]
        confusion = given or Confusion(
            labels=texts.labels, counts=tuple(tuple(map(int, row)) for row in counted)
        )
        classes = generator.multinomial(n, shift)
        while any(m > len(other) for m, (_, other) in zip(classes, halves, strict=True)):
            classes = generator.multinomial(n, shift)
        drawn = [other[:m] for m, (_, other) in zip(classes, halves, strict=True)]
        counts = np.bincount(texts.predicted[np.concatenate(drawn)], minlength=size).tolist()
        seed = int(generator.integers(1 << 31))
        estimates = corrected_shares(counts, confusion, seed=0 if given else seed)
        for k, estimate in enumerate(estimates):
            tally.add(k, share(counts[k], n), estimate)
    return tally.coverages(n, replicates)


def simulate_labelled(
    texts: Answered, *, n_labelled: int, replicates: int, seed: int = 0
) -> list[Coverage]:
    """Return the coverage of prediction-powered intervals with n labelled texts of this set.

    A customer base of 80% of the texts is drawn, with the set's own shares as the truth; a sample
    of it is labelled, stratified by the predicted label with the square root of its size.
    """
    generator = np.random.default_rng(seed)
    known = np.flatnonzero(texts.gold >= 0)
    size, n = len(texts.labels), int(0.8 * len(known))
    truth = np.bincount(texts.gold[known], minlength=size) / len(known)
    tally = _Tally(texts.labels, truth.tolist())
    for _ in range(replicates):
        # With replacement: the set's shares are then those of what could be written.
        base = generator.choice(known, size=n)
        gold, predicted = texts.gold[base], texts.predicted[base]
        strata = [np.flatnonzero(predicted == k) for k in range(size)]
        numbers = allocate([len(rows) for rows in strata], n_labelled)
        rows, weights = [], []
        for stratum, number in zip(strata, numbers, strict=True):
            rows += list(generator.choice(stratum, size=number, replace=False))
            weights += [len(stratum) / max(number, 1)] * number
        for k in range(size):
            count = int((predicted == k).sum())
            estimate = prediction_powered_share(
                count,
                n,
                truth=[bool(there) for there in gold[rows] == k],
                guess=[bool(said) for said in predicted[rows] == k],
                weights=weights,
                stratified=True,
            )
            tally.add(k, share(count, n), estimate)
    return tally.coverages(n, replicates)
