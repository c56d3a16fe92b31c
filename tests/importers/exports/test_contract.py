"""The contract of every importer: recognised, read once however often given, and nothing lost."""

from __future__ import annotations

import csv
import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from cxnlp.declarations import JourneyFile
from cxnlp.errors import InputError
from cxnlp.importers.exports import exports, format_names, open_input
from cxnlp.importers.formats import open_table
from cxnlp.importers.table import ignore_reject
from cxnlp.journey.journey_file import find_journey_file, read_journey_file

DATA = Path(__file__).parent / "data"
EXAMPLES = Path(__file__).parents[3] / "examples"
FILES = sorted(path for path in DATA.iterdir() if path.is_file())
PLAIN = sorted(
    p
    for p in EXAMPLES.rglob("*")
    if p.suffix in (".csv", ".jsonl", ".parquet") and p.parent.name != "exports"
)
EXPORTS = exports()


def name_of(path: Path) -> str:
    """Return the importer of a file, whose name begins with the importer's."""
    return max((n for n in EXPORTS if path.name.startswith(n)), key=len)


def ignore(line: str) -> None:
    """Take no notice."""


def key(row: dict[str, object]) -> tuple[object, object]:
    """Return what tells an interaction from every other."""
    return row["source"], row["interaction_id"]


def test_every_importer_has_a_file_and_says_what_it_is():
    assert {name_of(path) for path in FILES} == set(EXPORTS)
    for name, export in EXPORTS.items():
        assert name.isidentifier()
        assert export.TITLE
        assert export.EXPECTS
        assert isinstance(export.PLAIN_IS_SAFE, bool)
    assert len(format_names()) == len(set(format_names()))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_auto_recognises_every_export_and_says_so_in_one_line(read, path):
    got = read(path)
    title = EXPORTS[name_of(path)].TITLE
    said = [note for note in got.notes if "read as an export of" in note]
    assert said == [f"{path.name}: read as an export of {title}. Use --format where that is wrong."]
    assert {row["source"] for row in got.rows} == {name_of(path)}


@pytest.mark.parametrize("path", PLAIN, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_auto_takes_no_plain_table_for_an_export(read, path):
    table, export = open_input(path, format_name="auto", note=ignore)
    assert export is None
    assert table.schema == open_table(path, ignore).schema


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_row_is_kept_or_rejected_with_a_reason(read, path):
    got = read(path)
    counts = got.feedback.counts
    assert counts.rows_read == counts.rows_kept + counts.rows_rejected
    assert all(reason for *_, reason in got.rejects)
    assert all(file == path.name for file, *_ in got.rejects)
    assert counts.rows_rejected <= len(got.rejects) <= counts.rows_rejected + counts.values_rejected
    assert all(row["submission_id"] and row["occurred_at"] and row["channel"] for row in got.rows)
    answers = [answer for row in got.rows for answer in row["responses"]]
    assert answers
    assert all(a["scale_min"] <= a["value"] <= a["scale_max"] for a in answers)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_renamed_copy_adds_nothing_and_is_told(read, path, tmp_path):
    once = read(path)
    copy = tmp_path / f"again{path.suffix}"
    shutil.copy(path, copy)
    twice = read(path, copy)
    assert [key(row) for row in twice.rows] == [key(row) for row in once.rows]
    assert any(copy.name in said for said in (*twice.notes, *(r[0] for r in twice.rejects)))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_an_export_saved_again_adds_nothing_and_every_row_is_counted(read, path, tmp_path):
    once = read(path)
    copy = tmp_path / f"again{path.suffix}"
    content = path.read_bytes()
    copy.write_bytes(content + ("\n".encode("utf-16-le") if content[:2] == b"\xff\xfe" else b"\n"))
    twice = read(path, copy)
    assert [key(row) for row in twice.rows] == [key(row) for row in once.rows]
    assert [row["responses"] for row in twice.rows] == [row["responses"] for row in once.rows]
    repeated = twice.feedback.counts.duplicates - 2 * once.feedback.counts.duplicates
    assert repeated == once.feedback.counts.rows_kept
    reasons = Counter(reason for file, _, _, reason in twice.rejects if file == copy.name)
    assert reasons["duplicate id"] == repeated + once.feedback.counts.duplicates


@pytest.mark.parametrize("rows", [1, 2, 2048])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_size_of_chunks_changes_nothing(read, path, rows):
    assert read(path, rows=rows).rows == read(path).rows


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_named_by_its_format_is_read_the_same(read, path):
    assert read(path, format_name=name_of(path)).rows == read(path).rows


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_a_file_that_is_not_what_it_is_called_is_one_clear_error(read, write, name):
    path = write("plain.csv", "text,nps\nGood,9\n")
    with pytest.raises(InputError) as error:
        read(path, format_name=name)
    assert str(path) in str(error.value)
    assert EXPORTS[name].EXPECTS in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_cut_export_is_read_or_refused_but_never_crashes(read, path, tmp_path):
    content = path.read_bytes()
    for share in (0.2, 0.5, 0.8, 0.97):
        cut = tmp_path / f"cut{path.suffix}"
        cut.write_bytes(content[: int(share * len(content))])
        try:
            got = read(cut)
        except InputError:
            continue
        assert got.feedback.counts.rows_kept <= len(got.rows)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_table_of_an_export_can_be_read_twice(path):
    table, export = open_input(path, format_name="auto", note=ignore)
    assert export is not None
    first = [chunk.batch.to_pylist() for chunk in table.chunks(3, ignore_reject)]
    assert [chunk.batch.to_pylist() for chunk in table.chunks(3, ignore_reject)] == first
    assert table.bytes_read == table.bytes_total
    assert export.columns["id"] in table.schema.names
    assert all(batch[export.columns["id"]] for chunk in first for batch in chunk)


def test_examples_are_read_as_before_with_their_journey_files(read):
    for path in PLAIN:
        found = find_journey_file([path])
        journey = read_journey_file(found) if found else JourneyFile()
        if {m.column for m in journey.metrics} <= set(open_table(path, ignore).schema.names):
            assert {row["source"] for row in read(path, journey=journey).rows} == {path.name}


HOSTILE = [
    "\x00", "\u202e", '{"ImportId":"QID1"}', '{"a":' + "[" * 5000, "=cmd|' /C calc'!A0", "1e999",
    "-1", "NaN", "99999999999999999999", "\n\n", "<b>", "2024-13-45", "", "\ufffd", "x" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".csv"], ids=lambda p: p.name)
def test_hostile_cells_are_read_or_refused_but_never_crash(read, path, tmp_path):
    encoding = "utf-16" if path.read_bytes()[:2] == b"\xff\xfe" else "utf-8-sig"
    with path.open(encoding=encoding, newline="") as stream:
        delimiter = ";" if ";" in stream.readline() else ","
        stream.seek(0)
        rows = list(csv.reader(stream, delimiter=delimiter))
    chance = random.Random(7)
    changed = tmp_path / path.name
    for _ in range(12):
        cells = [list(row) for row in rows]
        for row in chance.choices(cells[1:], k=8):
            row[chance.randrange(len(row))] = chance.choice(HOSTILE)
        with changed.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(cells)
        try:
            got = read(changed, rows=3, format_name=name_of(path))
        except InputError:
            continue
        assert {row["source"] for row in got.rows} <= {name_of(path)}
