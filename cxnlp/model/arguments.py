"""Check what a caller gives to be classified, before a library stumbles over it."""

from __future__ import annotations

from collections.abc import Iterable

from cxnlp.errors import InputError

__all__ = ["read_strings", "read_strings_for"]


def read_strings(values: Iterable[str | None], name: str) -> list[str | None]:
    """Return the strings given, from a list or any other iterable; None stands for none.

    >>> read_strings((text for text in ["Fine.", None]), "texts")
    ['Fine.', None]
    """
    if isinstance(values, (str, bytes)):
        # It would be read letter by letter.
        raise InputError(f"{name} is one string; give a list of strings.")
    found = list(values)
    for index, value in enumerate(found):
        if value is not None and not isinstance(value, str):
            kind = type(value).__name__
            raise InputError(f"{name}[{index}] is of type {kind}; give a string, or None for none.")
    return found


def read_strings_for(
    texts: list[str | None], values: Iterable[str | None] | None, name: str
) -> list[str | None]:
    """Return one string a text, None for all where nothing is given."""
    if values is None:
        return [None] * len(texts)
    found = read_strings(values, name)
    if len(found) != len(texts):
        raise InputError(f"{len(found)} {name} for {len(texts)} texts; give one for each text.")
    return found
