"""What a teacher says of the sentiment of texts, as a file that training mixes into the labels."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cxnlp.errors import InputError
from cxnlp.labels import SENTIMENTS
from training.example import Example

SoftLabels = Mapping[tuple[str, str], tuple[float, ...]]  # (text, question) -> probabilities

_FIELDS: list[pa.Field[Any]] = [
    pa.field("text", pa.string()),
    pa.field("question", pa.string()),
    *(pa.field(name, pa.float32()) for name in SENTIMENTS),
]
_SCHEMA = pa.schema(_FIELDS)


def _key(example: Example) -> tuple[str, str]:
    return example.text, example.question or ""


def write_soft_labels(
    path: Path, examples: Sequence[Example], probabilities: Iterable[Sequence[float]]
) -> None:
    """Write one row an example: its text, its question, and the teacher's probabilities."""
    rows = [
        {"text": e.text, "question": e.question or "", **dict(zip(SENTIMENTS, p, strict=True))}
        for e, p in zip(examples, probabilities, strict=True)
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA), path, compression="zstd")


def read_soft_labels(path: Path) -> SoftLabels:
    """Return a teacher's probabilities by text and question.

    :raises InputError: where the file is not one that a teacher wrote.
    """
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(f"{path}: not a Parquet file of soft labels.") from error
    missing = sorted(set(_SCHEMA.names) - set(table.column_names))
    if missing:
        raise InputError(f"{path}: columns {missing} are missing. See training/teach.py.")
    probabilities = zip(*(table[name].to_pylist() for name in SENTIMENTS), strict=True)
    texts, questions = (map(str, table[name].to_pylist()) for name in ("text", "question"))
    return dict(zip(zip(texts, questions, strict=True), probabilities, strict=True))


def attach(
    examples: Sequence[Example],
    soft_labels: SoftLabels,
    *,
    sources: Collection[str],
    doubted: float = 0.0,
) -> list[Example]:
    """Return the examples, whole texts of the sources named with what the teacher says.

    A label is dropped where the teacher, who has read it once among many, gives it less than
    `doubted`: most of those are slips, or feelings towards something other than the text.
    """
    found = []
    for example in examples:
        taught = example.source in sources and len(example.spans) == 1
        soft = soft_labels.get(_key(example)) if taught else None
        if soft is not None:
            label = example.spans[0].sentiment
            if label is not None and soft[label] < doubted:
                label = None
            span = dataclasses.replace(example.spans[0], soft_sentiment=soft, sentiment=label)
            example = dataclasses.replace(example, spans=(span,))
        found.append(example)
    return found
