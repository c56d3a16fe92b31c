"""Read the examples of own topics: a CSV file of texts and what they are about."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cxnlp.errors import InputError
from cxnlp.records import MAX_TEXT_CHARACTERS
from cxnlp.slug import slug
from cxnlp.topics.definition import NONE, OwnTopic

MIN_EXAMPLES = 4  # different ones, of a topic
MAX_EXAMPLES = 20_000

_COLUMNS = ("text", "topic")
_MAX_BYTES = 1 << 26
_ROWS_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text and the topics it is about: none where it stands for what is about no topic."""

    text: str
    labels: frozenset[str]
    line: int  # of its file, where it stands first


def read_examples(path: str | Path, topics: Sequence[OwnTopic]) -> tuple[Example, ...]:
    """Return the examples of a CSV file in UTF-8 with the columns text and topic.

    A text about several topics stands in several rows, or its topics are joined by semicolons;
    "none" says that it is about no topic. Topics are named as in topics.toml, or by label.

    :raises InputError: naming the rows, where a text or topic is missing or unknown, or a topic
        has too few different examples.
    """
    path = Path(path)
    labels = {topic.label for topic in topics}
    found: dict[str, Example] = {}
    lines: dict[str, dict[int, None]] = {}  # problem -> the lines that have it
    for line, row in _rows(path):
        text, named = row["text"].strip(), row["topic"]
        chosen = {slug(name) for name in named.split(";") if name.strip()}
        problem = _problem(text, chosen, labels)
        if problem:
            lines.setdefault(problem, {})[line] = None
            continue
        key = " ".join(text.casefold().split())
        own = frozenset(chosen - {NONE})
        if key in found:
            if bool(own) != bool(found[key].labels):
                problem = 'a text is about a topic in one row and about "none" in another'
                lines.setdefault(problem, {}).update({found[key].line: None, line: None})
                continue
            own |= found[key].labels
        first = found[key] if key in found else Example(text=text, labels=own, line=line)
        found[key] = Example(text=first.text, labels=own, line=first.line)
        if len(found) > MAX_EXAMPLES:
            raise InputError(f"{path}: holds more than {MAX_EXAMPLES:,} examples. Give fewer.")
    if lines:
        _refuse(path, lines, topics)
    _check_counts(path, tuple(found.values()), topics)
    return tuple(found.values())


def _problem(text: str, chosen: set[str], labels: set[str]) -> str:
    if not text:
        return "the text is empty"
    if len(text) > MAX_TEXT_CHARACTERS:
        return f"the text is longer than {MAX_TEXT_CHARACTERS:,} characters"
    if not chosen:
        return 'no topic is named (write "none" for a text about no topic)'
    if chosen - labels - {NONE}:
        return "the topic is not one of topics.toml"
    return '"none" stands beside a topic' if NONE in chosen and len(chosen) > 1 else ""


def _refuse(
    path: Path, lines: Mapping[str, Mapping[int, None]], topics: Sequence[OwnTopic]
) -> None:
    parts = []
    for problem, places in lines.items():
        shown = ", ".join(str(line) for line in list(places)[:_ROWS_NAMED])
        more = f" and {len(places) - _ROWS_NAMED} more" if len(places) > _ROWS_NAMED else ""
        parts.append(f"{'line' if len(places) == 1 else 'lines'} {shown}{more}: {problem}")
    known = ", ".join(topic.name for topic in topics[:20])
    hint = f" The topics are: {known}." if any("topics.toml" in part for part in parts) else ""
    raise InputError(f"{path}: {'; '.join(parts)}.{hint} Correct these rows or take them out.")


def _check_counts(path: Path, examples: Sequence[Example], topics: Sequence[OwnTopic]) -> None:
    few = []
    for topic in topics:
        own = [example.line for example in examples if topic.label in example.labels]
        if len(own) < MIN_EXAMPLES:
            where = f" (line {', '.join(map(str, own))})" if own else ""
            few.append(f"{topic.name!r} has {len(own)}{where}")
    if few:
        raise InputError(
            f"{path}: a topic needs at least {MIN_EXAMPLES} different examples: {'; '.join(few)}. "
            "Add examples, or take the topic out of topics.toml."
        )


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line on which each row begins, and its cells."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"{path}: is larger than 64 MiB. Give a file of examples alone.")
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(
            f"{path}:{line}: is not UTF-8. Save it as CSV in UTF-8 and try again."
        ) from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}.") from error
    if "\0" in content:
        line = content[: content.index("\0")].count("\n") + 1
        raise InputError(f"{path}:{line}: is not text. Give the examples as CSV in UTF-8.")
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    end = 0
    try:
        header = [cell.strip().casefold() for cell in next(reader, [])]
        if missing := [name for name in _COLUMNS if header.count(name) != 1]:
            raise InputError(
                f"{path}: must have one column {missing[0]!r}; its first line names "
                f"{len(header)} columns. Begin the file with: text,topic"
            )
        places = {name: header.index(name) for name in _COLUMNS}
        end = reader.line_num
        for cells in reader:
            line, end = end + 1, reader.line_num
            if any(cell.strip() for cell in cells):
                yield line, {n: cells[i] if i < len(cells) else "" for n, i in places.items()}
    except csv.Error as error:
        raise InputError(f"{path}:{reader.line_num}: is not valid CSV: {error}.") from error
