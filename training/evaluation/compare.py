"""Two models side by side on labelled texts: which is better at what, and is that sure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from cxnlp.errors import InputError
from cxnlp.labels import EMOTIONS, SENTIMENTS, TOPICS
from cxnlp.metrics.estimate import MIN_RELIABLE_N
from cxnlp.metrics.false_discovery import real_differences
from cxnlp.model.classifier import Classifier
from cxnlp.model.folder import HEADS
from training.answers import System, ask_model
from training.evaluate import AnsweredSet, ask, by_source, known_texts, why_not
from training.evaluation.differing import DifferingText, most_differing
from training.evaluation.paired import (
    PairedMeasure,
    class_counts,
    compare_f1,
    compare_means,
    compare_ranks,
    set_counts,
)
from training.evaluation.test_sets import read_test_sets

Verdict = Literal["better", "worse", "noise", "not_enough_data"]
A, B = "a", "b"
_NAMES = {"emotion": EMOTIONS, "topic": TOPICS}
_LESS_IS_BETTER = frozenset({"mean_absolute_error"})
Note = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One measure of one head on one data set: `verdict` is of b beside a."""

    source: str
    head: str
    label: str | None  # None: of the head
    paired: PairedMeasure
    verdict: Verdict = "noise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that `cxnlp models compare` says."""

    a: str  # name@revision
    b: str
    heads: tuple[Compared, ...]
    labels: tuple[Compared, ...]
    differing: tuple[DifferingText, ...]
    notes: tuple[str, ...]

    def worse(self, sources: Sequence[str] = ()) -> tuple[Compared, ...]:
        """Return where b is significantly worse, in some sources or in all."""
        return tuple(
            c for c in self.heads if c.verdict == "worse" and (not sources or c.source in sources)
        )

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as plain values."""
        return asdict(self)


def compare_models(
    a: Path | str | None,
    b: Path | str | None,
    data: Path,
    *,
    only: Sequence[str] = (),
    split: str = "test",
    limit: int = 3000,
    seed: int = 0,
    n_differing: int = 5,
    note: Note = lambda _: None,
) -> Comparison:
    """Return how two models do on the same labelled texts.

    Each difference has a paired bootstrap interval; verdicts are corrected over all heads and data
    sets (Benjamini & Hochberg, 1995), those of the single labels among themselves.

    :param data: as `cxnlp evaluate` takes it.
    :param n_differing: of each head, how many texts are shown on which the two differ most.
    :raises ModelError: where a model folder is missing, broken or altered.
    :raises InputError: where there is nothing to compare on.
    """
    first, second = Classifier.load(a), Classifier.load(b)
    tests = read_test_sets(data, only=only, split=split, limit=limit, seed=seed)
    systems: dict[str, System] = {A: ask_model(first), B: ask_model(second)}
    sets: list[AnsweredSet] = []
    for source, group in by_source(tests.examples).items():
        note(f"{source}: {len(group):,} of {tests.totals[source]:,} texts")
        sets += ask(systems, group, emotions=tests.emotions)
    return compare_sets(
        sets,
        a=first.config.label,
        b=second.config.label,
        seed=seed,
        n_differing=n_differing,
        notes=tests.notes,
        data=data,
    )


def compare_sets(
    sets: Sequence[AnsweredSet],
    *,
    a: str,
    b: str,
    data: Path,
    seed: int = 0,
    n_differing: int = 5,
    notes: Sequence[str] = (),
) -> Comparison:
    """Return the comparison of what systems `a` and `b` said of data sets."""
    heads: list[Compared] = []
    labels: list[Compared] = []
    for item in sets:
        for head in HEADS:
            if why_not(item.labels, head) is None:
                of_head, of_labels = _compare_head(item, head, seed)
                heads += of_head
                labels += of_labels
    if not heads:
        raise InputError(f"{data}: no head can be compared on these labels.")
    return Comparison(
        a=a,
        b=b,
        heads=_judged(heads),
        labels=_judged(labels),
        differing=most_differing(sets, A, B, n=n_differing),
        notes=tuple(notes),
    )


def _compare_head(item: AnsweredSet, head: str, seed: int) -> tuple[list[Compared], list[Compared]]:
    rows = known_texts(item.labels, head)
    gold = getattr(item.labels, head)[rows]
    a, b = (getattr(item.answers[name], head)[rows] for name in (A, B))
    if head == "satisfaction":
        errors = [np.abs(found - gold).astype(np.float64) for found in (a, b)]
        found = [
            compare_ranks(a, b, gold, seed=seed),
            compare_means("mean_absolute_error", *errors, seed=seed),
        ]
        return [_compared(item, head, None, paired) for paired in found], []
    if head in _NAMES:
        names, counts = _NAMES[head], [set_counts(x, gold) for x in (a, b)]
    else:
        names = SENTIMENTS
        counts = [class_counts(x, gold, len(SENTIMENTS)) for x in (a, b)]
    (hits_a, claims_a, truth), (hits_b, claims_b, _) = counts
    macro, single = compare_f1((hits_a, hits_b), (claims_a, claims_b), truth, names, seed=seed)
    return (
        [_compared(item, head, None, macro)],
        [_compared(item, head, name, paired) for name, paired in single.items()],
    )


def _compared(item: AnsweredSet, head: str, label: str | None, paired: PairedMeasure) -> Compared:
    return Compared(source=item.source, head=head, label=label, paired=paired)


def _judged(found: Sequence[Compared]) -> tuple[Compared, ...]:
    enough = [c for c in found if c.paired.n >= MIN_RELIABLE_N]
    real = dict(
        zip(map(id, enough), real_differences([c.paired.p_value for c in enough]), strict=True)
    )
    return tuple(replace(c, verdict=_verdict(c, real.get(id(c)))) for c in found)


def _verdict(compared: Compared, real: bool | None) -> Verdict:
    if real is None:
        return "not_enough_data"
    if not real:
        return "noise"
    more = compared.paired.difference > 0
    return "better" if more != (compared.paired.measure in _LESS_IS_BETTER) else "worse"
