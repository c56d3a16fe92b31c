"""What the released precision costs: the same graph beside itself at f32."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

from cxnlp.model.classifier import Classifier
from cxnlp.model.decode import Probabilities
from training.answers import ask_model
from training.evaluate import OURS, Report, ask, measure
from training.example import Example, document
from training.scores import document_probabilities

_FIXED_TEXTS = Path(__file__).parent / "fixed_texts.toml"
_REFERENCE = "f32"


def measure_low_precision(
    folder: Path, released: Classifier, examples: Sequence[Example], report: Report
) -> dict[str, Any]:
    """Return figures lost against f32, by head and as the mean over heads, and on fixed texts.

    :param report: what the released precision was measured to do on the same examples.
    """
    reference = Classifier(folder, verify=False, precision=_REFERENCE)
    exact = measure(ask({OURS: ask_model(reference)}, examples))
    heads = {
        head: mean(_figure(exact, head, s) - _figure(report, head, s) for s in sets)
        for head, sets in exact.items()
    }
    return {
        "precision": released.precision,
        "reference": _REFERENCE,
        "heads": heads,
        "lost": mean(heads.values()),
        "max_difference": _max_difference(released, reference),
    }


def _figure(report: Report, head: str, source: str) -> float:
    figure: float = report[head][source][OURS]["spearman" if head == "satisfaction" else "macro_f1"]
    return figure


def read_fixed_texts() -> list[Example]:
    """Return the texts that are the same for every release."""
    table = tomllib.loads(_FIXED_TEXTS.read_text(encoding="utf-8"))
    make = partial(document, source="fixed", split="test")
    return [make(text, question=table["questions"].get(text)) for text in table["texts"]]


def _max_difference(one: Classifier, other: Classifier) -> float:
    """Return the largest difference between two models' probabilities on the fixed texts."""
    texts = read_fixed_texts()
    found, expected = document_probabilities(one, texts), document_probabilities(other, texts)
    differences = [
        np.abs(getattr(found, name) - getattr(expected, name)).max()
        for name in Probabilities.__slots__
        if name != "satisfaction"  # a score from 1 to 5, not a probability
    ]
    return float(max(differences))
