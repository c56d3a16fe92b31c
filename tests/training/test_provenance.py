from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import training
from cxnlp.errors import InputError
from training import provenance
from training.provenance import (
    DataSet,
    Origin,
    check_files,
    check_licences,
    evaluation_only,
    fill,
    read_provenance,
    to_toml,
)
from training.readers import find_readers
from training.readers.annotated import annotated_sources
from training.recipe import read_recipe

_RECIPES = sorted((Path(training.__file__).parent / "recipes").glob("*.toml"))
_ORIGIN = Origin(
    repository="github.com/a/b",
    commit="0" * 40,
    licence="MIT",
    attribution='A "quoted" name, ß',
    share_alike=False,
)


def _data_set(name="a", **options) -> DataSet:
    values = {
        "name": name,
        "sources": (name,),
        "may_train": True,
        "labels": "sentiment",
        "origins": {name: _ORIGIN},
        "rows": {},
        "sha256": {"data.parquet": ""},
    }
    return DataSet(**{**values, **options})


def test_every_table_says_where_its_data_came_from():
    for data_set in read_provenance().values():
        assert data_set.labels
        assert set(data_set.rows) == set(data_set.sha256) >= {"data.parquet"}
        assert all(n > 0 for n in data_set.rows.values())
        assert all(re.fullmatch(r"[0-9a-f]{64}", s) for s in data_set.sha256.values())
        for origin in data_set.origins.values():
            assert re.fullmatch(r"[0-9a-f]{40}|not recorded", origin.commit), data_set.name
            assert origin.repository.startswith("github.com/")
            assert origin.licence
            assert origin.attribution
        # What has no reader of its own was annotated for this project.
        assert set(data_set.sources) <= {*find_readers(), *annotated_sources()}


def test_share_alike_licences_are_marked_as_such():
    origins = [o for d in read_provenance().values() for o in d.origins.values()]

    for origin in origins:
        assert origin.share_alike == ("SA" in origin.licence or "Sharing" in origin.licence)
    assert sum(origin.share_alike for origin in origins) >= 4


def test_whole_reviews_have_a_checksum_of_their_own():
    assert set(read_provenance()["aware"].sha256) == {"data.parquet", "reviews.parquet"}


@pytest.mark.parametrize("path", _RECIPES, ids=lambda path: path.stem)
def test_recipes_train_on_nothing_they_may_not(path):
    sources = read_recipe(path).mixture.sources

    check_licences(sources, read_provenance())
    assert not set(sources) & set(evaluation_only(read_provenance()))


@pytest.mark.parametrize("source", ["dynasent_val", "amazon_full_1k", "hotel_reviews_5k"])
def test_evaluation_sets_are_refused(source):
    with pytest.raises(InputError, match=f"{source}: data.toml allows evaluation only"):
        check_licences(["nhs_fft", source], read_provenance())


def test_source_without_a_table_is_refused():
    with pytest.raises(InputError, match="found_somewhere: no table"):
        check_licences(["found_somewhere"], read_provenance())


def test_sentences_of_our_own_need_no_table():
    check_licences(["contrast"], {})


def test_other_file_is_refused_by_name(write_source, tmp_path):
    folder = write_source("a", [{"text": "x", "split": "train"}])
    data_sets = {"a": fill(_data_set(), tmp_path)}
    check_files(tmp_path, ["a", "contrast"], data_sets)

    write_source("a", [{"text": "y", "split": "train"}])

    with pytest.raises(InputError) as caught:
        check_files(tmp_path, ["a"], data_sets)
    assert str(folder / "data.parquet") in str(caught.value)
    assert "--any-data" in str(caught.value)


def test_second_file_of_a_folder_counts(write_source, tmp_path):
    write_source("a", [{"text": "x"}])
    write_source("a", [{"review": "x"}], "reviews.parquet")
    sums = {"data.parquet": "", "reviews.parquet": ""}
    data_sets = {"a": fill(_data_set(sources=("a", "a_reviews"), sha256=sums), tmp_path)}

    write_source("a", [{"review": "y"}], "reviews.parquet")

    with pytest.raises(InputError, match=r"reviews\.parquet"):
        check_files(tmp_path, ["a_reviews"], data_sets)


def test_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match=r"data\.parquet: cannot be read"):
        check_files(tmp_path, ["a"], {"a": _data_set()})


def test_rows_and_checksums_are_filled_in(write_source, tmp_path):
    folder = write_source("a", [{"text": "x"}, {"text": "y"}])

    filled = fill(_data_set(), tmp_path)

    digest = hashlib.sha256((folder / "data.parquet").read_bytes()).hexdigest()
    assert (filled.rows, filled.sha256) == ({"data.parquet": 2}, {"data.parquet": digest})


def test_tables_survive_being_written_and_read(tmp_path):
    other = replace(_ORIGIN, licence="CC-BY-SA-4.0", share_alike=True)
    data_sets = [
        _data_set(rows={"data.parquet": 3}, sha256={"data.parquet": "f" * 64}),
        _data_set("b", sources=("b", "b_reviews"), origins={"x": _ORIGIN, "y": other}),
    ]
    path = tmp_path / "data.toml"

    path.write_text(to_toml(data_sets), encoding="utf-8")

    assert list(read_provenance(path).values()) == data_sets
    assert read_provenance(path)["b"].share_alike
    assert read_provenance(path)["b"].licences == ("MIT", "CC-BY-SA-4.0")


def test_file_in_the_repository_is_as_it_would_be_written():
    path = provenance.DATA_TOML

    assert path.read_text(encoding="utf-8") == to_toml(read_provenance().values())


@pytest.mark.parametrize(
    ("change", "said"),
    [(("licence = ", "license = "), "licence"), (("rows = ", "row = "), "rows")],
)
def test_missing_and_unknown_keys_are_named(tmp_path, change, said):
    path = tmp_path / "data.toml"
    path.write_text(to_toml([_data_set()]).replace(*change), encoding="utf-8")

    with pytest.raises(InputError, match=said):
        read_provenance(path)


def test_command_fills_in_and_compares(write_source, tmp_path, monkeypatch):
    path = tmp_path / "data.toml"
    path.write_text(to_toml([_data_set()]), encoding="utf-8")
    monkeypatch.setattr(provenance, "DATA_TOML", path)
    monkeypatch.setattr(provenance.read_provenance, "__defaults__", (path,))
    write_source("a", [{"text": "x"}])
    run = CliRunner().invoke

    before = run(provenance.main, ["--data", str(tmp_path), "--check"])
    filled = run(provenance.main, ["--data", str(tmp_path)])
    after = run(provenance.main, ["--data", str(tmp_path), "--check"])

    assert (before.exit_code, filled.exit_code, after.exit_code) == (1, 0, 0)
    assert "does not describe: a" in before.output
    assert read_provenance(path)["a"].rows == {"data.parquet": 1}
