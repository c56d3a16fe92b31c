"""Two models side by side: verdicts, and the texts that tell them apart."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cxnlp.errors import InputError
from cxnlp.labels import TOPICS
from cxnlp.model.decode import Probabilities
from training.answers import Answers
from training.evaluate import AnsweredSet, ask
from training.evaluation.compare import compare_sets
from training.evaluation.compare_page import head_table, summary, to_markdown
from training.example import Example, document
from training.scores import DocumentScores


def _examples(n: int, source: str = "shops") -> list[Example]:
    return [
        document(f"Text {i}", source, "test", sentiment=i % 3, satisfaction=1 + i % 5)
        for i in range(n)
    ]


def _says(wrong: frozenset[int], sure: float = 0.9) -> object:
    """Return a system that is right but for the texts of some numbers."""

    def system(examples: list[Example]) -> Answers:
        n = len(examples)
        number = [int(e.text.split()[1]) for e in examples]
        found = np.array([(i % 3 + (i in wrong)) % 3 for i in number])
        probabilities = np.full((n, 3), (1 - sure) / 2, dtype=np.float32)
        probabilities[np.arange(n), found] = sure
        k = len(TOPICS)
        given = Probabilities(
            sentiment=probabilities,
            satisfaction=np.array([1.0 + i % 5 for i in number], dtype=np.float32),
            emotion=np.zeros((n, 28), dtype=np.float32),
            topic=np.zeros((n, k), dtype=np.float32),
            polarity=np.zeros((n, k, 3), dtype=np.float32),
        )
        return Answers(
            sentiment=found,
            satisfaction=given.satisfaction,
            emotion=given.emotion > 1,
            topic=given.topic > 1,
            polarity=given.polarity.argmax(2),
            scores=DocumentScores(probabilities=given, levels=np.zeros((n, 5), dtype=np.float32)),
            sure=np.ones(n, dtype=np.bool_),
        )

    return system


def _sets(n: int, a: frozenset[int], b: frozenset[int]) -> list[AnsweredSet]:
    return ask({"a": _says(a), "b": _says(b)}, _examples(n))  # type: ignore[dict-item]


def test_the_better_one_is_named_and_so_are_the_texts() -> None:
    found = compare_sets(
        _sets(120, frozenset(range(40)), frozenset({50})), a="x@1", b="x@2", data=Path("d")
    )
    sentiment = next(c for c in found.heads if c.head == "sentiment")
    assert sentiment.verdict == "better"
    assert sentiment.paired.n == 120
    assert {c.label for c in found.labels} == {"negative", "neutral", "positive"}
    assert "better in 1, worse in 0 of 3 measures" in summary(found)
    assert len(found.differing) == 5
    assert all(t.head == "sentiment" and t.a != t.b for t in found.differing)
    assert found.worse() == ()
    back = compare_sets(
        _sets(120, frozenset({50}), frozenset(range(40))), a="x@2", b="x@1", data=Path("d")
    )
    assert [c.head for c in back.worse()] == ["sentiment"]
    assert back.worse(["phones"]) == ()


def test_few_texts_are_too_few() -> None:
    found = compare_sets(
        _sets(20, frozenset(range(18)), frozenset()), a="x@1", b="x@2", data=Path("d")
    )
    assert {c.verdict for c in found.heads} == {"not_enough_data"}


def test_the_page_shows_texts_as_text() -> None:
    found = compare_sets(_sets(60, frozenset({3}), frozenset()), a="x@1", b="x@2", data=Path("d"))
    (text,) = found.differing
    found = replace(found, differing=(replace(text, text="# A\n\n| b |", question="Why?\n# C"),))
    page = to_markdown(found)
    assert "> # A | b |\n" in page
    assert "(asked: Why? # C)" in page
    assert json.dumps(found.to_json())
    assert head_table(found).rows[0][:2] == ("shops", "sentiment")


def test_nothing_to_compare_is_an_error() -> None:
    with pytest.raises(InputError, match="no head can be compared"):
        compare_sets(_sets(3, frozenset(), frozenset()), a="x@1", b="x@2", data=Path("d"))
