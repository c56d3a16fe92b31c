"""Checked access to the values of a parsed TOML table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cxnlp.errors import InputError
from cxnlp.importers.fields import nearest


def is_number(value: object) -> bool:
    """Return whether a TOML value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def check_keys(table: Mapping[str, Any], known: Sequence[str], *, where: str) -> None:
    """Raise InputError on a key that is not known."""
    for key in table:
        if key not in known:
            raise InputError(
                f"{where}: unknown key {key!r}{nearest(key, known)} "
                f"The keys are {', '.join(known)}."
            )


def check_distinct(names: Iterable[str], *, what: str) -> None:
    """Raise InputError on a name that stands twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(f"{what} {name!r} stands twice. Name each once.")
        seen.add(name)


def read_string(table: Mapping[str, Any], key: str, *, where: str) -> str:
    """Return a required string, stripped."""
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{where}: {key} is missing or not a string.")
    return value.strip()


def read_strings(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return a list of strings, empty where the key is absent."""
    values = table.get(key, [])
    if not isinstance(values, list) or not all(isinstance(v, str) and v.strip() for v in values):
        raise InputError(f"{key} must be a list of strings.")
    return tuple(value.strip() for value in values)


def read_tables(table: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return an array of tables, empty where the key is absent."""
    values = table.get(key, [])
    if not isinstance(values, list) or not all(isinstance(v, dict) for v in values):
        raise InputError(f"{key} must be written as [[{key}]].")
    return values
