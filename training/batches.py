"""Tokenise examples once, and deal them out in batches of like length."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from cxnlp.errors import InputError
from cxnlp.labels import SENTIMENTS
from cxnlp.model.encoding import EncoderInput, Window, collate, make_window, padded_length, tokenise
from training.example import OWN_LABELS, Example, SpanLabel
from training.label_arrays import unknown_labels
from training.losses import Targets

_CHUNK = 1024
# What opens and closes a text, as BERT and as MPNet name it.
_EDGES = (("[CLS]", "<s>"), ("[SEP]", "</s>"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One example, ready for the encoder."""

    window: Window
    labels: tuple[SpanLabel, ...]
    own: bool = False  # a text that the user labelled


def prepare(examples: Sequence[Example], tokenizer: Tokenizer, *, max_tokens: int) -> list[Item]:
    """Return the examples as encoder rows.

    Left out are spans beyond `max_tokens`, sentences cut in half there, and spans of which nothing
    is known.
    """
    cls_id, sep_id = (_find_id(tokenizer, names) for names in _EDGES)
    items = []
    for first in range(0, len(examples), _CHUNK):
        chunk = examples[first : first + _CHUNK]
        texts = tokenise(tokenizer, [example.text for example in chunk])
        questions = tokenise(tokenizer, [example.question or "" for example in chunk])
        for example, tokens, question in zip(chunk, texts, questions, strict=True):
            kept = type(tokens)(
                ids=tokens.ids[:max_tokens],
                starts=tokens.starts[:max_tokens],
                ends=tokens.ends[:max_tokens],
            )
            pairs = []
            for span in example.spans:
                first_token, last_token = kept.find_tokens(span.start, span.end)
                cut = tokens.find_tokens(span.start, span.end)[1] > last_token
                whole = span.start == 0 and span.end == len(example.text)
                if span.says_something and last_token > first_token and (whole or not cut):
                    pairs.append(((first_token, last_token), span))
            if not pairs:
                continue
            window = make_window(
                kept,
                question if example.question else None,
                [p for p, _ in pairs],
                cls_id=cls_id,
                sep_id=sep_id,
            )
            own = example.source == OWN_LABELS
            items.append(Item(window=window, labels=tuple(s for _, s in pairs), own=own))
    return items


def _find_id(tokenizer: Tokenizer, names: tuple[str, ...]) -> int:
    for name in names:
        found: int | None = tokenizer.token_to_id(name)
        if found is not None:
            return found
    raise InputError(
        f"The tokenizer has no {' or '.join(names)}. Take the folder of a BERT or MPNet encoder."
    )


def deal(items: Sequence[Item], *, tokens_per_batch: int, seed: int | None) -> Iterator[list[Item]]:
    """Yield batches of at most `tokens_per_batch` padded tokens; shuffled where a seed is given."""
    order = list(range(len(items)))
    choice = random.Random(seed)
    group = len(order)
    if seed is not None:
        choice.shuffle(order)
        group = 8192
    for first in range(0, len(order), group):
        part = sorted(order[first : first + group], key=lambda i: len(items[i].window.ids))
        batches: list[list[Item]] = [[]]
        for index in part:
            length = padded_length(items[index].window)
            if batches[-1] and (len(batches[-1]) + 1) * length > tokens_per_batch:
                batches.append([])
            batches[-1].append(items[index])
        if seed is not None:
            choice.shuffle(batches)
        yield from batches


def to_tensors(batch: Sequence[Item]) -> tuple[EncoderInput, Targets]:
    """Return a batch's encoder input and the labels of its spans."""
    encoded = collate([item.window for item in batch])
    n_texts, n_spans, _ = encoded.pooling.shape
    labels = unknown_labels(n_texts, n_spans)
    weight = np.zeros((n_texts, n_spans), dtype=np.float32)
    soft = np.full((n_texts, n_spans, len(SENTIMENTS)), np.nan, dtype=np.float32)
    for row, item in enumerate(batch):
        for column, label in enumerate(item.labels):
            labels.put((row, column), label)
            if label.sentiment is not None:
                weight[row, column] = label.weight
            if label.soft_sentiment is not None:
                soft[row, column] = label.soft_sentiment
    tensor = torch.from_numpy
    return encoded, Targets(
        sentiment=tensor(labels.sentiment),
        weight=tensor(weight),
        soft_sentiment=tensor(soft),
        satisfaction=tensor(labels.satisfaction),
        emotion=tensor(labels.emotion),
        topic=tensor(labels.topic),
        polarity=tensor(labels.polarity),
    )
