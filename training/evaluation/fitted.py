"""The TF-IDF baseline fitted on the training texts of a recipe, kept between evaluations."""

from __future__ import annotations

import gzip
import hashlib
import pickle
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import sklearn

from cxnlp.atomic_file import write_beside
from cxnlp.errors import InputError, OutputError
from training import baselines, calibrate
from training.answers import Answers, System
from training.baselines import TfidfBaseline
from training.example import Example
from training.provenance import find_data_set, read_provenance, text_sources
from training.readers import read_sources
from training.recipe import Recipe
from training.scores import labels_of
from training.taken import is_own, take
from training.train import select

_SETS = ("emotion", "topic")
_VAL_TEXTS = 3000  # of each source, as a release takes
# What loading a damaged file may end in.
_BROKEN = (OSError, EOFError, ValueError, LookupError, AttributeError, TypeError, ImportError,
           pickle.PickleError, zlib.error)  # fmt: skip


def fit_on_recipe(
    data: Path, recipe: Recipe, *, cache: Path | None, note: Callable[[str], None]
) -> tuple[System | None, list[str]]:
    """Return the baseline fitted on the recipe's sources that a folder holds; None without any.

    With it come lines on what it was fitted without. Of what none of its texts is labelled with
    it says nothing: "never" would be a guess that ours beats by any.
    """
    there = [source for source in recipe.mixture.sources if _is_there(data, source)]
    missing = [source for source in recipe.mixture.sources if source not in there]
    if not text_sources(there):
        return None, [f"TF-IDF is not fitted: {data} holds no source of the recipe"]
    lines = [f"TF-IDF is fitted without {', '.join(missing)}: not in {data}"] if missing else []
    held = replace(recipe, mixture=replace(recipe.mixture, sources=tuple(there)))
    train = labelled_texts(select(held, data=data, any_data=True))
    examples = take(read_sources(data, there), "val", limit=_VAL_TEXTS)
    val = [example for example in examples if not is_own(example.source)]
    labels = labels_of(train)
    unsaid = [head for head in _SETS if not (getattr(labels, head) == 1).any()]
    nothing: dict[str, Any] = dict.fromkeys(unsaid)
    if unsaid:
        lines.append(
            f"TF-IDF says nothing of {' and '.join(unsaid)}: it is fitted on no such label"
        )
    baseline = fit(train, val, cache=cache, note=note)

    def ask(examples: Sequence[Example]) -> Answers:
        return replace(baseline.predict(examples), **nothing)

    return ask, lines


def _is_there(data: Path, source: str) -> bool:
    data_sets = read_provenance()
    names = [find_data_set(name, data_sets).name for name in text_sources([source])]
    return all((data / name / "data.parquet").is_file() for name in names)


def labelled_texts(examples: Sequence[Example]) -> list[Example]:
    """Return whole texts with a label, those whose sentences are labelled too included."""
    spans = ((e, e.spans[0]) for e in examples)
    return [e for e, s in spans if (s.start, s.end) == (0, len(e.text)) and s.says_something]


def fit(
    train: Sequence[Example],
    val: Sequence[Example],
    *,
    cache: Path | None,
    note: Callable[[str], None],
) -> TfidfBaseline:
    """Return the baseline of these texts, from the cache where it was fitted before.

    :raises InputError: where there is no training text.
    """
    if not train:
        raise InputError("TF-IDF: no training text is left. Pass --no-baselines.")
    path = None if cache is None else cache / f"tfidf-{_key(train, val)}.pickle.gz"
    if path is not None and path.is_file():
        try:
            with gzip.open(path) as stream:
                kept = pickle.load(stream)
        except _BROKEN:
            note(f"{path}: cannot be read; fitting again")
        else:
            if isinstance(kept, TfidfBaseline):
                return kept
    note(f"fitting TF-IDF on {len(train):,} texts")
    fitted = TfidfBaseline(train, labels_of(train), val, labels_of(val))
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{cache}: no folder can be made here: {error.strerror}.") from error
        with write_beside(path) as beside, gzip.open(beside, "wb", compresslevel=1) as out:
            pickle.dump(fitted, out)
    return fitted


def _key(train: Sequence[Example], val: Sequence[Example]) -> str:
    """Return a name for all that the fitted baseline depends on."""
    versions = f"{sklearn.__version__} {np.__version__}"
    digest = hashlib.sha256(versions.encode())
    for module in (baselines, calibrate):
        digest.update(Path(str(module.__file__)).read_bytes())
    for part in (train, val):
        digest.update(b"\0part")
        for e in part:
            span = e.spans[0]
            labels = (
                e.text, e.question, span.sentiment, span.satisfaction, span.weight,
                None if span.emotions is None else sorted(span.emotions),
                sorted(span.topics.items()), sorted(span.polarities.items()),
            )  # fmt: skip
            digest.update(repr(labels).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:24]
