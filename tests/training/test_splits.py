from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.contrast.generate import generate
from training.example import Example, SpanLabel, document, normalise
from training.splits import drop_held_out, read_held_out


@pytest.mark.parametrize(
    "variant",
    [
        "The staff were lovely!",
        "  the STAFF   were lovely ",
        "The staff, were... lovely?!",
        "The\tstaff\nwere lovely",
        "The\u00a0staff were\u2009lovely",  # no-break and thin space
        "Ｔｈｅ ｓｔａｆｆ ｗｅｒｅ ｌｏｖｅｌｙ",  # full width
        "The sta\ufb00 were lovely",  # one character for ff
        "“The staff were lovely”",
        "The staff were lovely 😀",
    ],
)
def test_text_of_one_sources_test_split_is_dropped_from_another(
    write_source, tmp_path: Path, variant
):
    write_source(
        "first",
        [
            {"text": "The staff were lovely.", "split": "test"},
            {"text": "The food was cold.", "split": "train"},
        ],
    )
    held_out = read_held_out(tmp_path)
    examples = [
        document(variant, "second", "train", sentiment=2),
        document("The food was cold.", "second", "train", sentiment=0),
    ]

    kept = drop_held_out(examples, held_out)

    assert [e.text for e in kept] == ["The food was cold."]


@pytest.mark.parametrize("split", ["val", "test"])
def test_both_held_back_splits_count(write_source, tmp_path: Path, split):
    write_source("a", [{"text": "No parking", "split": split}])

    assert read_held_out(tmp_path) == {"no parking"}


def test_folder_without_splits_is_held_out_whole(write_source, tmp_path: Path):
    write_source("judge", [{"text": "It came late"}, {"text": "It came early"}])

    assert read_held_out(tmp_path) == {"it came late", "it came early"}


def test_folder_named_evaluation_only_is_held_out_whole(write_source, tmp_path: Path):
    write_source("judge", [{"text": "Fine", "split": "train"}, {"text": "Poor", "split": "test"}])

    assert read_held_out(tmp_path) == {"poor"}
    assert read_held_out(tmp_path, evaluation_only={"judge"}) == {"fine", "poor"}


def test_whole_reviews_are_read_beside_their_sentences(write_source, tmp_path: Path):
    write_source("aware", [{"text": "Fast.", "split": "train"}])
    write_source(
        "aware",
        [
            {"review": "Crashes all day", "split": "test"},
            {"review": "Fast. Free.", "split": "train"},
        ],
        "reviews.parquet",
    )

    assert read_held_out(tmp_path) == {"crashes all day"}


def test_figures_without_a_text_are_no_texts(write_source, tmp_path: Path):
    write_source("purchases", [{"customer": 1, "value": 2.0}])
    write_source("texts", [{"text": None, "split": "test"}, {"text": "!!", "split": "test"}])

    assert read_held_out(tmp_path) == set()


def test_document_with_a_held_out_sentence_is_dropped():
    text = "I came by bus. The nurse was rude."
    spans = (
        SpanLabel(start=0, end=14, sentiment=1),
        SpanLabel(start=15, end=len(text)),  # says nothing itself
    )
    review = Example(text=text, source="reviews", split="train", spans=spans)

    assert drop_held_out([review], {"the nurse was rude"}) == []
    assert drop_held_out([review], {"the nurse was kind"}) == [review]


def test_whole_document_counts_even_where_only_its_sentences_are_spans():
    span = SpanLabel(start=0, end=4, sentiment=1)
    review = Example(text="Good. Bad.", source="reviews", split="train", spans=(span,))

    assert drop_held_out([review], {"good bad"}) == []


def test_texts_of_other_splits_never_train():
    examples = [document("A", "s", split, sentiment=0) for split in ("val", "test")]

    assert drop_held_out(examples, set()) == []


def test_sources_without_a_folder_hold_their_own_tests_out():
    examples = [
        document("My name is Ann.", "contrast:fact", "test", sentiment=1),
        document("my name is ann", "chats", "train", sentiment=1),
    ]

    assert drop_held_out(examples, set()) == []


def test_nothing_like_answers_that_stand_in_a_test_split_are_dropped(write_source, tmp_path: Path):
    answers = [e for e in generate() if e.source == "contrast:survey_answer"]
    trained = next(e for e in answers if e.split == "train" and e.spans[0].sentiment == 2)
    write_source("survey", [{"text": trained.text.upper() + "!", "split": "test"}])

    kept = drop_held_out(answers, read_held_out(tmp_path))

    assert kept
    assert normalise(trained.text) not in {normalise(e.text) for e in kept}
    assert any(normalise(e.text) == normalise(trained.text) for e in answers)


@given(st.text(), st.lists(st.text(), max_size=5))
def test_no_kept_text_has_a_held_out_form(text, others):
    held_out = {normalise(other) for other in others} - {""}

    kept = drop_held_out([document(text, "s", "train", sentiment=0)], held_out)

    assert bool(kept) == (normalise(text) not in held_out)


@given(st.text())
def test_normalised_form_is_its_own(text):
    assert normalise(normalise(text)) == normalise(text)
