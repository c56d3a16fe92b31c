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
        "rating, emotions, topics",
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
    assert found.notes == ("roast: its own reader misses the column 'lang'",)


def test_texts_left_out_are_counted(write_source, tmp_path):
    write_source("airline", [{"text": t, "rating": 3} for t in ("fine", "!!!", "good")])

    found = read_test_sets(tmp_path)

    assert len(found.examples) == 2
    assert found.notes == ("airline: 1 text without a letter or digit, left out",)


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
        "nhs_fft": {"kind": 4.5, "slow": 2.0},
        "nhs_fft/annotators": {"kind": 4.0, "slow": 2.0},
        "nhs_fft/writers": {"kind": 5.0},
    }
    assert {e.question for e in found.examples} == {"What was good?"}


@pytest.mark.parametrize(("name", "said"), [("gone", "no such folder"), ("", "holds no data set")])
def test_nothing_there_is_said(tmp_path, name, said):
    with pytest.raises(InputError, match=said):
        read_test_sets(tmp_path / name)
