from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxnlp.insights.finding import Finding, InsightResult, Verdict, Where
from cxnlp.insights.three_things import kind_of, three_note, three_things


def said(
    sentence: str,
    importance: float,
    *,
    insight: str = "pain_points",
    verdict: Verdict = "real",
    **where: str,
) -> Finding:
    return Finding(
        insight=insight,
        sentence=sentence,
        verdict=verdict,
        importance=importance,
        n=100,
        where=Where(**where),
    )


def chosen(*findings: Finding) -> list[str]:
    result = InsightResult(name="x", title="X", status="ok", note="", findings=findings)
    return [f.sentence for f in three_things([result])]


def test_the_most_important_comes_first() -> None:
    assert chosen(
        said("small", 0.1, touchpoint="a", insight="i"),
        said("large", 0.3, touchpoint="b", insight="j"),
        said("middling", 0.2, touchpoint="c", insight="k"),
    ) == ["large", "middling", "small"]


def test_only_what_is_real() -> None:
    assert chosen(
        said("noise", 0.9, verdict="noise"),
        said("unknown", 0.8, verdict="not_enough_data"),
        said("true", 0.1),
    ) == ["true"]


def test_neither_bare_levels_nor_words_on_the_data_itself() -> None:
    assert chosen(
        said("a level", 0.0),
        said("a conflict", 0.5, insight="conflicts"),
        said("true", 0.1),
    ) == ["true"]


def test_not_three_about_one_touchpoint() -> None:
    findings = [said(f"a{i}", 0.5 - i / 100, touchpoint="a", insight=f"i{i}") for i in range(5)]
    things = chosen(*findings, said("b", 0.01, touchpoint="b", insight="j"))
    assert "b" in things
    assert len(things) == 3


def test_three_about_one_touchpoint_where_nothing_else_is_true() -> None:
    findings = [said(f"a{i}", 0.5, touchpoint="a", insight=f"i{i}") for i in range(4)]
    assert len(chosen(*findings)) == 3


def test_a_weakness_a_change_and_a_strength_where_all_exist() -> None:
    bad = [
        said(f"bad {i}", 0.9, insight=f"i{i}", topic=f"t{i}", sentiment="negative")
        for i in range(9)
    ]
    things = chosen(
        *bad,
        said("good", 0.02, insight="theme_impact", topic="x", sentiment="positive"),
        said("changed", 0.01, insight="changes", touchpoint="z"),
    )
    assert things[1:] == ["good", "changed"]
    assert things[0].startswith("bad")


def test_one_statement_is_made_once() -> None:
    assert chosen(said("same", 0.5), said("same", 0.4)) == ["same"]


def test_fewer_where_fewer_are_true() -> None:
    assert chosen() == []
    assert three_note([]) == "Nothing in these data stands clearly apart from chance."
    assert "one statement" in three_note([said("a", 0.1)])
    assert "two statements" in three_note([said("a", 0.1), said("b", 0.1)])
    assert "three most important" in three_note([said(c, 0.1) for c in "abc"])


def test_kinds() -> None:
    assert kind_of(said("x", 0.1, insight="changes", sentiment="negative")) == "change"
    assert kind_of(said("x", 0.1, period="2024-Q4")) == "change"
    assert kind_of(said("x", 0.1, sentiment="negative")) == "weakness"
    assert kind_of(said("x", 0.1, sentiment="positive")) == "strength"
    assert kind_of(said("x", 0.1)) == "other"


def test_levels_and_how_far_numbers_hold_are_not_among_them() -> None:
    made = (
        said("a level", 0.0),
        said("kappa", 0.9, insight="conflicts"),
        said("corrected", 0.9, insight="corrected_shares"),
        said("delivery", 0.1, insight="touchpoints"),
    )
    result = InsightResult(name="x", title="X", status="ok", note="", findings=made)
    assert [f.sentence for f in three_things([result])] == ["delivery"]


findings = st.lists(
    st.builds(
        said,
        st.text("abcdef", min_size=1, max_size=4),
        st.floats(0.001, 1),
        insight=st.sampled_from(["changes", "trend", "pain_points"]),
        verdict=st.sampled_from(["real", "noise", "not_enough_data"]),
        touchpoint=st.sampled_from(["a", "b"]),
        sentiment=st.sampled_from(["negative", "positive"]),
    ),
    max_size=30,
)


@settings(max_examples=30, deadline=None)
@given(findings)
def test_always_three_of_what_is_true(made: list[Finding]) -> None:
    result = InsightResult(name="x", title="X", status="ok", note="", findings=tuple(made))
    things = three_things([result])
    true = {f.sentence for f in made if f.verdict == "real"}
    assert len(things) == min(3, len(true))
    assert {f.sentence for f in things} <= true
    assert [f.importance for f in things] == sorted((f.importance for f in things), reverse=True)


@pytest.mark.parametrize("n", [1, 2])
def test_one_or_two_are_said_as_they_are(n: int) -> None:
    assert len(chosen(*(said(str(i), 0.1) for i in range(n)))) == n


def test_what_stood_out_long_ago_is_no_news() -> None:
    made = (said("old", 0.9, period="2021-Q1"), said("new", 0.1, period="2024-Q4"))
    found = InsightResult(name="x", title="X", status="ok", note="", findings=made)
    assert [f.sentence for f in three_things([found], recent=["2024-Q3", "2024-Q4"])] == ["new"]
