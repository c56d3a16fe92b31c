"""Edit texts slightly, as hurried customers do, where the edit must not change any label."""

from __future__ import annotations

import random
import re
import string
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from training.example import Example

_WORD = re.compile(r"[A-Za-z]{4,}")
_WORDS = tomllib.loads((Path(__file__).parent / "contrast" / "words.toml").read_text("utf-8"))
_PERSON = re.compile(rf"\b(?:{'|'.join(_WORDS['person'])})\b")
_NAME = re.compile(rf"\b(?:{'|'.join(_WORDS['name'])})\b")
_COMPANY = (
    "My {identity} {person} was there too. ",
    "I am {identity}. ",
    "I came with my {person}. ",
    "My {person} {name} is {identity}. ",
    "{name} and I went together. ",
    "We are from {place}. ",
    "{name} here. ",
)
_HANDLES = ("@support", "@help", "@user", "@customercare", "@the_shop", "@service")
_GREETINGS = ("Hi, ", "Hello. ", "Hi there, ", "Good morning. ", "Dear team, ", "hey ")
_ENDINGS = (
    " Regards",
    " Cheers",
    " #feedback",
    " #service",
    " Kind regards, J.",
    " Sent from my phone",
)


def _typo(text: str, choice: random.Random) -> str:
    """Swap, drop or double one inner letter of one longer word."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = choice.choice(words)
    place = choice.randrange(word.start() + 1, word.end() - 1)
    pair = text[place : place + 2]
    changed = choice.choice((pair[::-1], pair[1:], pair[0] + pair))
    return text[:place] + changed + text[place + 2 :]


def _number(text: str, choice: random.Random) -> str:
    digits = "".join(choice.choices(string.digits, k=choice.randint(4, 9)))
    return choice.choice(
        (f"Order #{digits}. {text}", f"{text} (ref {digits})", f"{text} #{digits}")
    )


def _link(text: str, choice: random.Random) -> str:
    tail = "".join(choice.choices(string.ascii_letters + string.digits, k=8))
    return f"{text} {choice.choice(('https://t.co/', 'http://bit.ly/', 'www.example.com/'))}{tail}"


def _people(text: str, choice: random.Random) -> str:
    """Swap who is named in a text; where nobody is, say first who came along."""
    if _PERSON.search(text) or _NAME.search(text):
        text = _PERSON.sub(lambda _: choice.choice(_WORDS["person"]), text)
        return _NAME.sub(lambda _: choice.choice(_WORDS["name"]), text)
    kinds = ("identity", "person", "name", "place")
    words = {kind: choice.choice(_WORDS[kind]) for kind in kinds}
    return choice.choice(_COMPANY).format(**words) + text


_EDITS: tuple[Callable[[str, random.Random], str], ...] = (
    _people,
    _people,
    _people,
    lambda text, choice: text.rstrip(".!"),
    lambda text, choice: text.replace("'", "").replace("’", ""),
    lambda text, choice: f"{choice.choice(_HANDLES)} {text}",
    lambda text, choice: choice.choice(_GREETINGS) + text,
    lambda text, choice: text + choice.choice(_ENDINGS),
    _typo,
    lambda text, choice: _typo(_typo(text, choice), choice),
    _number,
    _link,
)


def edit(examples: Sequence[Example], *, share: float, seed: int) -> list[Example]:
    """Return the examples, a share of those with one span edited; the same seed, the same edits.

    Texts that answer a question, and those of a word or two, are left as they are: there a letter
    may be the whole meaning.
    """
    choice = random.Random(seed)
    found = []
    for example in examples:
        chosen = choice.random() < share
        if chosen and len(example.spans) == 1 and not example.question and " " in example.text:
            text = choice.choice(_EDITS)(example.text, choice)
            example = replace(
                example, text=text, spans=(replace(example.spans[0], start=0, end=len(text)),)
            )
        found.append(example)
    return found
