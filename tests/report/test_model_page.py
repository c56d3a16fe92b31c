"""How far to trust the model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.errors import ModelError
from cxnlp.model.folder import list_models, read_config
from cxnlp.report.card_text import read_weaknesses
from cxnlp.report.model_labels import f1_of
from cxnlp.report.model_page import ModelPage, build_model_page
from cxnlp.report.model_tables import model_tables
from cxnlp.report.reliability import BOTTOM, LEFT, RIGHT, TOP, build_reliability

CARD = """# A model

## Targets

| figure | target | measured |  |
| --- | --- | --- | --- |
| Sentiment, macro F1 | at least 0.72 | 0.675 | **missed** |
| Emotion, macro F1 | at least 0.49 | 0.498 | reached |

## Limits

- English *only*. Other languages
  are left unscored.
- Irony is misread.

## After

- not a limit
"""


@pytest.fixture(scope="module")
def released() -> ModelPage:
    label = read_config(list_models()[0]).label
    found = build_model_page([label], n_read=900, n_unsure=45)
    assert found is not None
    return found


def test_the_released_model_shows_how_it_errs(released: ModelPage) -> None:
    assert released.installed
    assert (released.unsure, released.n_read) == ("5.0%", "900")
    assert [label for label, *_ in released.confusion] == ["negative", "neutral", "positive"]
    for i, (_, n, cells) in enumerate(released.confusion):
        assert sum(int(c.n.replace(",", "")) for c in cells) == int(n.replace(",", ""))
        assert [c.is_right for c in cells] == [j == i for j in range(3)]
        assert all(" to " in c.interval for c in cells)
    assert {label.kind for label in released.labels} == {"sentiment", "topic", "emotion"}
    assert released.weaknesses
    assert released.domain
    assert released.slices


def test_the_reliability_and_the_rest_that_is_unsure_come_from_the_same_texts(
    released: ModelPage,
) -> None:
    sentiment = released.reliability[0]
    assert sentiment.name == "Sentiment"
    assert sentiment.n == released.n_tested
    assert all(LEFT <= p.x <= RIGHT and TOP <= p.y <= BOTTOM for p in sentiment.points)
    assert all(p.y_high <= p.y + 0.2 and p.y <= p.y_low + 0.2 for p in sentiment.points)


def test_every_chart_of_the_page_has_a_table(released: ModelPage) -> None:
    tables = model_tables(released)
    assert set(tables) == {"model-confusion", "model-reliability", "model-labels", "model-slices"}
    assert all(len(r) == len(t.columns) for t in tables.values() for r in t.rows)


@pytest.mark.parametrize("label", ["another@9", "/etc", "../models/cx-mini-en", "cx-mini-en@0"])
def test_a_model_that_is_not_here_is_said(label: str) -> None:
    found = build_model_page([label], n_read=100, n_unsure=7)
    assert found is not None
    assert not found.installed
    assert "is not installed here" in found.note
    assert (found.unsure, found.labels) == ("7.0%", ())


def test_without_comments_there_is_no_page() -> None:
    assert build_model_page([], n_read=0, n_unsure=0) is None
    assert build_model_page(["m@1"], n_read=0, n_unsure=0) is None


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_f1_is_that_of_precision_and_recall(true: int, wrong: int, missed: int) -> None:
    found = f1_of(true, wrong, missed)
    if true + wrong + missed == 0:
        assert found.value is None
        return
    expected = 2 * true / (2 * true + wrong + missed)
    assert found.value == pytest.approx(expected)
    assert found.low is not None
    assert found.high is not None
    assert found.low - 1e-9 <= expected <= found.high + 1e-9
    assert found.low >= 0
    assert found.high <= 1 + 1e-9


def test_the_card_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(CARD, encoding="utf-8")
    found = read_weaknesses(tmp_path)
    assert found.weaknesses == (
        "English only. Other languages are left unscored.", "Irony is misread.",
    )  # fmt: skip
    assert found.missed == ("Sentiment, macro F1: 0.675, where at least 0.72 was aimed at",)


def test_a_folder_without_a_card_says_nothing(tmp_path: Path) -> None:
    assert read_weaknesses(tmp_path).weaknesses == ()
    (tmp_path / "README.md").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ModelError, match="cannot be read"):
        read_weaknesses(tmp_path)


def test_bins_of_few_texts_are_left_out() -> None:
    bins: list[dict[str, Any]] = [
        {"n": 400, "confidence": 0.9, "accuracy": 0.85},
        {"n": 3, "confidence": 0.4, "accuracy": 1.0},
        {"n": 0, "confidence": None, "accuracy": None},
    ]
    calibration = json.loads(
        json.dumps({"sentiment": {"all": {"n": 403, "ece": 0.03, "bins": bins}}})
    )
    (found,) = build_reliability(calibration)
    (point,) = found.points
    assert (point.confidence, point.accuracy, point.n) == ("90.0%", "85.0%", "400")
    assert (found.ece, found.line) == ("0.030", "")
    assert build_reliability(None) == ()
