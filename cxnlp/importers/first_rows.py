"""Which rows did not come before, in their file or in another."""

from __future__ import annotations

from collections.abc import Sequence

from cxnlp.importers.cells import cell_texts
from cxnlp.importers.seen_ids import SeenIds
from cxnlp.importers.table import Chunk

DUPLICATE = "duplicate id"
IN_ANOTHER_FILE = "the same row with the same id in another file"


class FirstRows:
    """Remembers ids, and whole rows with an id.

    Two files of one kind may number their rows alike, so that an id alone says nothing across
    files; of an export, whose ids are the same everywhere, the ids of all files are one set.

    :param ids: those met in earlier files of the same source.
    :param rows: those met in earlier files of any source; None where that does not matter.
    """

    def __init__(self, *, ids: SeenIds, rows: SeenIds | None) -> None:
        self._ids = ids
        self._rows = rows

    def find(
        self,
        chunk: Chunk,
        positions: Sequence[int],
        *,
        ids: Sequence[str],
        told: Sequence[str | None],
    ) -> tuple[list[int], list[tuple[int, str]]]:
        """Return the positions that are new, and (position, reason) of the others.

        :param ids: of each row of the chunk; `told` where the file has one.
        """
        repeated = []
        known = self._ids.add([ids[i] for i in positions])
        new = [i for i, is_known in zip(positions, known, strict=True) if not is_known]
        repeated += [
            (i, DUPLICATE) for i, is_known in zip(positions, known, strict=True) if is_known
        ]
        if self._rows is not None:
            with_id = [i for i in new if told[i] is not None]
            known = self._rows.add(_row_keys(chunk, with_id))
            copies = {i for i, is_known in zip(with_id, known, strict=True) if is_known}
            new = [i for i in new if i not in copies]
            repeated += [(i, IN_ANOTHER_FILE) for i in sorted(copies)]
        return new, repeated


def _row_keys(chunk: Chunk, positions: Sequence[int]) -> list[str]:
    """Return for each of some rows of a chunk a key of all its columns, in whatever order."""
    names = sorted(chunk.batch.schema.names)
    columns = [cell_texts(chunk.batch.column(name)) for name in names]
    return [
        "\x1f".join(
            f"{name}\x1e{column[i]}"
            for name, column in zip(names, columns, strict=True)
            if column[i]
        )
        for i in positions
    ]
