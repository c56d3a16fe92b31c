"""Scores that contradict the words beside them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cxnlp.insights.conflicts import describe_conflicts, run
from cxnlp.insights.contradictions import bin_table, conflict_queue, score_bins, text_bins
from cxnlp.insights.data import InsightData
from cxnlp.insights.options import InsightOptions
from tests.insights.people import CES, CSAT, NPS, people
from tests.insights.planted import Planted


def test_scores_in_three_bins() -> None:
    assert score_bins(np.arange(11.0), NPS).tolist() == [0] * 7 + [1, 1, 2, 2]
    assert score_bins(np.arange(1.0, 6), CSAT).tolist() == [0, 0, 1, 2, 2]
    assert score_bins(np.arange(1.0, 6), CES).tolist() == [2, 2, 1, 0, 0]  # lower is better


def test_texts_in_three_bins() -> None:
    polarity = np.array([[0, 0], [0, 0], [0, 0], [1, -1], [-1, -1]], dtype=np.int8)
    scores = np.array([0.9, -0.9, 0.1, 0.9, -0.5])
    assert text_bins(scores, polarity).tolist() == [2, 0, 1, 1, 0]


def test_the_table_counts_everybody_once() -> None:
    table = bin_table(np.array([0, 0, 2, 1]), np.array([0, 2, 2, 1]))
    assert table.tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 1]]


def test_the_queue_has_the_strongest_first() -> None:
    given = people([9, 10, 0, 6, 8, 10], sentiment_score=[-0.9, -0.9, 0.8, 0.8, -0.9, 0.9])
    score = score_bins(given.value, NPS)
    queue = conflict_queue(given, NPS, score, text_bins(given.sentiment_score, given.polarity))
    assert [c.row for c in queue] == [1, 2, 0, 3]
    assert [c.kind for c in queue][:2] == ["promoter_complains", "detractor_praises"]
    assert [c.is_strong for c in queue] == [True, True, True, False]
    assert queue[0].strength == pytest.approx(0.9)


def _survey(n: int = 400, wrong_at: str | None = None) -> object:
    rng = np.random.default_rng(0)
    value = rng.integers(0, 11, n).astype(float)
    feeling = np.clip((value - 7.5) / 4, -0.9, 0.9)
    place = np.array([("web", "shop")[i % 2] for i in range(n)], dtype=object)
    wrong = (place == wrong_at) & (np.abs(feeling) > 0.5) & (rng.random(n) < 0.5)
    feeling[wrong] *= -1
    return people(value, sentiment_score=feeling, touchpoint=place)


def test_what_is_planted_is_found_where_it_is() -> None:
    found = describe_conflicts(_survey(wrong_at="shop"), NPS)  # type: ignore[arg-type]
    real = [f for f in found.findings if f.verdict == "real"]
    assert {f.where.touchpoint for f in real} == {None, "shop", "web"}
    shop = next(f for f in real if f.where.touchpoint == "shop")
    assert "more than elsewhere" in shop.sentence
    assert all(row % 2 for row in shop.evidence)
    praise = next(f for f in real if f.where.sentiment == "positive")
    assert "detractors praise in their words" in praise.sentence


def test_where_all_agree_there_is_no_conflict() -> None:
    found = describe_conflicts(_survey(), NPS)  # type: ignore[arg-type]
    assert found.table == ()
    (agrees, *places) = found.findings
    assert agrees.verdict == "real"
    assert agrees.importance == 0
    assert "Scores and words go together" in agrees.sentence
    assert {f.verdict for f in places} == {"noise"}


def test_where_words_follow_no_score_nothing_is_claimed() -> None:
    rng = np.random.default_rng(1)
    given = people(rng.integers(0, 11, 300), sentiment_score=rng.uniform(-1, 1, 300))
    found = describe_conflicts(given, NPS)
    assert {f.verdict for f in found.findings} == {"noise"}
    assert "as good as unrelated" in found.findings[0].sentence


@pytest.mark.parametrize(
    ("value", "feeling"),
    [([9] * 40, [0.9] * 40), ([9, 1] * 20, [0.0] * 40), ([9] * 40, [-0.9] * 40)],
)
def test_undefined_is_said(value: list[int], feeling: list[float]) -> None:
    found = describe_conflicts(people(value, sentiment_score=feeling), NPS)
    assert (found.status, found.findings) == ("not_applicable", ())
    assert "all alike" in found.note
    json.dumps(found.table, allow_nan=False)


def test_planted_conflicts_are_in_the_queue(planted: Planted, planted_data: InsightData) -> None:
    found = run(planted_data, InsightOptions())
    complaining = {row["row"] for row in found.table if row["kind"] == "promoter_complains"}
    assert complaining
    assert complaining <= set(planted.complaining_promoters)
    strong = {row["row"] for row in found.table if row["is_strong"]}
    praising = {row["row"] for row in found.table if row["kind"] == "detractor_praises"} & strong
    assert praising <= set(planted.praising_detractors)
    assert any(f.verdict == "real" and f.evidence for f in found.findings)
