from __future__ import annotations

import pandas as pd
import pytest

from cxnlp.errors import InputError
from training.evaluation.table_file import is_table, read_table


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.csv", "text,rating\nNone,4\nNA,\n12,1\n"),
        ("x.csv", "\ufefftext;rating\nNone;4\nNA;\n12;1\n"),
        ("x.TSV", "text\trating\nNone\t4\nNA\t\n12\t1\n"),
        ("x.jsonl", '{"text": "None", "rating": "4"}\n\n{"text": "NA", "rating": ""}\n'
                    '{"text": "12", "rating": "1"}\n'),
    ],
)  # fmt: skip
def test_texts_stay_as_they_were_written(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")

    frame = read_table(path)

    assert frame["text"].tolist() == ["None", "NA", "12"]
    assert frame["rating"].tolist() == ["4", "", "1"]


def test_a_column_that_pandas_wrote_as_an_index_is_read(tmp_path):
    path = tmp_path / "split=test" / "x.parquet"
    path.parent.mkdir()
    frame = pd.DataFrame({"text": ["fine"], "question": ["How was it?"]})
    frame.set_index("question").to_parquet(path)

    # Nor is a folder's name taken for one.
    assert read_table(path).to_dict("records") == [{"text": "fine", "question": "How was it?"}]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.xlsx", b"PK", "not one of .parquet, .csv, .tsv, .jsonl"),
        ("x.parquet", b"caf\xe9", "is not a readable .parquet file"),
        ("x.csv", b"", "is empty"),
        ("x.csv", b"text,label\ncaf\xe9,positive\n", "is not in UTF-8"),
        ("x.csv", b"text,label\na,b\ncaf,e,positive\n", "line 3 does not have the cells"),
        ("x.csv", b"text,label\ncaf,e,positive\n", "every line does not have the cells"),
        ("x.jsonl", b'{"text": "a"}\n{"text": "caf\n', "line 2 is not a JSON object"),
        ("x.jsonl", b'["caf"]\n', "line 1 is not a JSON object"),
        ("gone.csv", None, "cannot be read: No such file"),
    ],
)
def test_broken_files_are_named_with_the_reason_and_without_their_text(
    tmp_path, name, content, said
):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(InputError) as caught:
        read_table(path)

    assert str(caught.value).startswith(f"{path}: {said}")
    assert "caf" not in str(caught.value)


def test_files_of_tables_are_known_by_their_ending(tmp_path):
    for name in ("a.CSV", "b.jsonl", "c.txt"):
        (tmp_path / name).touch()
    (tmp_path / "d.csv").mkdir()

    assert [p.name for p in sorted(tmp_path.iterdir()) if is_table(p)] == ["a.CSV", "b.jsonl"]
