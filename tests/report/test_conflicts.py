"""The queue of contradictions."""

from __future__ import annotations

from typing import Any

from cxnlp.insights.finding import InsightResult
from cxnlp.report.conflicts import SHOWN_EACH, SHOWN_FIRST, build_conflicts, conflict_rows
from cxnlp.report.verbatims import Comment, Turn


def comment(text: str) -> Comment:
    return Comment(
        touchpoint="web", period=None, day="2024-01-15", sentiment="negative", satisfaction=None,
        emotions=(), topics=(), question="", answers=(), unsure=False, cut=False, group="",
        turns=(Turn(role="", pieces=((text, "negative"),)),),
    )  # fmt: skip


def row(number: int, kind: str = "promoter_complains", **fields: Any) -> dict[str, Any]:
    return {"row": number, "kind": kind, "score": 10.0, "sentiment_score": -0.9, "strength": 0.9,
            "is_strong": True, **fields}  # fmt: skip


def result(*rows: dict[str, Any], status: Any = "ok") -> InsightResult:
    return InsightResult(name="conflicts", title="C", status=status, note="Kappa.", table=rows)


def test_each_kind_has_its_queue_with_what_was_written() -> None:
    given = result(row(3), row(8, "detractor_praises", score=2.0, is_strong=False), row(5))
    assert conflict_rows(given) == [3, 5, 8]
    comments = {n: comment(f"text {n}") for n in (3, 5, 8)}
    found = build_conflicts(given, comments, {"web": "Web shop"}, scale="of 10")
    assert found is not None
    promoters, detractors = found.queues
    assert [c.comment.turns[0].pieces[0][0] for c in promoters.first] == ["text 3", "text 5"]
    assert (promoters.first[0].score, promoters.first[0].touchpoint) == ("10 of 10", "Web shop")
    assert (detractors.first[0].score, detractors.first[0].is_strong) == ("2 of 10", False)


def test_a_long_queue_folds_and_says_what_it_leaves_out() -> None:
    given = result(*(row(i) for i in range(30)))
    rows = conflict_rows(given)
    found = build_conflicts(given, {n: comment("x") for n in rows}, {}, scale="")
    assert found is not None
    (queue,) = found.queues
    assert (queue.n, len(queue.first), len(queue.first) + len(queue.more), queue.n_left) == (
        "30", SHOWN_FIRST, SHOWN_EACH, 30 - SHOWN_EACH,
    )  # fmt: skip


def test_states() -> None:
    assert build_conflicts(result(status="not_applicable"), {}, {}, scale="") is None
    assert build_conflicts(None, {}, {}, scale="") is None
    few = build_conflicts(result(status="not_enough_data"), {}, {}, scale="")
    assert few is not None
    assert (few.enough, few.note) == (False, "Kappa.")
    nobody = build_conflicts(result(), {}, {}, scale="")
    assert nobody is not None
    assert (nobody.enough, nobody.queues) == (True, ())
    assert conflict_rows(result(row(1), status="not_enough_data")) == []
