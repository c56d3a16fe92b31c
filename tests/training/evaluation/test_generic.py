from __future__ import annotations

import pandas as pd
import pytest

from cxnlp.errors import InputError
from training.evaluation.generic import read_generic
from training.evaluation.table_file import read_table


def _frame(**columns):
    return pd.DataFrame(columns)


def test_labels_are_read_by_the_names_of_their_columns():
    frame = _frame(
        text=["Rude crew, nice seats", "It left at 5"],
        question=["What was wrong?", None],
        sentiment=["Negative", "neutral "],
        rating=[2, 3.5],
        emotions=[["anger"], []],
        topics=[["staff_service", "facilities_environment"], []],
        polarities=[["negative", "positive"], []],
        split=["dev", "test"],
    )

    found = read_generic(frame, "airline")

    first, second = found.examples
    label = first.spans[0]
    assert (first.source, first.split, first.question) == ("airline", "val", "What was wrong?")
    assert (label.start, label.end, label.sentiment, label.satisfaction) == (0, 21, 0, 2.0)
    assert label.emotions == {"anger"}
    assert label.polarities == {"staff_service": 0, "facilities_environment": 2}
    # What any row names the scheme can say: the second text is about neither.
    assert second.spans[0].topics == {"staff_service": False, "facilities_environment": False}
    assert second.spans[0].emotions == frozenset()
    assert (second.split, second.question, second.spans[0].sentiment) == ("test", None, 1)
    assert found.emotions == {"anger"}
    assert found.notes == ()


def test_every_row_is_a_test_row_without_a_split():
    found = read_generic(_frame(text=["a", "b"], sentiment3=["positive", "negative"]), "x")

    assert [e.split for e in found.examples] == ["test", "test"]


def test_lists_of_a_csv_are_joined_by_semicolons(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        "text,topics,topic_sentiments\n"
        '"Late, and cold",wait_time_speed; food_drink,negative;mixed\n'
        "Fine,,\n",
        encoding="utf-8",
    )

    found = read_generic(read_table(path), "own")

    (example,) = found.examples  # an empty cell says nothing
    assert example.spans[0].topics == {"food_drink": True, "wait_time_speed": True}
    assert example.spans[0].polarities == {"wait_time_speed": 0}
    assert found.notes == ("1 row without any label that is understood, left out",)


def test_what_cannot_be_read_is_counted_by_reason():
    frame = _frame(
        text=["good", None, " ", "so-so", "schlecht", "ok", "hm"],
        sentiment=["positive", "negative", "negative", "mixed", "negative", "neutral", None],
        satisfaction=[5, 1, 1, 3, 1, 11, "many"],
        emotions=[["joy"], [], [], ["trust"], [], [], []],
        topics=[["food_drink"], [], [], [], [], ["parking"], ["food_drink"]],
        polarities=[["positive"], [], [], [], [], ["positive"], []],
        language=["en-GB", "en", "en", None, "de", "EN", "en"],
    )

    found = read_generic(frame, "x")

    assert [e.text for e in found.examples] == ["good", "so-so", "ok", "hm"]
    assert set(found.notes) == {
        "2 rows without a text, left out",
        "1 row in another language than English, left out",
        "1 row whose 'sentiment' is not one of negative, neutral, positive",
        "2 rows whose 'satisfaction' is not a number from 1 to 5",
        "1 row whose 'emotions' names a label that is not ours",
        "1 row whose 'topics' names a label that is not ours",
        "1 row whose 'polarities' does not give a sentiment to each topic",
    }
    assert not any("schlecht" in note or "trust" in note for note in found.notes)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"comment": ["a"]}, "has no column 'text'"),
        ({"text": ["a"], "intent": ["b"]}, "has none of the columns sentiment3"),
        ({"text": ["a"], "label": ["7"]}, "no label is understood in label: 1 row whose 'label'"),
    ],
)
def test_sets_without_labels_are_refused_with_the_reason(columns, said):
    with pytest.raises(InputError, match=said):
        read_generic(_frame(**columns), "x")


def test_without_a_column_of_languages_the_text_tells():
    german = "Das Personal war sehr freundlich, aber das Zimmer leider viel zu klein"
    frame = _frame(text=["Lovely room, kind people", german], sentiment=["positive", "neutral"])

    found = read_generic(frame, "x")

    assert [e.spans[0].sentiment for e in found.examples] == [2]
    assert found.notes == ("1 row seemingly in another language than English, left out",)
    # What a column says counts more than what a text looks like.
    assert len(read_generic(frame.assign(lang="en"), "x").examples) == 2


def test_columns_and_labels_are_read_in_any_case_and_short():
    frame = pd.DataFrame({"Text": ["a", "b", "c"], "Sentiment ": ["POSITIVE", "Neg", "neu"]})

    found = read_generic(frame, "x")

    assert [e.spans[0].sentiment for e in found.examples] == [2, 0, 1]


def test_columns_of_other_names_are_mapped():
    frame = pd.DataFrame({"Comment": ["late"], "text": ["a title"], "airline_sentiment": ["NEG"]})
    mapping = {"text": "Comment", "sentiment": "airline_sentiment", "rating": "stars"}

    found = read_generic(frame, "x", mapping=mapping)

    assert [(e.text, e.spans[0].sentiment) for e in found.examples] == [("late", 0)]
    assert found.notes == ("has no column 'stars' to map",)


def test_of_two_spellings_of_a_column_the_exact_one_is_read():
    frame = pd.DataFrame({"TEXT": ["shouted"], "text": ["said"], "label": ["neutral"]})

    assert [e.text for e in read_generic(frame, "x").examples] == ["said"]


def test_ratings_of_another_scale_are_left_out_as_a_whole():
    frame = _frame(
        text=[f"text {n}" for n in range(10)],
        rating=range(1, 11),
        sentiment=["neutral"] * 10,
    )

    found = read_generic(frame, "x")

    # Those up to five are as wrong as the others.
    assert {e.spans[0].satisfaction for e in found.examples} == {None}
    assert found.notes == ("column 'rating' left out: it is of another scale than 1 to 5",)


def test_rows_without_a_known_split_are_left_out_and_counted():
    splits = ["Test", "validation", "training", "holdout", None]
    frame = _frame(text=list("abcde"), sentiment=["neutral"] * 5, split=splits)

    found = read_generic(frame, "x")

    assert [e.split for e in found.examples] == ["test", "val", "train"]
    assert set(found.notes) == {
        "1 row whose 'split' is not one of train, val, test, left out",
        "1 row without a split, left out",
    }


def test_repeated_texts_are_counted_but_not_those_after_another_question():
    frame = _frame(
        text=["Nothing."] * 3,
        question=["What was good?", "What was bad?", "What was bad?"],
        sentiment=["negative", "positive", "positive"],
    )

    found = read_generic(frame, "x")

    assert len(found.examples) == 3
    assert found.notes == ("1 row with the text of an earlier one, all counted",)


@pytest.mark.parametrize("value", [{"a": 1}, [1, 2], True, 10**400, "five", float("inf")])
def test_cells_of_the_wrong_kind_are_counted(value):
    frame = pd.DataFrame(
        {"text": ["fine", "good"], "rating": [4, value], "topics": [["food_drink"], value]},
        dtype=object,
    )

    found = read_generic(frame, "x")

    assert [e.spans[0].satisfaction for e in found.examples] == [4.0]
    assert "1 row whose 'rating' is not a number from 1 to 5" in found.notes
    assert "1 row without any label that is understood, left out" in found.notes


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "holds no row"),
        ([{"text": 5, "label": "neutral"}], "no row can be used: 1 row without"),
    ],
)
def test_tables_without_a_text_are_refused(rows, said):
    with pytest.raises(InputError, match=said):
        read_generic(pd.DataFrame(rows, columns=["text", "label"]), "x")
