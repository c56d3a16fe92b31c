"""One module per family of sources; each has READERS: source -> function of its folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from pathlib import Path

from cxnlp.errors import InputError
from training.example import Example

Reader = Callable[[Path], list[Example]]


def find_readers() -> dict[str, Reader]:
    """Return every reader of this folder by the name of its source."""
    readers: dict[str, Reader] = {}
    for module in pkgutil.iter_modules(__path__):
        readers.update(importlib.import_module(f"{__name__}.{module.name}").READERS)
    return readers


def read_sources(data: Path, sources: Sequence[str]) -> list[Example]:
    """Return the examples of the named sources, read from one folder each.

    :raises InputError: on a source that no module here reads.
    """
    readers = find_readers()
    unknown = sorted(set(sources) - set(readers))
    if unknown:
        raise InputError(f"No reader for {unknown}. There are: {', '.join(sorted(readers))}.")
    return [example for source in sources for example in readers[source](data / source)]
