"""Several verbatims of one respondent: which columns they stand in, and one interaction for each.

A survey has a column per open question, its header the question. Every answer in words becomes an
interaction of its own, with the header as its question and the id `<id of the row>:<column>`; all
else of the row, its scores too, stands with each, and a score counts once per submission.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from cxnlp.errors import InputError
from cxnlp.importers.cells import cell_texts
from cxnlp.importers.fields import TEXT_WORDS, canonical_field, column_list, key_of, nearest
from cxnlp.importers.scores import is_number
from cxnlp.importers.table import Chunk, strings
from cxnlp.records import INTERACTION

# Of what a header begins with where it asks something, after a number such as "Q3." or "12)".
_NUMBERED = re.compile(r"\s*(?:q(?:uestion)?\s*)?\d+[a-z]?\s*[.):–-]*\s*", re.I)
_ASKING = re.compile(
    r"(?:what|why|how|which|where|when|who|is there|are there|do you|did you|would you|could you|"
    r"can you|have you|were you|was there|please|kindly|tell us|describe|explain|share|any other|"
    r"any further|any additional|anything else|in your own words)\b",
    re.I,
)
# These ask for what is no feedback.
_PERSONAL = re.compile(
    r"\byour\s+(?:\w+\s+)?(?:name|e-?mail|phone|telephone|address|postcode|zip|age|gender|"
    r"date of birth|birthday|number|id)\b",
    re.I,
)
# Columns that are called by what is said in them rather than by a question.
_TOLD = frozenset(
    {
        "pros", "cons", "likes", "dislikes", "positives", "negatives", "strengths", "weaknesses",
        "suggestions", "improvements", "praise", "complaints", "compliments",
    }
)  # fmt: skip
_KINDS = frozenset(
    {
        "positive", "negative", "good", "bad", "best", "worst", "other", "additional", "further",
        "general", "final", "nps", "csat", "ces", "improvement", "compliment", "complaint",
        "product", "service", "delivery", "staff", "price", "website", "store", "overall", "1", "2",
        "3", "4", "5", "6", "7", "8", "9",
    }
)  # fmt: skip
_PARTS = re.compile(r"\s*[;,|\n]\s*")
# Questions that are answered by a name or a time.
_CLOSED = re.compile(r"(?:which|where|when|who)\b", re.I)
# Words of an answer on average, each different one taken once; fewer do where answers are seen not
# to be the choices of a list, which repeat.
_MIN_WORDS, _MIN_WORDS_CLOSED, _MIN_WORDS_VARIED = 3.0, 5.0, 1.5
# Choices such as "Neither satisfied nor dissatisfied" are shorter than a sentence.
_SENTENCE_WORDS, _MIN_WORDS_WITH_SENTENCE = 5, 2.0
_MIN_DIFFERENT, _VARIED = 0.3, 0.6  # of the parts of all answers
_MIN_TO_JUDGE = 10


class Verbatim(NamedTuple):
    """What one respondent said to one question."""

    column: str
    question: str  # "" for none
    text: str


def split_columns(told: str, columns: Collection[str]) -> list[str]:
    """Return the columns that `--map text=A,B` names; a comma may stand in a name too.

    >>> split_columns("What was good, and why?,Q2", ["Q2", "What was good, and why?"])
    ['What was good, and why?', 'Q2']
    """
    parts = told.split(",")
    found: list[str] = []
    while parts:
        for end in range(len(parts), 0, -1):
            name = ",".join(parts[:end]).strip()
            if name in columns or end == 1:
                found.append(name)
                parts = parts[end:]
                break
    return list(dict.fromkeys(name for name in found if name))


def is_question(header: str) -> bool:
    """Return whether a column's name asks something.

    >>> is_question("Q4. What could we do better? *"), is_question("Comment")
    (True, False)
    """
    asked = _asked(header)
    n_words = len(asked.split())
    return n_words > 1 and ("?" in asked or (n_words > 2 and bool(_ASKING.match(asked))))


def is_kind_of_comment(header: str) -> bool:
    """Return whether a column's name says which of several comments it holds.

    >>> is_kind_of_comment("Negative review"), is_kind_of_comment("Agent comment")
    (True, False)
    """
    words = set(key_of(header).split("_"))
    return bool(words) and (words <= _TOLD or (bool(words & TEXT_WORDS) and _is_kind(words)))


def _is_kind(words: set[str]) -> bool:
    return set() < words - TEXT_WORDS <= _KINDS


def told_texts(mapping: Mapping[str, str], columns: Sequence[str], *, file: str) -> list[str]:
    """Return the columns of text that the user names, none where the user says nothing of them.

    :raises InputError: on several of which one is not there, or that are to be turns.
    """
    texts = split_columns(mapping.get("text", ""), columns)
    if len(texts) < 2:
        return texts
    for text in texts:
        if text not in columns:
            raise InputError(
                f"{file}: there is no column {text!r} for text{nearest(text, columns)} "
                f"The columns are {column_list(columns)}."
            )
    if mapping.get("turns") or mapping.get("conversation"):
        raise InputError(
            f"{file}: the turns of conversations have one column of text, but {len(texts)} are "
            "mapped. Map one."
        )
    return texts


def find_texts(first: Chunk, columns: Mapping[str, str], *, taken: Collection[str]) -> list[str]:
    """Return the columns whose names are questions and whose cells are answers in words.

    Columns such as "Positive comments" and "Negative comments" are where there are several.

    :param columns: of the fields; that of the text is added where there are questions beside it,
        unless it is called so, or has a column of its question.
    :param taken: columns that something else reads.
    """
    if "question" in columns or canonical_field(columns.get("text", "")) == "text":
        return []  # each row holds one text already
    used = {*taken, *(column for field, column in columns.items() if field != "text")}
    batch = first.batch
    found = {
        name
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
        if name not in used
        and (is_question(name) or is_kind_of_comment(name))
        and not _PERSONAL.search(name)
        and pa.types.is_string(column.type)
        and _is_free_text(
            [cell for cell in cell_texts(column) if cell and not cell.isspace()],
            is_closed=bool(_CLOSED.match(_asked(name))),
        )
    }
    if len(found) == 1 and not any(map(is_question, found)):
        return []
    if found and "text" in columns:
        found.add(columns["text"])
    return [name for name in batch.schema.names if name in found]


def describe_texts(texts: Sequence[str]) -> str:
    """Return in one line which columns are read as answers to which questions."""
    each = "each " if len(texts) > 1 else ""
    return (
        f"{column_list(texts)} {'are' if each else 'is'} read as text, {each}with its name as the "
        "question. Use --map text=COLUMN,COLUMN where that is wrong."
    )


def questions_of(texts: Sequence[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Return the question of each column of text; none of the only one that is no question."""
    if len(texts) == 1 and ("question" in columns or not is_question(texts[0])):
        return {}
    return {text: text for text in texts}


def spread(
    columns: list[pa.Array[Any]],
    batch: pa.RecordBatch,
    verbatims: Sequence[Sequence[Verbatim]],
) -> tuple[list[pa.Array[Any]], pa.RecordBatch]:
    """Return interactions and their input columns with one row for each verbatim of a row.

    :param columns: of INTERACTION, a row for each row of the input; one without a verbatim stays.
    :param verbatims: of each row.
    """
    rows = [i for i, found in enumerate(verbatims) for _ in found or (None,)]
    said = [verbatim for found in verbatims for verbatim in found or (None,)]
    indices = pa.array(rows, pa.int64())
    taken = [column.take(indices) for column in columns]
    names = INTERACTION.names
    ids = taken[names.index("interaction_id")].to_pylist()
    taken[names.index("interaction_id")] = strings(
        [id_ if v is None else f"{id_}:{v.column}" for id_, v in zip(ids, said, strict=True)]
    )
    taken[names.index("question")] = strings(
        [None if v is None else v.question or None for v in said]
    )
    taken[names.index("text")] = strings([None if v is None else v.text for v in said])
    return taken, batch.take(indices)


def _asked(header: str) -> str:
    return _NUMBERED.sub("", header, count=1).strip() if _NUMBERED.match(header) else header.strip()


def _is_free_text(cells: Sequence[str], *, is_closed: bool) -> bool:
    if not cells or all(is_number(cell) for cell in cells):
        return False
    parts = [part for cell in cells for part in _PARTS.split(cell) if part]
    can_judge = len(parts) >= _MIN_TO_JUDGE
    different = len(set(parts)) / max(1, len(parts))
    if can_judge and different < _MIN_DIFFERENT:
        return False
    enough = _MIN_WORDS_VARIED if can_judge and different >= _VARIED else _MIN_WORDS
    lengths = [len(cell.split()) for cell in set(cells)]
    if max(lengths) >= _SENTENCE_WORDS:
        enough = min(enough, _MIN_WORDS_WITH_SENTENCE)
    return sum(lengths) / len(lengths) >= (_MIN_WORDS_CLOSED if is_closed else enough)
