"""Choose what a model is trained on: caps per source and class, and concatenated opposites."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from training.example import Example, SpanLabel
from training.recipe import MixtureConfig

_MAX_PIECE = 200  # characters: pieces of a concatenation are sentences
# Greetings, sign-offs, order numbers: what stands beside an opinion and must not weaken it.
_FILLERS = "e_fillers"
_FILLED = 0.2


def _sentiment(example: Example) -> int | None:
    return example.spans[0].sentiment if len(example.spans) == 1 else None


def choose(examples: Sequence[Example], config: MixtureConfig, *, seed: int) -> list[Example]:
    """Return a balanced selection, each text once per source or as `repeats` says, shuffled.

    A source gives at most `cap` texts of each sentiment (all those without one, up to
    `cap_unlabelled`).
    """
    shuffled = sorted(examples, key=lambda e: (e.source, e.text, e.question or ""))
    random.Random(seed).shuffle(shuffled)
    taken: dict[tuple[str, int | None], int] = defaultdict(int)
    seen: set[tuple[str, str, str | None]] = set()
    chosen = []
    for example in shuffled:
        identity = (example.source, example.text, example.question)
        key = (example.source, _sentiment(example))
        cap = config.cap_of(example.source)
        limit = config.cap_unlabelled if key[1] is None else cap
        if identity in seen or taken[key] >= limit:
            continue
        seen.add(identity)
        taken[key] += 1
        chosen += [example] * config.repeats.get(example.source, 1)
    return chosen


def concatenate(examples: Sequence[Example], *, n: int, seed: int) -> list[Example]:
    """Return n documents of 2-4 labelled sentences whose sentiments are not all the same.

    Only the sentences are labelled: what the whole says is open, and without such documents a
    span's answer would echo its document's.
    """
    choice = random.Random(seed)
    pools: dict[int, list[Example]] = defaultdict(list)
    fillers = [example for example in examples if example.origin == _FILLERS]
    for example in examples:
        sentiment = _sentiment(example)
        if sentiment is not None and example.spans[0].weight >= 0.7 and not example.question:
            if len(example.text) <= _MAX_PIECE:
                pools[sentiment].append(example)
    documents = []
    for _ in range(n if len(pools) > 1 else 0):
        classes = choice.sample(sorted(pools), 2)
        classes += [choice.choice(sorted(pools)) for _ in range(choice.choice((0, 0, 1, 2)))]
        choice.shuffle(classes)
        pieces = [choice.choice(pools[c]) for c in classes]
        if fillers and choice.random() < _FILLED:
            pieces.insert(choice.choice((0, len(pieces))), choice.choice(fillers))
        documents.append(_join(pieces, choice))
    return documents


def _join(pieces: Sequence[Example], choice: random.Random) -> Example:
    text, spans = "", list[SpanLabel]()
    for piece in pieces:
        body = piece.text.strip()
        if text:
            # Customers end lines, too, without a full stop.
            text += choice.choice((" ", " ", "\n") if text[-1] in ".!?" else (". ", "\n"))
        spans.append(replace(piece.spans[0], start=len(text), end=len(text) + len(body)))
        text += body
    return Example(text=text, source="concatenated", split="train", spans=tuple(spans))
