"""How a head does on parts of the test texts: by length, source, question, channel."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from cxnlp.labels import SENTIMENTS
from training.evaluate import AnsweredSet, why_not
from training.example import Example
from training.label_arrays import UNKNOWN
from training.measures import figures_of_classes

_CHANNELS = Path(__file__).parent / "channels.toml"
_LENGTHS = (("1-3", 3), ("4-10", 10), ("11-25", 25), ("26-60", 60))  # words, at most
_ORDER = ("length", "question", "training", "channel", "source")

Place = tuple[str, str]  # what is sliced by, and the slice
Pair = tuple[int, int]  # found, gold


@cache
def _channel_of() -> dict[str, str]:
    table = tomllib.loads(_CHANNELS.read_text(encoding="utf-8"))
    return {source: channel for channel, sources in table.items() for source in sources}


def channel(source: str) -> str:
    """Return the kind of text that a source holds.

    >>> channel("nhs_fft"), channel("never_seen")
    ('survey', 'other')
    """
    return _channel_of().get(source, "other")


def length(text: str) -> str:
    """Return the slice of a text's length in words.

    >>> length("Fine."), length("word " * 61)
    ('1-3 words', '>60 words')
    """
    n = len(text.split())
    return next((f"{name} words" for name, most in _LENGTHS if n <= most), ">60 words")


def slice_head(
    sets: Sequence[AnsweredSet], head: str, *, unseen: Collection[str]
) -> list[dict[str, Any]]:
    """Return macro F1 and accuracy of every system on each slice of sentiment or polarity.

    Sets that the head cannot be measured on count in no slice.
    """
    pairs: dict[Place, dict[str, list[Pair]]] = defaultdict(lambda: defaultdict(list))
    for item in sets:
        if why_not(item.labels, head) is not None:
            continue
        gold = getattr(item.labels, head)
        rows = np.argwhere(gold != UNKNOWN)
        for name, answers in item.answers.items():
            found = getattr(answers, head)
            if found is None:
                continue
            for place in map(tuple, rows.tolist()):
                pair = int(found[place]), int(gold[place])
                for slot in _slots(item.examples[place[0]], item.source in unseen):
                    pairs[slot][name].append(pair)
    return [
        {"by": by, "slice": value, "n": _count(systems)} | _figures(systems)
        for (by, value), systems in sorted(pairs.items(), key=lambda entry: _key(*entry[0]))
    ]


def _slots(example: Example, unseen: bool) -> Iterator[Place]:
    yield "length", length(example.text)
    yield "question", "with" if example.question else "without"
    yield "training", "sources never trained on" if unseen else "sources trained on"
    yield "channel", channel(example.source)
    yield "source", example.source


def _key(by: str, value: str) -> tuple[int, int, str]:
    lengths = [f"{name} words" for name, _ in _LENGTHS]
    return _ORDER.index(by), lengths.index(value) if value in lengths else len(lengths), value


def _count(systems: dict[str, list[Pair]]) -> int:
    return max(len(pairs) for pairs in systems.values())


def _figures(systems: dict[str, list[Pair]]) -> dict[str, Any]:
    arrays = {name: np.array(pairs).T for name, pairs in systems.items()}
    return {
        name: figures_of_classes(found, gold, len(SENTIMENTS))
        for name, (found, gold) in arrays.items()
    }
