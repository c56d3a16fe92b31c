from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from cxnlp.errors import InputError
from cxnlp.labels import EMOTIONS, SENTIMENTS
from training.labelled.read import read_own_labels, whole_texts
from training.labelled.rows import read_label_rows
from training.labelled.tables import read_label_table
from training.recipe import LabelsConfig

NEGATIVE, NEUTRAL, POSITIVE = range(3)


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.DictWriter(stream, columns, restval="")
        out.writeheader()
        out.writerows(rows)
    return path


def some(n: int = 30) -> list[dict[str, object]]:
    """Rows of every sentiment, each a text of its own."""
    return [
        {"text": f"visit number {i} of the week was as it was {i}", "sentiment": SENTIMENTS[i % 3]}
        for i in range(n)
    ]


def read(*paths: Path, **config: object):
    return read_own_labels(paths, LabelsConfig(**config), seed=1)


def test_every_kind_of_label_is_read(tmp_path):
    path = write(
        tmp_path / "my.csv",
        [
            {
                "text": "Late again, but kind staff.", "question": "How was it?",
                "Sentiment": " Negative", "satisfaction": "2", "emotions": "annoyance; gratitude",
                "topics": "wait_time_speed:negative;staff_service:positive;price_value",
            },
            {"text": "It is a shop.", "emotions": "none", "topics": "none"},
            {"text": "Nothing to say", "topics": ""},
        ],
    )  # fmt: skip

    rows, notes = read_label_rows([path])

    full, denied = rows
    assert (full.sentiment, full.satisfaction, full.question) == (NEGATIVE, 2.0, "How was it?")
    assert full.emotions == {"annoyance", "gratitude"}
    assert full.topics == {"wait_time_speed", "staff_service", "price_value"}
    assert dict(full.polarities) == {"wait_time_speed": NEGATIVE, "staff_service": POSITIVE}
    assert (denied.emotions, denied.topics, denied.sentiment) == (frozenset(), frozenset(), None)
    assert any("1 of 3 rows have no label" in note for note in notes)


def test_what_the_files_never_name_is_unknown_and_the_rest_denied(tmp_path):
    rows = some()
    rows[0] |= {"topics": "price_value", "emotions": "joy"}
    rows[1] |= {"topics": "staff_service", "emotions": "anger"}

    own = read(write(tmp_path / "my.csv", rows))

    (first,) = (e.spans[0] for e in own.examples if e.text == rows[0]["text"])
    (third,) = (e.spans[0] for e in own.examples if e.text == rows[2]["text"])
    assert first.topics == {"price_value": True, "staff_service": False}
    assert (first.emotions, first.emotion_scheme) == ({"joy"}, {"joy", "anger"})
    assert (third.topics, third.emotions) == ({}, None)


def test_an_unnamed_emotion_is_unknown_to_training(tmp_path):
    from training.label_arrays import UNKNOWN
    from training.scores import labels_of

    rows = some()
    rows[0]["emotions"], rows[1]["emotions"] = "joy", "anger"
    own = read(write(tmp_path / "my.csv", rows))
    labelled = [e for e in own.examples if e.spans[0].emotions]

    emotion = labels_of(labelled).emotion

    known = {EMOTIONS[i] for i in range(len(EMOTIONS)) if (emotion[:, i] != UNKNOWN).all()}
    assert known == {"joy", "anger"}


def test_other_columns_are_read_by_mapping_and_under_other_names(tmp_path):
    path = write(
        tmp_path / "my.csv",
        [{"Comment": "fine", "mood": "positive", "rating": "4", "topics": "price_value",
          "topic_sentiments": "positive"}],
    )  # fmt: skip

    rows, _ = read_label_rows([path], mapping={"text": "Comment", "sentiment": "mood"})

    assert (rows[0].text, rows[0].sentiment, rows[0].satisfaction) == ("fine", POSITIVE, 4.0)
    assert rows[0].polarities == (("price_value", POSITIVE),)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet", ".xlsx"])
def test_every_kind_of_file_gives_the_same_rows(tmp_path, suffix):
    rows = [{"text": "None", "sentiment": "negative", "satisfaction": 1.0, "start": 0, "end": 4},
            {"text": "NA", "sentiment": "positive", "satisfaction": None}]  # fmt: skip
    path, frame = tmp_path / f"my{suffix}", pd.DataFrame(rows, dtype=object)
    if suffix == ".parquet":
        pd.DataFrame(rows).to_parquet(path)
    elif suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif suffix == ".xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False, sep="\t" if suffix == ".tsv" else ",")

    found, _ = read_label_rows([path])

    assert [(r.text, r.sentiment, r.satisfaction, r.place) for r in found] == [
        ("None", NEGATIVE, 1.0, (0, 4)), ("NA", POSITIVE, None, None),
    ]  # fmt: skip


def test_spans_are_rows_with_a_place_in_code_points(tmp_path):
    text = "🙂 kind staff, dear food"
    rows = some()
    rows += [
        {"text": text, "sentiment": "", "start": 2, "end": 12, "topics": "staff_service:positive"},
        {"text": text, "sentiment": "", "start": 14, "end": 23, "topics": "price_value:negative"},
        {"text": text, "sentiment": "neutral"},
    ]

    own = read(write(tmp_path / "my.csv", rows))

    (example,) = (e for e in own.examples if e.text == text)
    assert [text[s.start : s.end] for s in example.spans] == [text, "kind staff", "dear food"]
    assert example.spans[0].sentiment == NEUTRAL
    assert example.spans[2].polarities == {"price_value": NEGATIVE}
    assert whole_texts([example])[0].spans == example.spans[:1]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"sentiment": "happy"}, "sentiment: 'happy' is outside the scheme"),
        ({"sentiment": "postive"}, "did you mean 'positive'"),
        ({"satisfaction": "7"}, "satisfaction: not a number from 1 to 5"),
        ({"satisfaction": "nan!"}, "satisfaction: not a number from 1 to 5"),
        ({"emotions": "joy;hapiness"}, "emotions: 'hapiness' is outside the scheme"),
        ({"topics": "price_valu"}, "topics: 'price_valu' is outside.*'price_value'"),
        ({"topics": "price_value:bad"}, "polarities: 'bad' is outside the scheme"),
        ({"topics": "price_value", "polarities": "positive;negative"}, "not one for each topic"),
        ({"polarities": "positive"}, "polarities: without topics"),
        ({"start": "3", "end": "900"}, "not a place in the text"),
        ({"start": "3", "end": "3"}, "not a place in the text"),
        ({"start": "1.5", "end": "3"}, "not two whole numbers"),
        ({"start": "2", "end": ""}, "not two whole numbers"),
        ({"text": " "}, "text: empty"),
        ({"split": "later"}, "split: 'later' is outside the scheme"),
    ],
)
def test_a_wrong_cell_is_refused_with_count_and_rows(tmp_path, cells, said):
    rows = some(30)
    for number in (4, 9):
        rows[number] = rows[number] | {"topics": "price_value"} | cells
        if "polarities" in cells and "topics" not in cells:
            rows[number].pop("topics")
    rows[0] |= {"topics": "price_value", "start": "", "end": ""}

    with pytest.raises(InputError, match=said) as caught:
        read(write(tmp_path / "my.csv", rows))

    assert str(caught.value).startswith("Nothing was trained. ")
    assert "2 rows (my.csv 6, 11)" in str(caught.value)  # the header is row 1


def test_all_that_is_wrong_is_told_at_once_and_no_text_of_a_customer(tmp_path):
    rows = some()
    rows[1]["sentiment"] = "a text of a customer that came into the wrong column"
    rows[2]["satisfaction"] = "9"

    with pytest.raises(InputError) as caught:
        read(write(tmp_path / "my.csv", rows))

    assert "1 row (my.csv 3)" in str(caught.value)
    assert "1 row (my.csv 4)" in str(caught.value)
    assert "customer" not in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"comment": "x", "sentiment": "neutral"}], "has no column 'text'"),
        ([{"txt": "x", "sentiment": "neutral"}], "Did you mean 'text' by 'txt'"),
        ([{"text": "x", "sentimnt": "neutral"}], "Did you mean 'sentiment' by 'sentimnt'"),
        ([{"text": "x", "sentiment": "neutral", "start": "0"}], "only one of the columns start"),
        ([{"text": "x", "sentiment": ""}], "no row has a label"),
        ([{"text": "x", "polarities": "positive"}], "without a column 'topics'"),
        ([{"text": "x", "topics": "none"}], "no row names one"),
    ],
)
def test_a_missing_column_or_label_is_refused(tmp_path, rows, said):
    with pytest.raises(InputError, match=said):
        read(write(tmp_path / "my.csv", rows))


def test_broken_and_foreign_files_are_refused(tmp_path):
    for name, content in {
        "my.csv": b"\xff\xfe\x00", "my.xlsx": b"PK\x03\x04", "my.parquet": b"PAR1", "my.doc": b"x",
    }.items():  # fmt: skip
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(InputError, match=name):
            read_label_table(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_label_table(tmp_path / "gone.csv")


def test_an_empty_class_is_refused_with_counts(tmp_path):
    rows = [row for row in some() if row["sentiment"] != "neutral"]
    path = write(tmp_path / "my.csv", rows)

    with pytest.raises(InputError, match=r"negative \d+, neutral 0, positive \d+"):
        read(path)

    assert len(read(path, may_lack_classes=True).examples) == 20
