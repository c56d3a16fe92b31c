"""A file of texts to label for training: chosen by doubt and diversity, near-copies once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cxnlp.errors import InputError
from cxnlp.insights.label_order import Ints, order_by_worth
from cxnlp.insights.label_order_pool import Pool, PoolText, UnsureOf, plain, read_pool
from cxnlp.insights.label_sheet import write_label_sheet
from cxnlp.insights.sample_labels import DRAWN_FOR, FOR_TRAINING
from cxnlp.journey.scored import open_scored
from cxnlp.spreadsheet import spreadsheet_safe

TO_FILL: tuple[str, ...] = ("sentiment", "satisfaction", "emotions", "topics", "annotator")
COLUMNS: tuple[str, ...] = ("source", "interaction_id", "question", "text", *TO_FILL)
GUESSES: tuple[str, ...] = ("model_sentiment", "model_topics")
MAX_TEXTS = 10_000  # a label file; also the texts whose vectors are compared
_PER_TEXT = 20  # candidates for each that is drawn: the most doubtful ones
_AT_LEAST = 2_000

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToLabel:
    """Texts in the order in which they are worth labelling, and where they come from."""

    texts: tuple[PoolText, ...]
    pool: Pool
    n_candidates: int  # the most doubtful, whose vectors were compared
    n_near_copies: int  # candidates nearly equal to a more doubtful one

    def describe(self) -> str:
        """Return what was drawn from what, in one sentence."""
        drawn = f"{len(self.texts):,} texts to label, of {self.pool.n_scored:,}"
        parts = [
            (self.pool.n_scored - self.pool.n_read, "not looked at: a random part was"),
            (self.pool.n_copies, "copies"),
            (self.pool.n_unusable, "without a letter or too long"),
            (self.n_near_copies, "near-copies among the most doubtful"),
        ]
        left = [f"{n:,} {words}" for n, words in parts if n]
        return drawn + (f" ({'; '.join(left)})." if left else ".")


def choose_to_label(
    path: Path,
    *,
    encode: Encode,
    n: int = 200,
    unsure_of: UnsureOf = "sentiment",
    seed: int = 0,
) -> ToLabel:
    """Return up to n texts of a scored file for labels to train on; the same seed gives the same.

    :param encode: gives a vector for each text; it is asked about the most doubtful alone.
    :raises InputError: where n is not from 1 to 10,000, or there is no text to label.
    """
    if not 1 <= n <= MAX_TEXTS:
        raise InputError(f"{n:,} texts cannot be drawn to label. Ask for 1 to {MAX_TEXTS:,}.")
    generator = np.random.default_rng(seed)
    pool = read_pool(open_scored(Path(path)), unsure_of=unsure_of, generator=generator)
    candidates, n_near = _candidates(pool, n)
    vectors = encode([pool.texts[i].text for i in candidates])
    order = order_by_worth(vectors, pool.doubt[candidates], n, generator=generator)
    return ToLabel(
        texts=tuple(pool.texts[candidates[place]] for place in order),
        pool=pool,
        n_candidates=len(candidates),
        n_near_copies=n_near,
    )


def write_to_label(chosen: ToLabel, path: Path, *, guesses: bool = False) -> None:
    """Write texts as a label file with empty columns to fill; formulas in them are defused.

    :param guesses: also write what the model thinks, in columns of their own.
    :raises OutputError: where it cannot be written, or labels in it would be lost.
    """
    header = [*COLUMNS, *(GUESSES if guesses else ()), DRAWN_FOR]
    rows = []
    for text in chosen.texts:
        cells = (text.source, text.interaction_id, text.question, text.text)
        guess = (text.sentiment, text.topics) if guesses else ()
        safe = [spreadsheet_safe(cell) for cell in cells]
        rows.append([*safe, *[""] * len(TO_FILL), *guess, FOR_TRAINING])
    write_label_sheet(Path(path), header, rows, to_fill=TO_FILL)


def _candidates(pool: Pool, n: int) -> tuple[Ints, int]:
    """Return the most doubtful texts without near-copies, and how many of these there were."""
    from cxnlp.topics.near_duplicates import group_near_duplicates

    by_doubt = np.argsort(-pool.doubt, kind="stable").astype(np.int64)
    size = min(max(_PER_TEXT * n, _AT_LEAST), MAX_TEXTS)
    while True:
        wide = by_doubt[:size]
        groups = group_near_duplicates([pool.texts[i].text for i in wide])
        seen = set[tuple[int, str]]()
        kept = []
        for place, group in zip(wide, groups, strict=True):
            key = (int(group), plain(pool.texts[place].question))
            if key not in seen:
                seen.add(key)
                kept.append(place)
        if len(kept) >= n or size >= min(len(by_doubt), MAX_TEXTS):
            return np.array(kept, dtype=np.int64), len(wide) - len(kept)
        size = min(2 * size, MAX_TEXTS)
