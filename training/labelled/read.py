"""Read labels of one's own: checked, agreed on, merged, and split, before anything is trained."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cxnlp.metrics.krippendorff import Alpha
from training.example import Example
from training.labelled.agreement import agreement, describe_agreement, to_json
from training.labelled.merge import Merged, group_units, merge
from training.labelled.rows import read_label_rows
from training.labelled.split import check_classes, split_texts
from training.recipe import LabelsConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLabels:
    """Labelled texts with a split each, and what is to be told of them."""

    examples: tuple[Example, ...]
    merged: Merged
    agreement: dict[str, Alpha]
    files: dict[str, str]  # name -> SHA-256
    notes: tuple[str, ...]

    def of_split(self, split: str) -> list[Example]:
        """Return the texts of a split."""
        return [example for example in self.examples if example.split == split]

    def record(self) -> dict[str, Any]:
        """Return what a run keeps of them: no text."""
        return {
            "files": self.files,
            "texts": dict(Counter(example.split for example in self.examples)),
            "ties_dropped": self.merged.ties,
            "agreement": to_json(self.agreement),
        }


def read_own_labels(
    paths: Sequence[Path],
    config: LabelsConfig,
    *,
    seed: int,
    mapping: Mapping[str, str] | None = None,
) -> OwnLabels:
    """Return the texts of some label files.

    :raises InputError: where a file or a row is wrong, a class is empty, or a text leaks from
        training into another split.
    """
    rows, notes = read_label_rows(paths, mapping=mapping)
    agreed = agreement(group_units(rows)[0])
    merged = merge(rows)
    notes += describe_agreement(agreed)
    if merged.ties:
        ties = ", ".join(f"{n:,} of {kind}" for kind, n in sorted(merged.ties.items()))
        notes.append(f"Answers dropped because as many said one thing as another: {ties}")
    if merged.repeated:
        notes.append(f"{merged.repeated:,} rows say again what their annotator said, counted once")
    examples = split_texts(
        merged,
        validation_share=config.validation_share,
        test_share=config.test_share,
        seed=seed,
    )
    check_classes(examples, may_lack=config.may_lack_classes)
    counts = Counter(example.split for example in examples)
    notes.append(
        f"{len(examples):,} labelled texts: {counts['train']:,} to train on, {counts['val']:,} to "
        f"stop by, {counts['test']:,} to measure on"
    )
    return OwnLabels(
        examples=tuple(examples),
        merged=merged,
        agreement=agreed,
        files={path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths},
        notes=tuple(notes),
    )


def whole_texts(examples: Sequence[Example]) -> list[Example]:
    """Return the texts that are labelled as a whole, without the labels of their parts."""
    return [
        replace(example, spans=example.spans[:1])
        for example in examples
        if (example.spans[0].start, example.spans[0].end) == (0, len(example.text))
    ]
