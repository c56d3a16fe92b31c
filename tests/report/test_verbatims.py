"""Comments as the page shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cxnlp.report.verbatims import MAX_SHOWN_CHARACTERS, build_comments, split_pieces


def _row(scored_row: Callable[..., dict[str, Any]], **fields: Any) -> dict[str, Any]:
    row = scored_row()
    spans = [{"turn": None, "topics": None, **s} for s in row["spans"]]
    more = {"day": dt.date(2024, 1, 15), "turns": None, "group_value": None, "spans": spans}
    return {**row, **more, **fields}


def _spans(length: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    span = st.fixed_dictionaries(
        {
            "start": st.integers(0, length + 5),
            "end": st.integers(0, length + 5),
            "sentiment": st.sampled_from(["negative", "neutral", "positive"]),
        }
    )
    return st.lists(span, max_size=6)


@given(st.text(max_size=30).flatmap(lambda t: st.tuples(st.just(t), _spans(len(t)))))
def test_pieces_join_to_the_text_whatever_the_spans(
    drawn: tuple[str, list[dict[str, Any]]],
) -> None:
    text, spans = drawn
    assert "".join(piece for piece, _ in split_pieces(text, spans)) == text


def test_offsets_count_code_points() -> None:
    text = "\N{THUMBS UP SIGN}\N{THUMBS UP SIGN} fine. Bad."
    spans = [{"start": 9, "end": 13, "sentiment": "negative"}]
    assert split_pieces(text, spans)[-1] == ("Bad.", "negative")


def test_neutral_spans_are_not_marked(scored_row: Callable[..., dict[str, Any]]) -> None:
    spans = [{"turn": None, "start": 0, "end": 13, "sentiment": "neutral", "topics": None}]
    (comment,) = build_comments([_row(scored_row, spans=spans)], period_of=str)
    assert comment.turns[0].pieces == (("Lovely staff. The wait was long.", ""),)


def test_a_comment_carries_its_labels_and_the_customers_own_score(
    scored_row: Callable[..., dict[str, Any]],
) -> None:
    (comment,) = build_comments([_row(scored_row)], period_of=lambda d: f"{d.year}")
    assert (comment.period, comment.day) == ("2024", "2024-01-15")
    assert comment.emotions == ("gratitude",)
    assert comment.topics == (("wait_time_speed", "positive"),)
    assert comment.answers == ("CSAT 5 of 5",)
    assert comment.turns[0].pieces == (
        ("Lovely staff.", "positive"),
        (" ", ""),
        ("The wait was long.", "negative"),
    )


def test_spans_belong_to_their_turn(scored_row: Callable[..., dict[str, Any]]) -> None:
    turns = [{"role": "agent", "text": "How was it?"}, {"role": "customer", "text": "Awful."}]
    spans = [{"turn": 1, "start": 0, "end": 6, "sentiment": "negative", "topics": []}]
    row = _row(scored_row, text=None, turns=turns, spans=spans)
    (comment,) = build_comments([row], period_of=str)
    assert [t.role for t in comment.turns] == ["Agent", "Customer"]
    assert comment.turns[0].pieces == (("How was it?", ""),)
    assert comment.turns[1].pieces == (("Awful.", "negative"),)


def test_long_texts_are_cut_and_say_so(scored_row: Callable[..., dict[str, Any]]) -> None:
    row = _row(scored_row, text="x" * (MAX_SHOWN_CHARACTERS + 1), spans=[])
    whole = _row(scored_row, text="x" * MAX_SHOWN_CHARACTERS, spans=[])
    long, short = build_comments([row, whole], period_of=str)
    assert (long.cut, short.cut) == (True, False)
    assert len(long.turns[0].pieces[0][0]) == MAX_SHOWN_CHARACTERS


def test_undated_comments(scored_row: Callable[..., dict[str, Any]]) -> None:
    (comment,) = build_comments([_row(scored_row, day=None)], period_of=str)
    assert (comment.period, comment.day) == (None, "")


def test_topics_are_those_of_the_sentences_and_of_the_comment_where_none_names_them(
    scored_row: Callable[..., dict[str, Any]],
) -> None:
    def span(start: int, sentiment: str) -> dict[str, Any]:
        topics = [{"label": "staff_service", "sentiment": sentiment}]
        return {"turn": None, "start": start, "end": start + 5, "sentiment": "neutral"} | {
            "topics": topics
        }

    own = [
        {"label": "staff_service", "sentiment": "neutral"},
        {"label": "price_value", "sentiment": "positive"},
    ]
    spans = [span(0, "negative"), span(6, "positive"), span(12, "negative")]
    (comment,) = build_comments([_row(scored_row, topics=own, spans=spans)], period_of=str)
    assert comment.topics == (
        ("staff_service", "negative"),
        ("staff_service", "positive"),
        ("price_value", "positive"),
    )


def test_personal_data_is_covered_and_spans_stay(
    scored_row: Callable[..., dict[str, Any]],
) -> None:
    text = "Mail jo@example.com. Bad."
    spans = [{"turn": None, "start": 21, "end": 25, "sentiment": "negative", "topics": None}]
    row = _row(scored_row, text=text, spans=spans)
    (comment,) = build_comments([row], period_of=str)
    assert comment.turns[0].pieces == (("Mail ••@•••••••.•••. ", ""), ("Bad.", "negative"))
    (comment,) = build_comments([row], period_of=str, covered=False)
    assert comment.turns[0].pieces == (("Mail jo@example.com. ", ""), ("Bad.", "negative"))


def test_personal_data_at_the_cut_is_covered(scored_row: Callable[..., dict[str, Any]]) -> None:
    before = "x " * (MAX_SHOWN_CHARACTERS // 2 - 5)
    row = _row(scored_row, text=f"{before}jane.doe@example.com", spans=[])
    (comment,) = build_comments([row], period_of=str)
    shown = "".join(piece for piece, _ in comment.turns[0].pieces)
    assert len(shown) == MAX_SHOWN_CHARACTERS
    assert "jane" not in shown
