from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxnlp.errors import InputError
from training.example import Example, SpanLabel, document
from training.soft_labels import attach, read_soft_labels, write_soft_labels


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "soft.parquet"
    examples = [
        document("Nothing.", "a", "train", question="What was bad?"),
        document("Nothing.", "a", "train", sentiment=1),
    ]
    write_soft_labels(path, examples, [[0.0, 0.25, 0.75], [0.25, 0.5, 0.25]])
    return path


def test_what_a_teacher_says_depends_on_the_question(file):
    soft = read_soft_labels(file)
    asked = document("Nothing.", "b", "train", question="What was bad?")
    alone = document("Nothing.", "b", "train", sentiment=1)

    one, other = attach([asked, alone], soft, sources={"b"})

    assert one.spans[0].soft_sentiment == (0.0, 0.25, 0.75)
    assert other.spans[0].soft_sentiment == (0.25, 0.5, 0.25)
    assert other.spans[0].sentiment == 1


def test_a_source_left_out_other_texts_and_documents_stay(file):
    soft = read_soft_labels(file)
    sure = document("Nothing.", "sure", "train", sentiment=1)
    unknown = document("Something.", "b", "train", sentiment=1)
    spans = (SpanLabel(start=0, end=8), SpanLabel(start=0, end=4, sentiment=0))
    reviews = Example(text="Nothing.", source="b", split="train", spans=spans)

    assert attach([sure, unknown, reviews], soft, sources={"b"}) == [sure, unknown, reviews]


@pytest.mark.parametrize(("label", "kept"), [(0, None), (1, 1), (2, 2)])
def test_a_label_that_the_teacher_doubts_is_dropped(file, label, kept):
    text = document("Nothing.", "b", "train", question="What was bad?", sentiment=label)

    [found] = attach([text], read_soft_labels(file), sources={"b"}, doubted=0.2)

    assert found.spans[0].sentiment == kept
    assert found.spans[0].soft_sentiment == (0.0, 0.25, 0.75)


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "other.parquet"
    pq.write_table(pa.table({"text": ["a"]}), path)
    with pytest.raises(InputError, match="negative"):
        read_soft_labels(path)
    path.write_text("text")
    with pytest.raises(InputError, match="not a Parquet file"):
        read_soft_labels(path)
