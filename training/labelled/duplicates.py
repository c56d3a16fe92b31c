"""Find texts that are the same but for a few words: they must not stand in two splits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import ceil

from training.example import normalise

# Jaccard of the pairs of neighbouring words: of nine words, one may be another. Shorter texts have
# too few pairs to be nearly anything.
NEAR = 0.6
_RUN = 2
_MIN_WORDS = 5

Shingles = frozenset[tuple[str, ...]]


def shingles(text: str) -> Shingles:
    """Return the pairs of neighbouring words of a text, none of a short one."""
    words = normalise(text).split()
    if len(words) < _MIN_WORDS:
        return frozenset()
    return frozenset(tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1))


class DuplicateIndex:
    """Finds the texts of a collection that another text equals, exactly or nearly.

    Sets of Jaccard J or more share one of their rarest (1 - J) n + 1 runs: only those are looked up
    (prefix filtering; Chaudhuri et al., 2006).
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._runs = [shingles(text) for text in texts]
        self._counts = Counter(run for runs in self._runs for run in runs)
        self._places: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, text in enumerate(texts):
            if key := normalise(text):
                self._exact[key].append(number)
            for run in self._rarest(self._runs[number]):
                self._places[run].append(number)

    def find(self, text: str) -> set[int]:
        """Return the numbers of the texts that this one equals, itself among them."""
        found = set(self._exact.get(normalise(text), ()))
        runs = shingles(text)
        candidates = {n for run in self._rarest(runs) for n in self._places.get(run, ())}
        for number in candidates - found:
            other = self._runs[number]
            shared = len(runs & other)
            if shared >= NEAR * (len(runs) + len(other) - shared):
                found.add(number)
        return found

    def _rarest(self, runs: Shingles) -> list[tuple[str, ...]]:
        n = len(runs) - ceil(NEAR * len(runs)) + 1
        return sorted(runs, key=lambda run: (self._counts[run], run))[:n] if runs else []


def group(texts: Sequence[str]) -> list[int]:
    """Return the group of each text; texts that are equal, exactly or nearly, share one.

    >>> group(["It came late, the second time.", "Fine.", "it came late the second time", "Bad"])
    [0, 1, 0, 3]
    """
    parent = list(range(len(texts)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for one, other in _pairs(texts):
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    return [root(number) for number in range(len(texts))]


def _pairs(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    index = DuplicateIndex(texts)
    for number, text in enumerate(texts):
        for other in index.find(text):
            if other > number:
                yield number, other


def find_in(texts: Sequence[str], others: Iterable[str]) -> set[int]:
    """Return the numbers of the texts that stand, exactly or nearly, among others."""
    index = DuplicateIndex(texts)
    return {number for other in others for number in index.find(other)}
