"""How often a classifier gives each label to texts of each true label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Below this a corrected share is mostly the errors of the correction: at 1 the classifier tells
# the label from the others no better than a coin.
MIN_SENSITIVITY_PLUS_SPECIFICITY = 1.2
# Rates that are worth fewer texts differ so from set to set that they tell nothing of another.
MIN_EFFECTIVE = 2.0
# A rate that was measured on fewer texts of one true label is no measurement.
MIN_GOLD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Counts of texts by true label (rows) and predicted label (columns), in one order."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    # For each true label, how many texts its rates are worth where they are carried over to texts
    # of another kind (cxnlp.metrics.carry_over); None where they are texts of the same kind.
    effective: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        size = len(self.labels)
        if size < 2 or len(self.counts) != size or any(len(row) != size for row in self.counts):
            raise ValueError(
                f"A confusion of {size} labels needs {size} rows of {size} counts. "
                "Give a row for each true label and a column for each predicted one."
            )
        if self.effective is not None and not (
            len(self.effective) == size and all(n > 0 for n in self.effective)
        ):
            raise ValueError(f"A confusion of {size} labels is worth {size} numbers of texts.")
        if any(count < 0 for row in self.counts for count in row):
            raise ValueError("A confusion has a negative count. Count the texts again.")

    @property
    def n(self) -> int:
        """Return how many texts it was counted on."""
        return sum(sum(row) for row in self.counts)

    @property
    def n_gold(self) -> tuple[int, ...]:
        """Return how many texts have each true label."""
        return tuple(sum(row) for row in self.counts)

    def array(self) -> Floats:
        """Return the counts, shape (true, predicted)."""
        return np.asarray(self.counts, dtype=np.float64)

    def sensitivity(self, label: str) -> float | None:
        """Return the share of the texts of a label that get it; None where there are none."""
        k = self.labels.index(label)
        return self.counts[k][k] / self.n_gold[k] if self.n_gold[k] else None

    def specificity(self, label: str) -> float | None:
        """Return the share of the texts of other labels that do not get it; None without any."""
        k = self.labels.index(label)
        others = self.n - self.n_gold[k]
        false_positives = sum(row[k] for i, row in enumerate(self.counts) if i != k)
        return 1 - false_positives / others if others else None


def why_not_corrected(confusion: Confusion) -> str | None:
    """Return why shares must not be corrected by a confusion, as a clause, or None where they may.

    Every label needs `MIN_GOLD` texts, a sensitivity and specificity that sum to 1.2 at least, and
    where rates are carried over to other texts they must be worth `MIN_EFFECTIVE` texts.

    >>> why_not_corrected(Confusion(labels=("no", "yes"), counts=((900, 100), (15, 85))))
    >>> why_not_corrected(Confusion(labels=("no", "yes"), counts=((900, 100), (75, 25))))
    'sensitivity 0.25 and specificity 0.90 of yes sum to less than 1.2'
    """
    for label, n in zip(confusion.labels, confusion.n_gold, strict=True):
        if n < MIN_GOLD:
            return f"its errors on {label} were measured on {n} texts, fewer than {MIN_GOLD}"
    # What is said of two labels is said of the second, the one that is asked for.
    names = confusion.labels[1:] * 2 if len(confusion.labels) == 2 else confusion.labels
    for label, texts in zip(names, confusion.effective or (), strict=False):
        if texts < MIN_EFFECTIVE:
            return (
                f"its errors on {label} differ too much from one set of texts to another, or were "
                "measured on too few sets, to hold for these"
            )
    for label in dict.fromkeys(names):
        found, kept_out = confusion.sensitivity(label), confusion.specificity(label)
        if found is None or kept_out is None:
            return f"its errors on {label} were not measured"
        if found + kept_out < MIN_SENSITIVITY_PLUS_SPECIFICITY - 1e-12:
            return (
                f"sensitivity {found:.2f} and specificity {kept_out:.2f} of {label} "
                f"sum to less than {MIN_SENSITIVITY_PLUS_SPECIFICITY}"
            )
    return None
