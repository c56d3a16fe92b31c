"""The checksums of what a run reads, so that it can be told later what it was made of."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from training.provenance import find_data_set, read_provenance, text_sources
from training.recipe import Recipe

_WEIGHTS = ("model.bin", "model.safetensors")  # of a released folder, of a base


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def hash_inputs(
    recipe: Recipe,
    *,
    data: Path | None,
    base: Path,
    start: Path | None,
    soft_labels: Path | None,
) -> dict[str, Any]:
    """Return the SHA-256 of every file that a run reads: data, encoder, start, soft labels."""
    data_sets = read_provenance()
    named = {find_data_set(s, data_sets).name for s in text_sources(recipe.mixture.sources)}
    files = {
        f"{name}/{path.name}": hash_file(path)
        for name in sorted(named)
        if data is not None
        for path in sorted((data / name).glob("*.parquet"))
    }
    return {
        "data": files,
        "base": hash_file(base / "model.safetensors"),
        "from": None if start is None else _hash_start(start),
        "soft_labels": None if soft_labels is None else hash_file(soft_labels),
    }


def _hash_start(start: Path) -> str:
    if start.is_file():
        return hash_file(start)
    return hash_file(next(p for p in (start / name for name in _WEIGHTS) if p.is_file()))
