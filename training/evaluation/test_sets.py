"""Find the labelled texts to evaluate on in a folder of data sets, and name what is left out."""

from __future__ import annotations

import difflib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cxnlp.errors import InputError
from cxnlp.text.legible import make_legible
from training.evaluate import by_source
from training.evaluation.generic import READ, read_generic
from training.evaluation.grades import read_graded
from training.evaluation.table_file import is_table, read_table
from training.example import Example, SpanLabel
from training.provenance import DataSet, read_provenance
from training.readers import Reader, find_readers

FILE = "data.parquet"
_NAMED = 12  # data sets in one message


class UnknownSourceError(InputError):
    """A data set was named that is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSets:
    """Texts to evaluate on, by source, and a line for all that could not be used."""

    __test__ = False  # no test class, whatever its name

    examples: tuple[Example, ...]
    totals: dict[str, int]  # source -> texts of the split, before any limit
    emotions: dict[str, frozenset[str]]  # source -> the emotions its labels can express
    judged_only: frozenset[str]  # sources that nothing may be trained on
    generic: frozenset[str]  # sources without a reader of their own
    notes: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class _Found:
    examples: list[Example]
    emotions: dict[str, frozenset[str]]
    judged_only: set[str]
    generic: set[str]
    notes: list[str]
    mapping: Mapping[str, str]


def read_test_sets(
    data: Path,
    *,
    only: Sequence[str] = (),
    split: str = "test",
    limit: int = 0,
    seed: int = 0,
    mapping: Mapping[str, str] | None = None,
) -> TestSets:
    """Return at most `limit` texts (0: all) of a split from each data set in a folder.

    `data` holds one folder a data set, or is one, or is a single file.

    :param mapping: column as it is read -> its name in sets without a reader of their own.
    :raises UnknownSourceError: on a name in `only` that nothing here has, with the nearest.
    :raises InputError: where nothing is left to evaluate on.
    """
    mapping = mapping or {}
    if unknown := sorted(set(mapping) - set(READ)):
        raise InputError(f"no column {unknown[0]!r} is read; map one of {', '.join(READ)}.")
    found = _Found(
        examples=[], emotions={}, judged_only=set(), generic=set(), notes=[], mapping=mapping
    )
    if data.is_file() and data.name != FILE:
        if only:
            raise UnknownSourceError("names data sets in a folder; the data are one file.")
        _read_by_columns(found, data, data.stem)
    else:
        folders = _folders(data)
        _read_folders(found, folders, only)
        if data.is_dir() and data.resolve() not in folders and not only:
            found.notes += _loose_files(data)
    _leave_out(found, split)
    groups = by_source(found.examples)
    if not groups:
        gone = [note for note in found.notes if "skipped" in note or "left out" in note]
        why = " ".join(f"{note}." for note in gone)
        raise InputError(f"{data}: nothing to evaluate on in split {split!r}. {why}".rstrip())
    taken: list[Example] = []
    for group in groups.values():
        random.Random(seed).shuffle(group)
        taken += group[: limit or None]
    return TestSets(
        examples=tuple(taken),
        totals={source: len(group) for source, group in groups.items()},
        emotions=found.emotions,
        judged_only=frozenset(found.judged_only),
        generic=frozenset(found.generic),
        notes=tuple(found.notes),
    )


def _folders(data: Path) -> list[Path]:
    if data.is_file():
        return [data.resolve().parent]
    if not data.is_dir():
        raise InputError(f"{data}: there is no such folder or file. Name one with labelled texts.")
    if (data / FILE).is_file():
        return [data.resolve()]
    folders = [p for p in _entries(data) if p.is_dir()]
    if not folders:
        raise InputError(
            f"{data}: holds no data set. Give each a folder of its own with {FILE}, "
            "or name a single file."
        )
    return folders


def _entries(folder: Path) -> list[Path]:
    try:
        return [path for path in sorted(folder.iterdir()) if not path.name.startswith(".")]
    except OSError as error:
        raise InputError(f"{folder}: cannot be read: {error.strerror}.") from error


def _loose_files(data: Path) -> list[str]:
    return [
        f"{path.name}: skipped, has no folder of its own; name the file as the data"
        for path in _entries(data)
        if is_table(path)
    ]


def _read_folders(found: _Found, folders: Iterable[Path], only: Sequence[str]) -> None:
    readers, data_sets = find_readers(), read_provenance()
    sources = {folder: _sources(folder, data_sets, readers) for folder in folders}
    names = sorted({folder.name for folder in sources} | {s for v in sources.values() for s in v})
    for name in only:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            more = ", ..." if len(names) > _NAMED else ""
            there = f"there are {', '.join(names[:_NAMED])}{more}"
            hint = f"did you mean {near[0]!r}?" if near else there
            raise UnknownSourceError(f"there is no data set {name!r}; {hint}")
    for folder, known in sources.items():
        whole = not only or folder.name in only
        wanted = [source for source in known if whole or source in only]
        if not (whole or wanted):
            continue
        if not (folder / FILE).is_file():
            _add_other_table(found, folder)
            continue
        data_set = data_sets.get(folder.name)
        may_train = data_set is None or data_set.may_train
        read = [_add_known(found, folder, s, readers[s], may_train) for s in wanted]
        if whole and not any(read):
            _add_generic(found, folder / FILE, folder.name)


def _sources(
    folder: Path, data_sets: dict[str, DataSet], readers: dict[str, Reader]
) -> tuple[str, ...]:
    """Return the readers that read a folder."""
    data_set = data_sets.get(folder.name)
    named = data_set.sources if data_set is not None else (folder.name,)
    return tuple(source for source in named if source in readers)


def _add_known(found: _Found, folder: Path, source: str, reader: Reader, may_train: bool) -> bool:
    """Read a source with its own reader; return whether that could be done."""
    try:
        examples = [*reader(folder.parent / source), *read_graded(folder, source)]
    except (OSError, LookupError, TypeError, ValueError, AttributeError) as error:
        # What the libraries below raise on broken files and odd cells; it may quote a text.
        key = error.args[0] if isinstance(error, KeyError) and error.args else None
        named = isinstance(key, str) and key.isidentifier()
        why = f"does not find {key!r}" if named else f"cannot read it ({type(error).__name__})"
        found.notes.append(f"{source}: its own reader {why}; read by the names of its columns")
        return False
    if not may_train:
        # Nothing of it was ever trained or tuned on: all of it can judge.
        examples = [replace(example, split="test") for example in examples]
        found.judged_only |= {example.source for example in examples}
    found.examples += examples
    return True


def _add_other_table(found: _Found, folder: Path) -> None:
    """Read a folder without the usual file, if it holds one other table."""
    tables = [path for path in _entries(folder) if is_table(path)]
    if len(tables) == 1:
        _add_generic(found, tables[0], folder.name)
        return
    more = f" but {len(tables)} other tables; name one of them as the data" if tables else ""
    found.notes.append(f"{folder.name}: skipped, has no {FILE}{more}")


def _add_generic(found: _Found, path: Path, source: str) -> None:
    try:
        _read_by_columns(found, path, source)
    except InputError as error:
        why = str(error).removeprefix(f"{path}: ").removeprefix(f"{source}: ").rstrip(".")
        found.notes.append(f"{source}: skipped, {why}")


def _read_by_columns(found: _Found, path: Path, source: str) -> None:
    read = read_generic(read_table(path), source, mapping=found.mapping)
    found.examples += read.examples
    found.emotions[source] = read.emotions
    found.generic.add(source)
    found.notes += [f"{source}: {note}" for note in read.notes]


def _leave_out(found: _Found, split: str) -> None:
    """Keep what can be judged as a whole text of the split; note sources of which nothing is."""
    kept = []
    for source, group in by_source(found.examples).items():
        of_split = [example for example in group if example.split == split]
        if not of_split:
            there = ", ".join(sorted({example.split for example in group}))
            found.notes.append(f"{source}: skipped, has no rows of split {split!r}, only {there}")
            continue
        n_others = len(group) - len(of_split)
        if n_others and source in found.generic:
            rows = "row" if n_others == 1 else "rows"
            found.notes.append(
                f"{source}: {n_others:,} {rows} of other splits than {split}, left out"
            )
        legible = [e for e in of_split if any(c.isalnum() for c in make_legible(e.text).text)]
        whole = [e for e in legible if (e.spans[0].start, e.spans[0].end) == (0, len(e.text))]
        labelled = [e for e in whole if _has_label(e.spans[0])]
        for n, what in (
            (len(of_split) - len(legible), "without a letter, digit or pictograph"),
            (len(legible) - len(whole), "labelled sentence by sentence only"),
            (len(whole) - len(labelled), "without a label"),
        ):
            if n:
                found.notes.append(
                    f"{source}: {n:,} {'text' if n == 1 else 'texts'} {what}, left out"
                )
        kept += labelled
    found.examples = kept


def _has_label(span: SpanLabel) -> bool:
    """Return whether people said anything of a span; what a teacher says is no gold."""
    known = (span.sentiment, span.satisfaction, span.emotions)
    return any(k is not None for k in known) or bool(span.topics or span.polarities)
