"""Keep every text of a validation or test split out of training, across all sources."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

import pandas as pd

from training.example import Example, normalise


def read_held_out(data: Path, *, evaluation_only: Collection[str] = ()) -> set[str]:
    """Return the normalised texts of every validation, test or evaluation-only row in a folder.

    A set without a `split` column is evaluation-only as a whole, and so are the folders named.
    """
    held_out: set[str] = set()
    for path in sorted(data.glob("*/*.parquet")):
        frame = pd.read_parquet(path)
        column = next((name for name in ("text", "review") if name in frame), None)
        if column is None:
            continue
        if "split" in frame and path.parent.name not in evaluation_only:
            frame = frame[frame["split"] != "train"]
        held_out.update(normalise(text) for text in frame[column].dropna())
    held_out.discard("")
    return held_out


def drop_held_out(examples: Iterable[Example], held_out: set[str]) -> list[Example]:
    """Return the training examples none of whose spans is a held-out text.

    The examples' own validation and test texts are held out too: those of a source that has no
    folder are nowhere else.
    """
    examples = list(examples)
    own = {normalise(e.text) for e in examples if e.split != "train"} - {""}
    held_out = held_out | own
    return [
        example
        for example in examples
        if example.split == "train"
        and not any(normalise(example.text[s.start : s.end]) in held_out for s in example.spans)
        and normalise(example.text) not in held_out
    ]
