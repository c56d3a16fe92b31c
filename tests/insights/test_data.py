"""What insights read adds up to what the journey counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cxnlp.errors import InputError
from cxnlp.insights.data import InsightData
from cxnlp.labels import TOPICS

Row = dict[str, Any]
Make = Callable[..., Row]
Write = Callable[[list[Row]], Path]
WAIT, STAFF = TOPICS.index("wait_time_speed"), TOPICS.index("staff_service")


def _topic(label: str, sentiment: str) -> Row:
    return {"label": label, "score": 0.9, "sentiment": sentiment}


def _span(*topics: Row) -> Row:
    return {"start": 0, "end": 4, "sentiment": "neutral", "sentiment_score": 0.0, "topics": topics}


@pytest.fixture
def many(write_scored: Write, scored_row: Make, nps_answer: Make) -> InsightData:
    """Return 90 submissions of two rows each, both repeating one answer."""
    rows = [
        scored_row(
            i,
            submission_id=f"s{i // 2}",
            touchpoint=("web", "shop", "delivery")[i // 2 % 3],
            channel=("email", "app")[i // 2 % 2],
            occurred_at=dt.datetime(2024, 1 + 3 * (i // 2 % 4), 5, tzinfo=dt.UTC),
            responses=[nps_answer(float(i // 2 % 11))],
            topics=[_topic("wait_time_speed", "negative")] if i % 6 == 0 else [],
        )
        for i in range(180)
    ]
    return InsightData.open(write_scored(rows), period="quarter")


def test_respondents_add_up_to_the_cube(many: InsightData) -> None:
    respondents, overall = many.respondents("nps"), many.summary.overall
    assert (many.main, many.period) == ("nps", "quarter")
    assert len(respondents.value) == respondents.n_all == overall.metrics["nps"].n == 90
    promoters, detractors = (respondents.value >= 9).mean(), (respondents.value <= 6).mean()
    assert 100 * (promoters - detractors) == pytest.approx(overall.metrics["nps"].value)
    for cell in many.summary.touchpoints:
        assert (respondents.touchpoint == cell.touchpoint).sum() == cell.metrics["nps"].n
    for cell in many.summary.periods:
        assert (respondents.period == cell.period).sum() == cell.metrics["nps"].n
    for cell in many.by("channel").groups:
        assert (respondents.channel == cell.group).sum() == cell.metrics["nps"].n
    # Rows 0, 6, 12 ... each have the topic, and each belongs to a submission of its own.
    assert respondents.topics[:, WAIT].sum() == 30
    share = overall.topics["wait_time_speed"].share
    assert share.n == 180
    assert share.value == pytest.approx(100 * 30 / 180)
    assert np.array_equal(respondents.polarity[:, WAIT], -respondents.topics[:, WAIT].astype(int))


def test_the_texts_of_a_submission_are_joined(
    write_scored: Write, scored_row: Make, nps_answer: Make
) -> None:
    one = {"submission_id": "one", "responses": [nps_answer(3.0, weight=2.0)]}
    rows = [
        # An answer without a text counts, but the text is that of the second row.
        scored_row(0, **one, sentiment=None, channel="sms"),
        scored_row(
            1, **one, channel="email", sentiment_score=-0.5, satisfaction=1.0,
            topics=[_topic("wait_time_speed", "positive"), _topic("staff_service", "negative")],
            # The sentences speak against the document's own label, and are what counts.
            spans=[_span(_topic("wait_time_speed", "negative")) for _ in range(2)],
        ),
        scored_row(
            2, **one, sentiment_score=0.1, satisfaction=2.0,
            topics=[_topic("staff_service", "positive")], spans=[],
        ),
    ]  # fmt: skip
    found = InsightData.open(write_scored(rows)).respondents("nps")
    assert (found.n_all, list(found.row)) == (1, [1])
    assert (list(found.value), list(found.weight), list(found.channel)) == ([3.0], [2.0], ["sms"])
    assert sorted(np.flatnonzero(found.topics[0])) == sorted([WAIT, STAFF])
    assert (found.polarity[0, WAIT], found.polarity[0, STAFF]) == (-1, 0)
    assert found.sentiment_score[0] == pytest.approx(-0.2)
    assert found.predicted[0] == pytest.approx(1.5)


def test_only_those_with_a_score_and_a_text_are_respondents(
    write_scored: Write, scored_row: Make, nps_answer: Make
) -> None:
    rows = [
        scored_row(0, responses=[nps_answer(9.0)]),
        scored_row(1, responses=[]),
        scored_row(2, responses=[nps_answer(9.0)], sentiment=None),
        scored_row(3, responses=[nps_answer(float("nan"))]),
        scored_row(4, responses=[nps_answer(8.0)], submission_id=None),
        scored_row(5, responses=[nps_answer(8.0)], submission_id=None),
    ]
    found = InsightData.open(write_scored(rows)).respondents("nps")
    assert list(found.row) == [0, 4, 5]


def test_an_answer_about_another_touchpoint_is_that_touchpoints(
    write_scored: Write, scored_row: Make, nps_answer: Make
) -> None:
    rows = [scored_row(0, responses=[nps_answer(9.0, touchpoint="delivery")])]
    assert list(InsightData.open(write_scored(rows)).respondents("nps").touchpoint) == ["delivery"]


def test_a_sample_is_the_same_whatever_the_order(
    write_scored: Write, scored_row: Make, nps_answer: Make
) -> None:
    rows = [scored_row(i, responses=[nps_answer(float(i % 11))]) for i in range(500)]

    def drawn(rows: list[Row], seed: int = 0, threads: int = 1) -> set[str]:
        data = InsightData.open(write_scored(rows), seed=seed)
        data.scored.table.get_backend().raw_sql(f"SET threads = {threads}")
        found = data.respondents("nps", limit=50)
        assert (len(found.value), found.n_all) == (50, 500)
        assert list(found.row) == sorted(found.row)
        return {rows[i]["submission_id"] for i in found.row}

    assert drawn(rows) == drawn(rows[::-1]) == drawn(rows, threads=2)
    assert drawn(rows) != drawn(rows, seed=1)


def test_a_sample_resembles_all(many: InsightData) -> None:
    sample, everyone = many.respondents("nps", limit=45), many.respondents("nps")
    assert set(sample.row) < set(everyone.row)
    assert sample.value.mean() == pytest.approx(everyone.value.mean(), abs=1.5)


def test_nothing_is_read_twice(many: InsightData) -> None:
    assert many.summary is many.summary
    assert many.by("channel") is many.by("channel")
    assert many.respondents("nps") is many.respondents("nps")


def test_texts_come_in_the_order_asked(many: InsightData) -> None:
    first, second, again = many.texts([7, 2, 7])
    assert (first.row, second.row, again) == (7, 2, first)
    assert (first.text, first.touchpoint) == ("Lovely staff. The wait was long.", "web")
    assert (first.score, second.score) == (3.0, 1.0)
    assert first.occurred_at == dt.datetime(2024, 10, 5, tzinfo=dt.UTC)
    assert many.texts([6])[0].topics == ("wait_time_speed",)
    assert many.texts([]) == []


def test_of_a_conversation_the_customers_words_are_the_text(
    write_scored: Write, scored_row: Make
) -> None:
    turns = [
        {"role": "customer", "text": "My card was lost."},
        {"role": "agent", "text": "A new one is on its way."},
        {"role": "customer", "text": "Thank you!"},
    ]
    data = InsightData.open(write_scored([scored_row(0, text=None, turns=turns)]))
    assert data.texts([0])[0].text == "My card was lost.\nThank you!"


def test_what_is_not_there_is_an_error(many: InsightData) -> None:
    with pytest.raises(InputError, match="no row 180"):
        many.texts([0, 180])
    with pytest.raises(InputError, match="no answers to a metric 'csat'"):
        many.respondents("csat")
    with pytest.raises(InputError, match="no answers to a metric 'satisfaction'"):
        many.respondents("satisfaction")


def test_few_answers_make_no_headline(
    write_scored: Write, scored_row: Make, nps_answer: Make
) -> None:
    few = [scored_row(i, responses=[nps_answer(9.0)]) for i in range(29)]
    assert InsightData.open(write_scored(few)).main is None
    csat = {"metric": "csat", "question_id": "c", "scale_min": 1.0, "scale_max": 5.0}
    both = [scored_row(i, responses=[nps_answer(4.0, **csat)]) for i in range(29, 60)]
    assert InsightData.open(write_scored([*few, *both])).main == "csat"


def test_texts_are_shown_with_personal_data_covered(
    write_scored: Callable[..., Path], scored_row: Callable[..., dict[str, Any]]
) -> None:
    path = write_scored([scored_row(0, text="Call +44 20 7946 0958 or mail jo@example.com.")])
    (covered,) = InsightData.open(path).texts([0])
    assert covered.text == "Call +•• •• •••• •••• or mail ••@•••••••.•••."
    (shown,) = InsightData.open(path, covered=False).texts([0])
    assert shown.text == "Call +44 20 7946 0958 or mail jo@example.com."
