"""Gather what the encoder says of windows, in whatever batches they ran, into one row a span."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cxnlp.labels import EMOTIONS, SATISFACTION_LEVELS, SENTIMENTS, TOPICS
from cxnlp.model.encoding import Window, padded_length
from cxnlp.model.folder import HEADS
from cxnlp.model.read_out import ReadOut
from cxnlp.model.windows import Plan

Floats = NDArray[np.float32]

# What each head says of a span.
_SHAPES: dict[str, tuple[int, ...]] = {
    "sentiment": (len(SENTIMENTS),),
    "satisfaction": (len(SATISFACTION_LEVELS),),
    "emotion": (len(EMOTIONS),),
    "topic": (len(TOPICS),),
    "polarity": (len(TOPICS), len(SENTIMENTS)),
}


class Gathering:
    """The windows of some plans, and each head's logits of their spans as batches come back.

    Rows: every text followed by its sentences. Pieces of one span in several windows are averaged
    by token count.
    """

    def __init__(self, plans: Sequence[Plan], *, read_out: ReadOut | None = None) -> None:
        self.windows: list[Window] = [window for plan in plans for window in plan.windows]
        # Where each (window, pooling row) goes, and with what weight.
        self._targets: list[list[tuple[int, int, float]]] = []
        first = 0
        for plan in plans:
            here: list[list[tuple[int, int, float]]] = [[] for _ in plan.windows]
            totals = np.zeros(1 + len(plan.sentences))
            for piece in plan.pieces:
                totals[piece.span] += piece.n_tokens
            for piece in plan.pieces:
                weight = piece.n_tokens / totals[piece.span]
                here[piece.window].append((piece.row, first + piece.span, weight))
            self._targets.extend(here)
            first += 1 + len(plan.sentences)
        self.logits: dict[str, Floats] = {
            name: np.zeros((first, *_SHAPES[name]), dtype=np.float32) for name in HEADS
        }
        if read_out is not None:
            self.logits[read_out.name] = np.zeros((first, read_out.width), dtype=np.float32)

    def put(self, places: Sequence[tuple[int, int]], found: Mapping[str, Floats]) -> None:
        """Take the answers about windows.

        :param places: (row of the batch, window) pairs; a batch may hold other texts' windows too.
        :param found: each head's logits, (batch, spans, ...).
        """
        rows = [
            (place, row, target, weight)
            for place, window in places
            for row, target, weight in self._targets[window]
        ]
        columns = zip(*rows, strict=True)
        batch_rows, pool_rows, goals, weights = (np.array(column) for column in columns)
        for name in self.logits:
            values = found[name][batch_rows, pool_rows]
            scale = weights.astype(np.float32).reshape(-1, *[1] * (values.ndim - 1))
            np.add.at(self.logits[name], goals, values * scale)


def batch_by_length(windows: Sequence[Window], *, max_tokens: int) -> Iterator[list[int]]:
    """Yield indices of windows of like length, at most a budget of padded tokens together."""
    order = sorted(range(len(windows)), key=lambda index: -len(windows[index].ids))
    batch: list[int] = []
    longest = 0
    for index in order:
        if batch and (len(batch) + 1) * longest > max_tokens:
            yield batch
            batch = []
        if not batch:
            longest = padded_length(windows[index])
        batch.append(index)
    if batch:
        yield batch
