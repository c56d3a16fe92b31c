"""Our own contrast sentences; they need no folder of data."""

from __future__ import annotations

from pathlib import Path

from training.contrast.generate import generate
from training.example import Example


def _read(path: Path) -> list[Example]:
    return list(generate())


READERS = {"contrast": _read}
