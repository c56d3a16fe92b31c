"""Say where every data set came from, and refuse data that is not what was said.

`python -m training.provenance --data DIR` fills the row counts and SHA-256 of `data.toml` in from
the folders in DIR; with `--check` it compares them instead.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import click
import pyarrow.parquet as pq

from cxnlp.errors import InputError
from training.readers.annotated import annotated_sources

DATA_TOML = Path(__file__).parent / "data.toml"
# Made by this package: no folder of data, no licence but its own.
OWN_SOURCES = frozenset({"contrast", "written", "two_sided"})
ANNOTATIONS = frozenset({"annotated", "annotated_reviews"})  # our labels on the texts of others

_HEADER = """\
# Every data set that a recipe trains on or a release is measured on; one table a folder.
# Written by hand, but for `rows` and `sha256`: `python -m training.provenance --data DIR`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where something came from, and on what terms."""

    repository: str
    commit: str
    licence: str
    attribution: str
    share_alike: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """One folder of data."""

    name: str
    sources: tuple[str, ...]  # the readers that read it
    may_train: bool  # whether a released model may be trained on it
    labels: str  # which labels are used, and how
    origins: dict[str, Origin]  # one, named as the folder; several where it was merged
    rows: dict[str, int]  # file -> rows
    sha256: dict[str, str]  # file -> checksum

    @property
    def licences(self) -> tuple[str, ...]:
        """The licences of the data set, each once."""
        return tuple(dict.fromkeys(origin.licence for origin in self.origins.values()))

    @property
    def share_alike(self) -> bool:
        """Whether any part of it must be passed on under its own terms."""
        return any(origin.share_alike for origin in self.origins.values())


_ORIGIN_KEYS = tuple(item.name for item in fields(Origin))


def read_provenance(path: Path = DATA_TOML) -> dict[str, DataSet]:
    """Return every data set by the name of its folder.

    :raises InputError: where a table lacks a key or has one too many.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not valid TOML: {error}.") from error
    found = {}
    for name, table in tables.items():
        where = f"{path} [{name}]"
        values = {key: value for key, value in table.items() if key not in _ORIGIN_KEYS}
        own = {key: value for key, value in table.items() if key in _ORIGIN_KEYS}
        merged = table.get("origins") or {name: own}
        values["origins"] = {
            key: _build(Origin, value, f"{where} {key}") for key, value in merged.items()
        }
        values["sources"] = tuple(table.get("sources", [name]))
        found[name] = _build(DataSet, {**values, "name": name}, where)
    return found


def _build(kind: type[Any], values: Mapping[str, Any], where: str) -> Any:
    known = {item.name for item in fields(kind)}
    missing, unknown = sorted(known - set(values)), sorted(set(values) - known)
    if missing or unknown:
        raise InputError(f"{where}: missing keys {missing}, unknown keys {unknown}.")
    return kind(**values)


def find_data_set(source: str, data_sets: Mapping[str, DataSet]) -> DataSet:
    """Return the data set that a reader reads.

    :raises InputError: where none is named in `data.toml`.
    """
    for data_set in data_sets.values():
        if source in data_set.sources:
            return data_set
    raise InputError(
        f"{source}: no table of data.toml names this source. "
        "Write down where it came from, and its licence, before training on it."
    )


def text_sources(sources: Iterable[str]) -> list[str]:
    """Return the sources whose texts are read: our own none, annotations those they annotate."""
    found: dict[str, None] = {}
    for source in sources:
        if source in ANNOTATIONS:
            found |= dict.fromkeys(annotated_sources())
        elif source not in OWN_SOURCES:
            found[source] = None
    return list(found)


def check_licences(sources: Iterable[str], data_sets: Mapping[str, DataSet]) -> None:
    """Refuse sources that a released model may not be trained on.

    :raises InputError: naming the first of them.
    """
    for source in text_sources(sources):
        data_set = find_data_set(source, data_sets)
        if not data_set.may_train:
            raise InputError(
                f"{source}: data.toml allows evaluation only "
                f"({', '.join(data_set.licences)}). Take it out of the recipe's sources."
            )


def check_files(data: Path, sources: Iterable[str], data_sets: Mapping[str, DataSet]) -> None:
    """Refuse data files other than those that `data.toml` describes.

    :raises InputError: naming the first file that is missing or differs.
    """
    named = {s: find_data_set(s, data_sets) for s in text_sources(sources)}
    for data_set in {d.name: d for d in named.values()}.values():
        for file, expected in data_set.sha256.items():
            path = data / data_set.name / file
            if _sha256(path) != expected:
                raise InputError(
                    f"{path}: not the file that data.toml describes (SHA-256 differs). "
                    "Fetch that version, or pass --any-data to use this one."
                )


def evaluation_only(data_sets: Mapping[str, DataSet]) -> tuple[str, ...]:
    """Return the sources that no model is trained on."""
    return tuple(s for d in data_sets.values() if not d.may_train for s in d.sources)


def fill(data_set: DataSet, data: Path) -> DataSet:
    """Return a data set with the row counts and checksums of its files in a folder of data."""
    files = sorted(set(data_set.sha256) | {"data.parquet"})
    paths = {file: data / data_set.name / file for file in files}
    sums = {file: _sha256(path) for file, path in paths.items()}
    rows = {file: pq.read_metadata(path).num_rows for file, path in paths.items()}
    return replace(data_set, rows=rows, sha256=sums)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}.") from error


def to_toml(data_sets: Iterable[DataSet]) -> str:
    """Return the text of `data.toml`, in the order given."""
    parts = [_HEADER]
    for data_set in data_sets:
        own, merged = _ORIGIN_KEYS, dict[str, Origin]()
        if list(data_set.origins) != [data_set.name]:
            own, merged = (), data_set.origins
        lines = [f"[{data_set.name}]"]
        lines += _lines(next(iter(data_set.origins.values())), own)
        lines += _lines(data_set, ("sources", "may_train", "labels", "rows", "sha256"))
        for name, origin in merged.items():
            lines += [f"[{data_set.name}.origins.{name}]", *_lines(origin, _ORIGIN_KEYS)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _lines(record: object, keys: Iterable[str]) -> list[str]:
    return [f"{key} = {_value(getattr(record, key))}" for key in keys]


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_value(k)} = {_value(v)}' for k, v in value.items())} }}"
    return json.dumps(value, ensure_ascii=False)  # strings, numbers, booleans: as TOML has them


@click.command()
@click.option("--data", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--check", is_flag=True, help="Compare instead of writing.")
def main(data: Path, check: bool) -> None:
    """Fill row counts and checksums of data.toml in from the folders in DATA."""
    try:
        data_sets = read_provenance()
        filled = {name: fill(data_set, data) for name, data_set in data_sets.items()}
    except InputError as error:
        raise click.ClickException(str(error)) from error
    if not check:
        DATA_TOML.write_text(to_toml(filled.values()), encoding="utf-8")
        return
    differing = [name for name in data_sets if filled[name] != data_sets[name]]
    if differing:
        raise click.ClickException(f"data.toml does not describe: {', '.join(differing)}.")
    click.echo(f"{len(filled)} data sets are as data.toml says", err=True)


if __name__ == "__main__":
    main()
