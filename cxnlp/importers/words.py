"""Columns of few different values, each value read once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

_REMEMBERED = 1 << 14


class WordReader:
    """Reads words, remembering those it has seen."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], str | None] = {}

    def read(
        self, field: str, cells: Sequence[str | None], read: Callable[[str], str | None]
    ) -> tuple[list[str | None], list[int]]:
        """Return what `read` makes of each cell, and the positions of which it makes nothing."""
        words: list[str | None] = []
        wrong: list[int] = []
        for i, cell in enumerate(cells):
            if cell is None or cell.isspace():
                words.append(None)
                continue
            key = (field, cell)
            if key not in self._seen:
                if len(self._seen) >= _REMEMBERED:
                    self._seen.clear()
                self._seen[key] = read(cell)
            words.append(self._seen[key])
            if words[-1] is None:
                wrong.append(i)
        return words, wrong
