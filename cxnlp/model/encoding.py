"""Turn texts, questions and spans into the token ids and pooling rows the encoder reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cxnlp.text.legible import find_addresses, make_legible

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

MAX_QUESTION_TOKENS = 32
_MULTIPLE = 8  # of padded tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenisedText:
    """The word pieces of one text, without special tokens."""

    ids: NDArray[np.int32]
    starts: NDArray[np.int32]  # code points into the original text
    ends: NDArray[np.int32]

    def find_tokens(self, start: int, end: int) -> tuple[int, int]:
        """Return the tokens [first, last) that overlap the characters [start, end)."""
        first = int(np.searchsorted(self.ends, start, side="right"))
        last = int(np.searchsorted(self.starts, end, side="left"))
        return first, max(first, last)


def tokenise(tokenizer: Tokenizer, texts: Sequence[str]) -> list[TokenisedText]:
    """Return the word pieces of each text; addresses are left out unless nothing else is there."""
    legible = [make_legible(text) for text in texts]
    return [
        _keep(encoding, item.text, item.offsets)
        for encoding, item in zip(
            tokenizer.encode_batch([item.text for item in legible], add_special_tokens=False),
            legible,
            strict=True,
        )
    ]


def _keep(encoding: Encoding, text: str, offsets: tuple[int, ...] | None) -> TokenisedText:
    ids = np.asarray(encoding.ids, dtype=np.int32)
    places = np.asarray(encoding.offsets, dtype=np.int32).reshape(-1, 2)
    addresses = find_addresses(text)
    if addresses:
        kept = np.ones(len(ids), dtype=bool)
        for start, end in addresses:
            kept &= (places[:, 1] <= start) | (places[:, 0] >= end)
        if kept.any():
            ids, places = ids[kept], places[kept]
    starts, ends = places[:, 0], places[:, 1]
    if offsets is not None:
        table = np.asarray(offsets, dtype=np.int32)
        starts, ends = table[starts], table[np.maximum(ends - 1, 0)] + 1
    return TokenisedText(ids=ids, starts=starts, ends=ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One row of the encoder's input: `[CLS] question [SEP] text [SEP]`, or without a question."""

    ids: NDArray[np.int32]
    spans: tuple[tuple[int, int], ...]  # tokens [first, last) of `ids` that each span pools


def make_window(
    tokens: TokenisedText,
    question: TokenisedText | None,
    spans: Sequence[tuple[int, int]],
    *,
    cls_id: int,
    sep_id: int,
) -> Window:
    """Return one encoder row for a text and the token spans [first, last) to be pooled."""
    head = [cls_id]
    if question is not None and len(question.ids):
        head += [*question.ids[:MAX_QUESTION_TOKENS].tolist(), sep_id]
    ids = np.concatenate([np.asarray(head, dtype=np.int32), tokens.ids, [np.int32(sep_id)]])
    shift = len(head)
    return Window(
        ids=ids.astype(np.int32),
        spans=tuple((first + shift, last + shift) for first, last in spans),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderInput:
    """A batch as the graph takes it."""

    input_ids: NDArray[np.int64]  # (batch, tokens), 0 where padded
    attention_mask: NDArray[np.int64]  # (batch, tokens)
    pooling: NDArray[np.float32]  # (batch, spans, tokens); a row sums to 1, padded rows to 0


def padded_length(window: Window, *, multiple: int = _MULTIPLE) -> int:
    """Return the tokens a window takes in a batch of its like: rounded up to a multiple."""
    return -(-len(window.ids) // multiple) * multiple


def collate(windows: Sequence[Window], *, multiple: int = _MULTIPLE) -> EncoderInput:
    """Pad windows into one batch; token counts are rounded up to a multiple."""
    n_tokens = max(padded_length(window, multiple=multiple) for window in windows)
    n_spans = max(len(window.spans) for window in windows)
    ids = np.zeros((len(windows), n_tokens), dtype=np.int64)
    mask = np.zeros((len(windows), n_tokens), dtype=np.int64)
    pooling = np.zeros((len(windows), n_spans, n_tokens), dtype=np.float32)
    for row, window in enumerate(windows):
        ids[row, : len(window.ids)] = window.ids
        mask[row, : len(window.ids)] = 1
        for index, (first, last) in enumerate(window.spans):
            if last > first:
                pooling[row, index, first:last] = 1.0 / (last - first)
    return EncoderInput(input_ids=ids, attention_mask=mask, pooling=pooling)
