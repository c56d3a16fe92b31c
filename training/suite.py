"""Read the capability suite: what is tested, and its cases with every frame filled in."""

from __future__ import annotations

import math
import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxnlp.errors import InputError
from cxnlp.labels import SENTIMENTS, TOPICS

SUITE = Path(__file__).parents[1] / "tests" / "capabilities"
NOT_CAPABILITIES = ("suite.toml", "fairness.toml")  # the limit of the mean; fairness
RULES = ("label", "invariance", "direction")
WAYS = ("up", "down")

_SLOT = re.compile(r"\{(\w+)\}")
_KEYS = {"rule", "tests", "limit", "score_may_move", "words", "group"}
_GROUP_KEYS = {"texts", "expect", "topics", "questions", "variants", "vary", "n"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One text, and what is expected of its prediction."""

    text: str
    question: str | None = None
    base: str | None = None  # the text it is compared with
    expect: str | None = None  # its sentiment, or the way its score goes
    topics: tuple[tuple[str, str], ...] = ()  # topic, sentiment
    parts: tuple[tuple[str, str], ...] = ()  # a part of the text, its sentiment


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """The cases of one file."""

    name: str
    rule: str
    tests: str  # what, in a sentence
    limit: float  # the share of cases that may fail
    score_may_move: bool  # of an invariance: only the label must stay
    cases: tuple[Case, ...]


def read_suite(folder: Path = SUITE) -> list[Capability]:
    """Return every capability of a folder, in the order of their names.

    :raises InputError: where there is none, or a file is not as it should be.
    """
    paths = [p for p in sorted(folder.glob("*.toml")) if p.name not in NOT_CAPABILITIES]
    if not paths:
        raise InputError(f"{folder}: holds no capability (*.toml). Name the folder of the suite.")
    return [read_capability(path) for path in paths]


def read_capability(path: Path) -> Capability:
    """Return the capability of one file, its frames filled in.

    :raises InputError: on a key, rule, label or slot that is not known.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        if unknown := sorted(set(table) - _KEYS):
            raise InputError(f"{path}: unknown keys {unknown}; known are {sorted(_KEYS)}.")
        if table["rule"] not in RULES:
            raise InputError(f"{path}: rule {table['rule']!r} is none of {', '.join(RULES)}.")
        words = table.get("words", {})
        cases = [case for group in table["group"] for case in _cases(group, words, path)]
        return Capability(
            name=path.stem,
            rule=table["rule"],
            tests=table["tests"],
            limit=float(table["limit"]),
            score_may_move=table.get("score_may_move", False),
            cases=tuple(dict.fromkeys(cases)),
        )
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not valid TOML: {error}.") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise InputError(
            f"{path}: a value is of another kind than tests/capabilities shows: {error}."
        ) from error
    except KeyError as error:
        raise InputError(f"{path}: {error} is missing, as a key or a list of words.") from error


def _cases(group: dict[str, Any], words: Mapping[str, list[str]], path: Path) -> Iterator[Case]:
    """Yield a group's cases: each text with its slots, question and variants filled in."""
    _check(group, path)
    for entry in group["texts"]:
        parts = entry if isinstance(entry, list) else [entry]
        text = " ".join(parts)
        variants = group.get("variants", ["{text}"])
        slots = list(dict.fromkeys(s.lower() for s in _SLOT.findall(" ".join([text, *variants]))))
        slots = [slot for slot in slots if slot != "text"]
        varied = group.get("vary")
        options = [words[slot][slot == varied :] for slot in slots]
        options += [variants, group.get("questions", [None])]
        for *filling, variant, question in _choose(options, group.get("n"), seed=text):
            fill = dict(zip(slots, filling, strict=True))
            at_base = fill | ({varied: words[varied][0]} if varied else {})
            base = _fill(text, at_base) if varied or "variants" in group else None
            filled = _fill(text, fill)
            expect = group.get("expect")
            of_parts = expect if isinstance(expect, list) else []
            yield Case(
                text=_fill(variant, fill | {"text": filled}),
                question=question,
                base=base,
                expect=None if of_parts else expect,
                topics=tuple(group.get("topics", {}).items()),
                parts=tuple(
                    (_fill(part, fill), want)
                    for part, want in zip(parts if of_parts else [], of_parts, strict=True)
                ),
            )


def _check(group: dict[str, Any], path: Path) -> None:
    if not isinstance(group["texts"], list) or not group["texts"]:
        raise InputError(f"{path}: `texts` is a list of at least one text.")
    if unknown := sorted(set(group) - _GROUP_KEYS):
        raise InputError(f"{path}: unknown keys {unknown}; known are {sorted(_GROUP_KEYS)}.")
    expect = group.get("expect", [])
    if isinstance(expect, list) and expect:
        if any(isinstance(t, str) or len(t) != len(expect) for t in group["texts"]):
            raise InputError(f"{path}: each text needs as many parts as `expect` has labels.")
    labels = [
        *(expect if isinstance(expect, list) else [expect]),
        *group.get("topics", {}).values(),
    ]
    if unknown := sorted(
        {*labels} - {*SENTIMENTS, *WAYS} | set(group.get("topics", {})) - {*TOPICS}
    ):
        raise InputError(f"{path}: {', '.join(unknown)}: no sentiment, way or topic of that name.")


def _choose(options: Sequence[Sequence[Any]], n: int | None, *, seed: str) -> Iterator[list[Any]]:
    """Yield combinations, one of each option: all, or n of them by a seed."""
    total = math.prod(len(option) for option in options)
    numbers: Sequence[int] = range(total)
    if n is not None and n < total:
        numbers = sorted(random.Random(seed).sample(range(total), n))
    for number in numbers:
        chosen = []
        for option in options:
            number, place = divmod(number, len(option))
            chosen.append(option[place])
        yield chosen


def _fill(frame: str, words: Mapping[str, str]) -> str:
    """Fill slots in; one that is written with a capital gets its word with a capital.

    >>> _fill("{Thing} and {thing}", {"thing": "tea"})
    'Tea and tea'
    """

    def word(match: re.Match[str]) -> str:
        slot = match[1]
        found = words[slot.lower()]
        return found if slot.islower() else found[:1].upper() + found[1:]

    return _SLOT.sub(word, frame)
