from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cxnlp.insights.comments import read_comments, read_uncovered_spans
from cxnlp.insights.data import InsightData


def span(text: str, part: str, *topics: str, turn: int | None = None) -> dict[str, Any]:
    start = text.index(part)
    return {
        "turn": turn, "start": start, "end": start + len(part), "sentiment": "negative",
        "sentiment_score": -0.8, "emotions": [],
        "topics": [{"label": t, "score": 0.9, "sentiment": "negative"} for t in topics],
    }  # fmt: skip


def test_sentences_without_a_topic_are_cut_out_of_their_texts(
    write_scored: Callable[..., Path], scored_row: Callable[..., dict[str, Any]]
) -> None:
    text = "👍🏽 Café gut 🙂. The parrot is loud. Slow staff. All in all bad."
    said = "Ça va 👩‍👩‍👧? The parrot bit me."
    rows = [
        scored_row(0, text=text, spans=[
            span(text, "The parrot is loud."),
            span(text, "Slow staff.", "staff_service"),
            span(text, "All in all bad.", "general_experience"),
        ]),
        scored_row(1, sentiment=None),
        scored_row(2, text=None, turns=[
            {"role": "agent", "at": None, "text": "How are you?"},
            {"role": "customer", "at": None, "text": said},
        ], spans=[span(said, "The parrot bit me.", turn=1)]),
        scored_row(3, spans=[]),
    ]  # fmt: skip
    found = read_uncovered_spans(InsightData.open(write_scored(rows)))
    assert list(zip(found.rows, found.texts, strict=True)) == [
        (0, "The parrot is loud."),
        (0, "All in all bad."),
        (2, "The parrot bit me."),
    ]
    assert (found.n_comments, found.n_all, found.n_with, found.n_read) == (3, 3, 2, 3)


def test_comments_are_what_the_customer_said(
    write_scored: Callable[..., Path], scored_row: Callable[..., dict[str, Any]]
) -> None:
    rows = [
        scored_row(0, mixed=True, segments=[("plan", "gold")]),
        scored_row(1, sentiment=None),
        scored_row(2, text=None, turns=[
            {"role": "customer", "at": None, "text": "Hello"},
            {"role": "agent", "at": None, "text": "Hello you"},
            {"role": "customer", "at": None, "text": "It broke"},
        ]),
    ]  # fmt: skip
    found = read_comments(InsightData.open(write_scored(rows), period="month"), by="plan")
    assert found.rows == [0, 2]
    assert found.texts[1] == "Hello\nIt broke"
    assert found.sentiments == ["mixed", "positive"]
    assert found.groups == ["gold", None]
    assert found.periods == ["2024-01", "2024-01"]
    assert found.n_all == 2


def test_a_draw_is_the_same_for_one_seed(planted_data: InsightData) -> None:
    first, again = (read_comments(planted_data, limit=50, seed=1) for _ in range(2))
    other = read_comments(planted_data, limit=50, seed=2)
    assert first == again
    assert len(first.rows) == 50 < first.n_all
    assert first.rows != other.rows
    spans = read_uncovered_spans(planted_data, limit=40)
    assert len(spans.rows) == 40 < spans.n_all
