"""Read what topics a company wants: `topics.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cxnlp.errors import InputError
from cxnlp.labels import TOPICS
from cxnlp.model.own_topics import MAX_TOPICS
from cxnlp.slug import slug

NONE = "none"  # stands in the examples for texts about no topic

_KEYS = ("name", "description")
_MAX_BYTES = 1 << 20
_MAX_NAME, _MAX_DESCRIPTION = 80, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTopic:
    """A topic as its owner defines it."""

    label: str  # the slug of its name, as it stands in predictions
    name: str
    description: str  # may be empty

    @property
    def as_text(self) -> str:
        """Return name and description as one text, which is read as one more example."""
        return f"{self.name}. {self.description}" if self.description else self.name


def read_topics(path: str | Path) -> tuple[OwnTopic, ...]:
    """Return the topics of a file of `[[topic]]` tables with a name and a description.

    :raises InputError: where the file is no such one, or two topics have one name, or a name is
        taken by one of the 21 topics that every model has.
    """
    path = Path(path)
    tables = _tables(path)
    topics: list[OwnTopic] = []
    for number, table in enumerate(tables, start=1):
        topic = _topic(table, where=f"{path}: topic {number}")
        for earlier, other in enumerate(topics, start=1):
            if other.label == topic.label:
                raise InputError(
                    f"{path}: topics {earlier} and {number} are both named {topic.name!r} "
                    f"(as a label, {topic.label}). Name each topic once."
                )
        topics.append(topic)
    return tuple(topics)


def _tables(path: Path) -> Sequence[Any]:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"{path}: is larger than 1 MiB. Give a file of topics alone.")
        found = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(f"{path}:{line}: is not UTF-8. Save the file as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: is not TOML: {error}.") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}.") from error
    if unknown := [key for key in found if key != "topic"]:
        raise InputError(f"{path}: unknown key {unknown[0]!r}. Write each topic as [[topic]].")
    tables = found.get("topic")
    if not isinstance(tables, list) or not tables:
        raise InputError(f"{path}: holds no topic. Write each as [[topic]] with a name.")
    if len(tables) > MAX_TOPICS:
        raise InputError(f"{path}: holds {len(tables)} topics; at most {MAX_TOPICS} can be fitted.")
    return tables


def _topic(table: Any, *, where: str) -> OwnTopic:
    if not isinstance(table, Mapping):
        raise InputError(f"{where} is not a table. Write it as [[topic]] with a name.")
    for key in table:
        if key not in _KEYS:
            near = get_close_matches(key, _KEYS, n=1)
            meant = f" Is {near[0]} meant?" if near else ""
            raise InputError(
                f"{where}: unknown key {key!r}.{meant} The keys are name, description."
            )
    name, description = table.get("name"), table.get("description", "")
    if not isinstance(name, str) or not name.strip():
        raise InputError(f'{where}: has no name. Give it one: name = "...".')
    if not isinstance(description, str):
        raise InputError(f"{where}: its description is not a string. Put it in quotes.")
    name, description = " ".join(name.split()), " ".join(description.split())
    label = slug(name)
    if not label or len(name) > _MAX_NAME or ";" in name:
        raise InputError(
            f"{where}: its name must hold a letter or digit, no semicolon, and at most "
            f"{_MAX_NAME} characters."
        )
    if len(description) > _MAX_DESCRIPTION:
        raise InputError(f"{where}: its description is longer than {_MAX_DESCRIPTION} characters.")
    if label in TOPICS or label == NONE:
        taken = "texts without a topic" if label == NONE else "a topic that every model has"
        raise InputError(f"{where}: {name!r} is the name of {taken}. Choose another name.")
    return OwnTopic(label=label, name=name, description=description)
