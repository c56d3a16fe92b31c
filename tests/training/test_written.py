from __future__ import annotations

from collections import Counter

import pytest

from cxnlp.errors import InputError
from cxnlp.labels import SENTIMENTS
from training.example import normalise
from training.readers.written import read_written


def _write(folder, *lines):
    header = "sentiment\tquestion\ttext"
    (folder / "theme.tsv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def test_a_line_is_a_text_with_its_question(tmp_path):
    _write(tmp_path, 'positive\tWhat was bad?\t"Nothing", as usual.', "neutral\t\tWe came by bus.")

    answer, fact = read_written(tmp_path)

    assert (answer.text, answer.question) == ('"Nothing", as usual.', "What was bad?")
    assert SENTIMENTS[answer.spans[0].sentiment] == "positive"
    assert (fact.question, fact.source, fact.origin) == (None, "written", "theme")


@pytest.mark.parametrize("line", ["good\t\tA text.", "neutral\tA text.", "neutral\t\t ", "neutral"])
def test_a_line_of_another_form_is_named(tmp_path, line):
    _write(tmp_path, "neutral\t\tWe came by bus.", line)

    with pytest.raises(InputError, match=r"theme\.tsv:3"):
        list(read_written(tmp_path))


def test_the_written_sentences_are_each_their_own_and_balanced():
    examples = list(read_written())

    assert len(examples) >= 1000
    identities = Counter((normalise(e.text), e.question) for e in examples)
    assert [text for text, count in identities.items() if count > 1] == []
    shares = Counter(SENTIMENTS[e.spans[0].sentiment] for e in examples)
    assert min(shares.values()) > 0.2 * len(examples), shares
    splits = Counter(e.split for e in examples)
    assert splits["train"] > 0.8 * len(examples)
    assert splits["test"] >= 50
