"""The texts of a chunk, those that cannot be used rejected."""

from __future__ import annotations

from collections.abc import Mapping

from cxnlp.importers.cells import cell_texts, is_blank
from cxnlp.importers.table import Chunk, Reject
from cxnlp.importers.turns import NUL
from cxnlp.importers.verbatims import Verbatim
from cxnlp.records import MAX_TEXT_CHARACTERS

TOO_LONG = f"over {MAX_TEXT_CHARACTERS:,} characters"


def read_verbatims(
    chunk: Chunk, columns: Mapping[str, str], reject: Reject
) -> list[list[Verbatim]]:
    """Return what each row has in the columns of text.

    :param columns: column -> its question ("" for none); the column "" is none.
    """
    found: list[list[Verbatim]] = [[] for _ in chunk.rows]
    for column, question in columns.items():
        for verbatims, text in zip(found, free_texts(chunk, column, reject), strict=True):
            if text is not None:
                verbatims.append(Verbatim(column, question, text))
    return found


def free_texts(chunk: Chunk, column: str, reject: Reject) -> list[str | None]:
    """Return the text of each row, None where it is blank, rejected or of no column ("")."""
    if not column:
        return [None] * len(chunk.rows)
    texts = cell_texts(chunk.batch.column(column))
    for i, text in enumerate(texts):
        if text is None:
            continue
        problem = NUL if "\0" in text else TOO_LONG if len(text) > MAX_TEXT_CHARACTERS else ""
        if problem:
            reject(chunk.rows[i], column, problem)
        if problem or is_blank(text):
            texts[i] = None
    return texts
