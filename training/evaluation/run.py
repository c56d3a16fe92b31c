"""Evaluate a model folder on a folder of labelled data, beside what it has to beat."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cxnlp.errors import InputError
from cxnlp.model.classifier import Classifier
from cxnlp.model.folder import HEADS
from cxnlp.model.locate import locate_model
from training.answers import System, ask_model
from training.baselines import ask_vader
from training.evaluate import OURS, AnsweredSet, ask, by_source, known_texts, measure, why_not
from training.evaluation.calibration import pooled_calibration
from training.evaluation.fitted import fit_on_recipe
from training.evaluation.grades import is_graded, trained_name
from training.evaluation.slices import channel, slice_head
from training.evaluation.test_sets import TestSets, read_test_sets
from training.recipe import read_recipe
from training.taken import is_own

RECIPE = Path(__file__).parents[1] / "recipes" / "cx-mini-en.toml"
Note = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationOptions:
    """What is evaluated, on what, beside what."""

    model: str | None
    data: Path
    only: tuple[str, ...] = ()
    split: str = "test"
    against: str | None = None
    baselines: bool = True
    limit: int = 3000  # texts of each data set; 0: all
    seed: int = 0  # of the texts that are taken, and of the resamples of intervals
    recipe: Path = RECIPE  # whose training texts TF-IDF is fitted on
    baseline_data: Path | None = None  # where they are; None: in `data`
    cache: Path | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)  # column as read -> as it is called


def evaluate_model(options: EvaluationOptions, *, note: Note) -> dict[str, Any]:
    """Return everything that `evaluation.json` says.

    :raises ModelError: where a model folder is missing, broken or altered.
    :raises InputError: where there is nothing to evaluate on, or a recipe is not valid.
    """
    folder = locate_model(options.model)
    classifier = Classifier(folder)
    against = None if options.against is None else Classifier.load(options.against)
    recipe = read_recipe(options.recipe)
    tests = read_test_sets(
        options.data,
        only=options.only,
        split=options.split,
        limit=options.limit,
        seed=options.seed,
        mapping=options.mapping,
    )
    _check_measurable(options.data, ask({}, tests.examples, emotions=tests.emotions))
    systems: dict[str, System] = {OURS: ask_model(classifier)}
    if against is not None:
        systems["before"] = ask_model(against)
    notes = list(tests.notes)
    if options.baselines:
        data = options.baseline_data or options.data
        baseline, without = fit_on_recipe(data, recipe, cache=options.cache, note=note)
        notes += without
        if baseline is not None:
            systems["tfidf"] = baseline
    systems["vader"] = ask_vader
    sets = list[AnsweredSet]()
    for source, group in by_source(tests.examples).items():
        note(f"{source}: {len(group):,} of {tests.totals[source]:,} texts")
        sets += ask(systems, group, emotions=tests.emotions)
    trained = trained_sources(folder) or frozenset(recipe.mixture.sources)
    unseen = find_unseen(tests, trained)
    return {
        "model": classifier.config.label,
        "precision": classifier.precision,
        "against": None if against is None else against.config.label,
        "split": options.split,
        "limit": options.limit,
        "seed": options.seed,
        "systems": list(systems),
        "abstain_below": classifier.config.abstain_below,
        "sets": _describe(tests, unseen),
        "unseen": sorted(unseen),
        **measure_sets_together(sets, unseen=unseen, seed=options.seed),
        "notes": [*notes, *_unmeasured(sets)],
    }


def measure_sets_together(
    sets: list[AnsweredSet], *, unseen: frozenset[str], seed: int = 0
) -> dict[str, Any]:
    """Return the measures of each set, and those of many together.

    Texts that are judged twice, or were made by us, count in no figure over many sets.
    """
    pooled = [s for s in sets if not (is_graded(s.source) or is_own(s.source))]
    return {
        "test": measure(sets, seed=seed),
        "calibration": pooled_calibration(pooled, unseen=unseen),
        "slices": {
            head: slice_head(pooled, head, unseen=unseen) for head in ("sentiment", "polarity")
        },
    }


def trained_sources(folder: Path) -> frozenset[str]:
    """Return the sources that a model says it was trained on; none where it does not say."""
    path = folder / "metrics.json"
    if not path.is_file():
        return frozenset()
    metrics: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return frozenset(metrics.get("trained", {}).get("texts", {}))


def find_unseen(tests: TestSets, trained: frozenset[str]) -> frozenset[str]:
    """Return the sources that the model was not trained on."""
    return frozenset(
        source
        for source in tests.totals
        if source in tests.judged_only or trained_name(source) not in trained
    )


def _describe(tests: TestSets, unseen: frozenset[str]) -> dict[str, dict[str, Any]]:
    groups = by_source(tests.examples)
    return {
        source: {
            "n": len(group),
            "of": tests.totals[source],
            "channel": channel(trained_name(source)),
            "trained_on": source not in unseen,
            "read": "by the names of its columns" if source in tests.generic else "by its reader",
        }
        for source, group in groups.items()
    }


def _check_measurable(data: Path, sets: list[AnsweredSet]) -> None:
    """Refuse labels of which no head can be measured, before anything is fitted or asked."""
    if all(why_not(item.labels, head) for item in sets for head in HEADS):
        why = " ".join(f"{line}." for line in _unmeasured(sets))
        raise InputError(f"{data}: nothing can be measured. {why}")


def _unmeasured(sets: list[AnsweredSet]) -> list[str]:
    """Name every head that a set has labels of, but not such as could be measured."""
    return [
        f"{item.source}: {head} not measured: {why}"
        for item in sets
        for head in HEADS
        if known_texts(item.labels, head).any() and (why := why_not(item.labels, head))
    ]
