"""Fill the contrast templates; whole templates and answers are held back for testing."""

from __future__ import annotations

import hashlib
import random
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cxnlp.labels import SENTIMENTS, TOPICS
from training.example import Example, document
from training.readers.topics import single

_FOLDER = Path(__file__).parent
_SLOT = re.compile(r"\{(\w+)\}")
# After an article a {thing} must be one that is counted: "a room", not "a staff".
_COUNTED = re.compile(r"(\b[Aa]n? (?:\{\w+\} |\w+ )?)\{thing\}")
# "an" goes before a vowel that is heard: not in "a useful app".
_ARTICLE = re.compile(r"\b([Aa]) (?=[aeiou])(?!us|eu|one)", re.IGNORECASE)
_SEED = 5
# More of one form teach the form: "My sister hates this place." became praise at sixty.
_PER_TEMPLATE = {"train": 12, "test": 60}

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


def _topics(things: list[str], words: dict[str, Any]) -> dict[str, bool]:
    """Return the topics of what a sentence names: nothing where one thing's topic is open."""
    if any(thing not in words["topic_of"] for thing in things):
        return {}
    present = {words["topic_of"][thing] for thing in things}
    near = {"general_experience"}.union(*(words["near"].get(topic, ()) for topic in present))
    return {topic: topic in present for topic in TOPICS if topic not in near - present}


def _fill(
    template: str, words: dict[str, Any], choice: random.Random
) -> tuple[str, dict[str, bool]]:
    """Return a filled template, and its topics."""
    things: list[str] = []

    def take(slot: re.Match[str]) -> str:
        word: str = choice.choice(words[slot[1]])
        if slot[1].startswith(("thing", "counted")):
            things.append(word)
        return word

    text = _SLOT.sub(take, _COUNTED.sub(r"\1{counted}", template))
    return _style(text, choice), _topics(things, words)


def _style(text: str, choice: random.Random) -> str:
    text = _ARTICLE.sub(r"\1n ", text)
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
                for _ in range(_PER_TEMPLATE[split_of(template)]):
                    text, topics = _fill(template, words, choice)
                    if text in seen:
                        continue
                    seen.add(text)
                    yield document(
                        text,
                        f"contrast:{capability}",
                        split_of(template),
                        sentiment=SENTIMENTS.index(label),
                        topics=topics,
                        polarities=single(topics, SENTIMENTS.index(label)),
                    )
    yield from _answer(words, choice)


def _answer(words: dict[str, Any], choice: random.Random) -> Iterator[Example]:
    """Yield survey answers; training and testing share neither a question nor an answer."""
    for asked, answered, label in _ANSWERS:
        for question in words[asked]["questions"]:
            for answer in words[answered]["answers"]:
                for _ in range(5 if "{" in answer else 1):
                    text, topics = _fill(answer, words, choice)
                    if split_of(question) == split_of(answer):
                        yield document(
                            text,
                            "contrast:survey_answer",
                            split_of(answer),
                            question=question,
                            sentiment=SENTIMENTS.index(label),
                            topics=topics,
                            polarities=single(topics, SENTIMENTS.index(label)),
                        )
