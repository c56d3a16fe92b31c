"""Write measures and pages as whole files, the same for the same measures."""

from __future__ import annotations

import json
from pathlib import Path

from cxnlp.atomic_file import write_beside

_DECIMALS = 4


def write_json(path: Path, value: object) -> None:
    """Write numbers to four places; what is not a number is an error, not a NaN."""
    text = json.dumps(_rounded(value), indent=1, allow_nan=False, ensure_ascii=False)
    write_text(path, text + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a page; what stood there stays until the new one is whole.

    :raises OutputError: where it cannot be written.
    """
    with write_beside(path) as beside:
        beside.write_text(text, encoding="utf-8")


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value
