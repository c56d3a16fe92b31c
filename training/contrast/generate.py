"""Fill the contrast templates; whole templates, not sentences, are held back for testing."""

from __future__ import annotations

import hashlib
import random
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cxnlp.labels import SENTIMENTS
from training.example import Example, document

_FOLDER = Path(__file__).parent
_SLOT = re.compile(r"\{(\w+)\}")
_SEED = 5
_PER_TEMPLATE = 60

# (question list, answer list, sentiment): an answer means what its question makes of it.
_ANSWERS = (
    ("asked_for_improvement", "nothing", "positive"),
    ("asked_for_praise", "nothing", "negative"),
    ("asked_openly", "nothing", "neutral"),
    ("asked_for_improvement", "subject", "negative"),
    ("asked_for_praise", "subject", "positive"),
    ("asked_for_improvement", "more", "negative"),
)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


def split_of(template: str) -> str:
    """Return the split of a template: a fifth is held back for testing."""
    return "test" if hashlib.sha256(template.encode()).digest()[0] % 5 == 0 else "train"


def _fill(template: str, words: dict[str, Any], choice: random.Random) -> str:
    text = _SLOT.sub(lambda slot: choice.choice(words[slot[1]]), template)
    text = re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)
    text = text[0].upper() + text[1:]
    style = choice.random()
    if style < 0.15:
        return text.lower()
    return text.rstrip(".") if style < 0.3 else text


def generate() -> Iterator[Example]:
    """Yield every contrast example, the same ones each time, without repeats."""
    choice, words, seen = random.Random(_SEED), _read("words.toml"), set()
    for capability, by_label in _read("templates.toml").items():
        for label, templates in by_label.items():
            for template in templates:
                for _ in range(_PER_TEMPLATE):
                    text = _fill(template, words, choice)
                    if text in seen:
                        continue
                    seen.add(text)
                    yield document(text, f"contrast:{capability}", split_of(template),
                                   sentiment=SENTIMENTS.index(label))
    for asked, answered, label in _ANSWERS:
        for question in words[asked]["questions"]:
            for answer in words[answered]["answers"]:
                for _ in range(5 if "{" in answer else 1):
                    yield document(_fill(answer, words, choice), "contrast:survey_answer",
                                   split_of(question), question=question,
                                   sentiment=SENTIMENTS.index(label))
