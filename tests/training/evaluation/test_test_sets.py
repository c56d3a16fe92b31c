from __future__ import annotations

import shutil

import pytest

from cxnlp.errors import InputError
from training.evaluation.test_sets import UnknownSourceError, read_test_sets

_STARS = [
    {"text": f"a shop {n}", "rating": 1 + n % 5, "split": ("train", "val", "test")[n % 3]}
    for n in range(30)
]


@pytest.fixture
def data(tmp_path, write_source):
    """A set that training knows, one that only judges, one of somebody else's, and a mess."""
    write_source("womens_clothing", _STARS)
    write_source("amazon_full_1k", _STARS)
    write_source("airline", [{"text": f"flight {n}", "sentiment": "neutral"} for n in range(9)])
    write_source("odd", [{"text": "no label"}])
    (tmp_path / "empty").mkdir()
    return tmp_path


def test_own_split_whole_sets_and_other_columns(data):
    found = read_test_sets(data)

    assert found.totals == {"womens_clothing": 10, "amazon_full_1k": 30, "airline": 9}
    assert found.judged_only == {"amazon_full_1k"}
    assert found.generic == {"airline"}
    assert {e.split for e in found.examples} == {"test"}
    # The star ratings of a source that training knows are read as training reads them.
    assert {e.spans[0].sentiment for e in found.examples if e.source == "womens_clothing"} == {
        0, 2, None,
    }  # fmt: skip
    assert found.notes == (
        "empty: skipped, has no data.parquet",
        "odd: skipped, has none of the columns sentiment3, sentiment, label, satisfaction, "
        "rating, emotions, topics; map one of yours",
    )


def test_limit_takes_the_same_texts_of_each_set_by_seed(data):
    found = read_test_sets(data, limit=4, seed=1)

    assert found.totals["airline"] == 9
    assert [e.source for e in found.examples].count("airline") == 4
    assert read_test_sets(data, limit=4, seed=1).examples == found.examples
    assert read_test_sets(data, limit=4, seed=2).examples != found.examples


@pytest.mark.parametrize("where", ["airline", "airline/data.parquet", "flights.parquet"])
def test_one_set_is_enough(data, where):
    shutil.copy(data / "airline" / "data.parquet", data / "flights.parquet")

    found = read_test_sets(data / where)

    assert list(found.totals.values()) == [9]


def test_only_names_sets_and_the_nearest_is_offered(data):
    assert list(read_test_sets(data, only=["airline"]).totals) == ["airline"]
    with pytest.raises(UnknownSourceError, match="'airlines'; did you mean 'airline'"):
        read_test_sets(data, only=["airlines"])
    with pytest.raises(UnknownSourceError, match="'zzz'; there are airline, amazon_full_1k, empty"):
        read_test_sets(data, only=["zzz"])


def test_sets_without_the_split_are_named(data):
    found = read_test_sets(data, split="val")

    assert list(found.totals) == ["womens_clothing"]
    assert "airline: skipped, has no rows of split 'val', only test" in found.notes
    with pytest.raises(InputError, match="airline: skipped, has no rows of split 'val'"):
        read_test_sets(data, only=["airline"], split="val")


def test_sets_that_their_reader_cannot_read_are_read_by_their_columns(data, write_source):
    write_source("roast", [{"text": "good pasta", "sentiment": "positive"}] * 3)

    found = read_test_sets(data, only=["roast"])

    assert found.generic == {"roast"}
    assert found.notes == (
        "roast: its own reader does not find 'lang'; read by the names of its columns",
        "roast: 2 rows with the text of an earlier one, all counted",
    )


def test_a_cell_that_a_reader_does_not_know_is_not_repeated(data, write_source, monkeypatch):
    def fail(folder):
        raise KeyError("they were rude")

    monkeypatch.setattr("training.evaluation.test_sets.find_readers", lambda: {"roast": fail})
    write_source("roast", [{"text": "good pasta", "sentiment": "positive"}])

    found = read_test_sets(data, only=["roast"])

    assert found.notes == (
        "roast: its own reader cannot read it (KeyError); read by the names of its columns",
    )


def test_a_folder_with_one_other_table_is_read_and_loose_files_are_named(tmp_path):
    table = "text,sentiment\nlovely,positive\n"
    for name, files in {"one": ["a.csv"], "two": ["a.csv", "b.csv"]}.items():
        (tmp_path / name).mkdir()
        for file in files:
            (tmp_path / name / file).write_text(table, encoding="utf-8")
    (tmp_path / "loose.csv").write_text(table, encoding="utf-8")
    (tmp_path / "README.txt").write_text("what this is", encoding="utf-8")

    found = read_test_sets(tmp_path)

    assert [(e.source, e.text) for e in found.examples] == [("one", "lovely")]
    assert found.notes == (
        "two: skipped, has no data.parquet but 2 other tables; name one of them as the data",
        "loose.csv: skipped, has no folder of its own; name the file as the data",
    )


def test_rows_of_other_splits_of_a_set_of_ones_own_are_counted(write_source, tmp_path):
    rows = [{"text": f"flight {n}", "rating": 3, "split": s} for n, s in enumerate(("test", "dev"))]
    write_source("airline", rows)

    assert read_test_sets(tmp_path).notes == ("airline: 1 row of other splits than test, left out",)


def test_one_file_that_cannot_be_read_is_named_once(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("", encoding="utf-8")

    with pytest.raises(InputError) as caught:
        read_test_sets(path)

    assert str(caught.value) == f"{path}: is empty."


def test_texts_left_out_are_counted(write_source, tmp_path):
    write_source("airline", [{"text": t, "rating": 3} for t in ("fine", "!!!", "👍")])

    found = read_test_sets(tmp_path)

    assert len(found.examples) == 2
    assert found.notes == ("airline: 1 text without a letter, digit or pictograph, left out",)


def test_satisfaction_is_also_judged_grade_by_grade(write_source, tmp_path):
    row = {"question": "What was good?", "sentiment3": "positive", "labelling_not_possible": False,
           "topics": ["Parking"], "split": "test"}  # fmt: skip
    write_source(
        "nhs_fft",
        [
            {**row, "text": "kind", "fft_score": 5.0, "sentiment5": 4.0},
            {**row, "text": "slow", "fft_score": None, "sentiment5": 2.0},
        ],
    )

    found = read_test_sets(tmp_path)

    grades = {
        source: {e.text: e.spans[0].satisfaction for e in found.examples if e.source == source}
        for source in found.totals
    }
    assert grades == {
        "nhs_fft": {"kind": 4.0, "slow": 2.0},  # the annotators' before the writer's
        "nhs_fft/annotators": {"kind": 4.0, "slow": 2.0},
        "nhs_fft/writers": {"kind": 5.0},
    }
    assert {e.question for e in found.examples} == {"What was good?"}


@pytest.mark.parametrize(("name", "said"), [("gone", "no such folder"), ("", "holds no data set")])
def test_nothing_there_is_said(tmp_path, name, said):
    with pytest.raises(InputError, match=said):
        read_test_sets(tmp_path / name)
