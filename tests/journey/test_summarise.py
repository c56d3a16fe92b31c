"""The journey of scored files made by hand, cell by cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxnlp.errors import InputError
from cxnlp.journey.journey_file import JourneyFile, Touchpoint
from cxnlp.journey.summarise import summarise
from cxnlp.metrics.nps import nps, nps_from_counts

Make = Callable[..., dict[str, Any]]
Write = Callable[..., Path]


def _day(year: int, month: int, day: int, hour: int = 12) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=dt.UTC)


def test_sentiment_counts_mixed_neither_way(write_scored: Write, comment: Make) -> None:
    rows = [comment("positive")] * 5 + [comment("negative")] * 2 + [comment("neutral")]
    rows += [comment("positive", mixed=True), comment("negative", mixed=True)]
    cell = summarise(write_scored(rows)).overall
    assert (cell.n, cell.n_scored) == (10, 10)
    assert cell.metrics["net_sentiment"].value == 30.0
    assert {k: e.value for k, e in cell.sentiment.items()} == {
        "negative": 20.0, "neutral": 10.0, "positive": 50.0, "mixed": 20.0,
    }  # fmt: skip


def test_foreign_and_empty_rows_count_in_n_alone(write_scored: Write, comment: Make) -> None:
    rows = [comment("positive")] * 6
    rows += [comment(None, language="de")] * 3
    rows += [comment(None, text=None, language=None), comment(None, text=None, language="fr")]
    cell = summarise(write_scored(rows)).overall
    assert (cell.n, cell.n_scored, cell.n_foreign) == (11, 6, 3)
    assert cell.metrics["net_sentiment"].value == 100.0
    assert cell.sentiment["positive"].n == 6


def test_one_answer_counts_once_per_submission(
    write_scored: Write, comment: Make, answer: Make
) -> None:
    rows = [
        comment(submission_id=f"s{i // 2}", touchpoint=("shop", "web")[i % 2], responses=[
            answer(10, question_id="q1"), answer(0, question_id="q2")
        ])
        for i in range(12)
    ]  # fmt: skip
    summary = summarise(write_scored(rows))
    # Six submissions, two questions each, both in the cell of their first row.
    assert summary.overall.metrics["nps"].n == 12
    assert summary.overall.n_answers == 12
    shop, web = summary.touchpoints
    assert (shop.touchpoint, shop.metrics["nps"].n) == ("shop", 12)
    assert "nps" not in web.metrics


def test_the_first_of_repeated_answers_counts(
    write_scored: Write, comment: Make, answer: Make
) -> None:
    rows = [comment(submission_id=f"s{i}", responses=[answer(10)]) for i in range(6)]
    rows += [comment(submission_id=f"s{i}", responses=[answer(0)]) for i in range(6)]
    assert summarise(write_scored(rows)).overall.metrics["nps"].value == 100.0


def test_submissions_of_two_sources_are_two(
    write_scored: Write, comment: Make, answer: Make
) -> None:
    rows = [
        comment(source=source, submission_id="s1", responses=[answer(9)])
        for source in ("a.csv", "b.csv")
    ]
    rows += [comment(submission_id=None, responses=[answer(9)])] * 3
    assert summarise(write_scored(rows)).overall.metrics["nps"].n == 5


def test_an_answer_may_stand_for_another_touchpoint(
    write_scored: Write, comment: Make, answer: Make
) -> None:
    journey = JourneyFile(
        stages=("before", "after"),
        touchpoints=(
            Touchpoint(name="parking", stage="before", display="Parking"),
            Touchpoint(name="shop", stage="after", display="Shop"),
        ),
    )
    rows = [
        comment(touchpoint="shop", stage="after", responses=[
            answer(4, "rating", question_id="q_park", touchpoint="parking"), answer(9)
        ])
    ] * 6  # fmt: skip
    summary = summarise(write_scored(rows, journey=journey))
    parking, shop = summary.touchpoints
    assert (parking.touchpoint, parking.stage, parking.n, parking.n_answers) == (
        "parking", "before", 0, 6,
    )  # fmt: skip
    assert parking.metrics["rating:q_park"].value == 4.0
    assert parking.metrics["net_sentiment"].status == "no_data"
    assert (shop.n, shop.metrics["nps"].n) == (6, 6)


def test_answers_of_one_kind_are_not_those_of_another(
    write_scored: Write, comment: Make, answer: Make
) -> None:
    rows = [comment(responses=[answer(10), answer(1, "csat"), answer(5, "rating")])] * 6
    metrics = summarise(write_scored(rows)).overall.metrics
    assert (metrics["nps"].n, metrics["nps"].value) == (6, 100.0)
    assert (metrics["csat"].n, metrics["csat"].value) == (6, 0.0)


def test_a_scale_of_ten_is_not_taken_for_nps(
    write_scored: Write, comment: Make, answer: Make
) -> None:
    rows = [comment(responses=[answer(10, "rating", scale_min=0, scale_max=10)])] * 6
    summary = summarise(write_scored(rows))
    assert "nps" not in summary.overall.metrics
    assert summary.overall.metrics["rating:rating"].value == 10.0


def test_scales_of_one_kind_are_never_pooled(
    write_scored: Write, comment: Make, answer: Make
) -> None:
    rows = [comment(responses=[answer(5, "csat")])] * 6
    rows += [comment(responses=[answer(5, "csat", scale_max=10)])] * 7
    rows += [comment(responses=[answer(1, "csat", higher_is_better=False)])] * 8
    summary = summarise(write_scored(rows))
    values = {k: (e.value, e.n) for k, e in summary.overall.metrics.items() if "csat" in k}
    assert values == {
        "csat_1_10": (0.0, 7), "csat_1_5": (100.0, 6), "csat_1_5_low": (100.0, 8),
    }  # fmt: skip
    assert summary.definitions["csat_1_10"].scale_max == 10
    assert list(summary.definitions)[:3] == ["csat_1_5_low", "csat_1_5", "csat_1_10"]


def test_half_points_fall_on_the_worse_side(
    write_scored: Write, comment: Make, answer: Make
) -> None:
    rows = [comment(responses=[answer(value, "csat")]) for value in (3.5, 4.0, 4.5, 5.0, 1.0)]
    assert summarise(write_scored(rows)).overall.metrics["csat"].value == pytest.approx(60)
    rows = [
        comment(responses=[answer(value, "csat", higher_is_better=False)])
        for value in (2.5, 2.0, 1.5, 1.0, 5.0)
    ]
    assert summarise(write_scored(rows)).overall.metrics["csat"].value == pytest.approx(60)


def test_what_is_not_a_number_is_left_out(write_scored: Write, comment: Make, answer: Make) -> None:
    rows = [comment(responses=[answer(4, "rating")], satisfaction=3.0)] * 6
    rows.append(comment(responses=[answer(float("nan"), "rating")], satisfaction=float("nan")))
    metrics = summarise(write_scored(rows)).overall.metrics
    assert (metrics["rating:rating"].value, metrics["rating:rating"].n) == (4.0, 6)
    assert (metrics["satisfaction"].value, metrics["satisfaction"].n) == (3.0, 6)


def test_ces_and_wide_csat_are_means(write_scored: Write, comment: Make, answer: Make) -> None:
    rows = [
        comment(responses=[answer(v, "ces"), answer(10 * v, "csat", scale_min=0, scale_max=100)])
        for v in (1, 2, 3, 4, 5)
    ]
    summary = summarise(write_scored(rows))
    assert summary.overall.metrics["ces"].value == 3.0
    assert summary.overall.metrics["csat"].value == 30.0
    assert summary.definitions["csat"].unit == "mean"


def test_weights(write_scored: Write, comment: Make, answer: Make) -> None:
    ratings, weights = [10, 9, 0, 8, 7, 3], [1.0, 4.0, 2.0, 1.0, 0.5, 0.5]
    pairs = zip(ratings, weights, strict=True)
    rows = [comment(responses=[answer(r, weight=w)]) for r, w in pairs]
    expected = nps(ratings, weights=weights)
    found = summarise(write_scored(rows)).overall.metrics["nps"]
    assert found.value == pytest.approx(expected.value)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_small_cells_hide_their_numbers(write_scored: Write, comment: Make, answer: Make) -> None:
    rows = [comment(responses=[answer(10)])] * 4
    cell = summarise(write_scored(rows)).overall
    estimates = [*cell.metrics.values(), *cell.sentiment.values(), *cell.emotions.values()]
    assert estimates
    assert all((e.value, e.low, e.high, e.n) == (None, None, None, 4) for e in estimates)


@pytest.mark.parametrize(
    ("period", "names"),
    [
        ("day", ["2021-01-01", "2021-10-04", None]),
        ("week", ["2020-W53", "2021-W40", None]),
        ("month", ["2021-01", "2021-10", None]),
        ("quarter", ["2021-Q1", "2021-Q4", None]),
        ("year", ["2021", None]),
    ],
)
def test_periods_in_utc(
    write_scored: Write, comment: Make, period: str, names: list[str | None]
) -> None:
    rows = [
        comment(occurred_at=moment)
        for moment in (_day(2021, 10, 4, 0), None, _day(2021, 1, 1, 0), _day(2021, 1, 1, 23))
    ]
    summary = summarise(write_scored(rows), period=period)
    assert [cell.period for cell in summary.periods] == names
    assert sum(cell.n for cell in summary.periods) == 4


def test_cells_and_totals_add_up(write_scored: Write, comment: Make, answer: Make) -> None:
    rows = [
        comment(
            ("negative", "positive", "neutral")[i % 3],
            touchpoint=("shop", "web", None)[i % 3],
            stage=("purchase", None)[i % 2],
            channel=("email", "chat", None)[i % 5 % 3],
            occurred_at=_day(2021, 1 + i % 7, 1),
            responses=[answer(i % 11)],
        )
        for i in range(200)
    ]
    summary = summarise(write_scored(rows), by="channel")
    parts = (
        summary.cells, summary.touchpoints, summary.periods, summary.groups,
        summary.touchpoint_groups, summary.touchpoint_periods, summary.group_periods,
    )  # fmt: skip
    for cells in parts:
        assert sum(cell.n for cell in cells) == 200
        assert sum(cell.n_answers for cell in cells) == 200
        assert sum(cell.sentiment["positive"].n for cell in cells) == 200
    assert len({(c.touchpoint, c.stage, c.period, c.group) for c in summary.cells}) == len(
        summary.cells
    )


def test_a_group_has_its_own_denominator(write_scored: Write, comment: Make, answer: Make) -> None:
    rows = [comment("negative", channel="chat", responses=[answer(0)])] * 6
    rows += [comment("positive", channel="email", responses=[answer(10)])] * 14
    chat, email = summarise(write_scored(rows), by="channel").groups
    assert chat.metrics["nps"] == nps_from_counts(promoters=0, detractors=6, n=6)
    assert email.metrics["nps"] == nps_from_counts(promoters=14, detractors=0, n=14)
    assert (chat.sentiment["negative"].value, chat.sentiment["negative"].n) == (100.0, 6)
    assert (email.sentiment["negative"].value, email.sentiment["negative"].n) == (0.0, 14)


def test_by_segment_and_kept_column(write_scored: Write, comment: Make) -> None:
    rows = [
        comment(segments=[("region", ("north", "south")[i % 2])], Period=str(i % 3))
        for i in range(12)
    ]
    rows.append(comment(segments=[]))
    path = write_scored(rows)
    regions = {cell.group: cell.n for cell in summarise(path, by="region").groups}
    assert regions == {"north": 6, "south": 6, None: 1}
    assert [cell.n for cell in summarise(path, by="Period").groups] == [4, 4, 4, 1]


def test_one_conversation_counts_once(write_scored: Write, comment: Make) -> None:
    turns = [{"role": "customer", "text": "a"}, {"role": "agent", "text": "b"}] * 4
    rows = [comment("negative", text=None, turns=turns)] * 5
    cell = summarise(write_scored(rows)).overall
    assert (cell.n, cell.n_scored, cell.metrics["net_sentiment"].n) == (5, 5, 5)


def test_a_document_carries_an_emotion_group_once(write_scored: Write, comment: Make) -> None:
    def emotions(*labels: str) -> list[dict[str, Any]]:
        return [{"label": label, "score": 0.9} for label in labels]

    rows = [comment(emotions=emotions("annoyance", "disapproval", "anger"))] * 3
    rows += [comment(emotions=emotions("annoyance"))] * 3
    rows += [comment(emotions=[]), comment(emotions=None)]
    mix = summarise(write_scored(rows)).overall.emotions
    assert mix["frustration"].value == 75.0
    assert mix["anger"].value == 37.5
    assert mix["joy"].value == 0.0


def test_topics_count_mentions_of_sentences_before_the_document(
    write_scored: Write, comment: Make
) -> None:
    def topic(label: str, sentiment: str) -> dict[str, Any]:
        return {"label": label, "score": 0.9, "sentiment": sentiment}

    def span(*topics: dict[str, Any]) -> dict[str, Any]:
        return {"start": 0, "end": 1, "sentiment": "neutral", "topics": list(topics)}

    by_span = comment(
        topics=[topic("price_value", "positive"), topic("website_app", "negative")],
        spans=[span(topic("price_value", "negative"), topic("food_drink", "neutral")),
               span(topic("price_value", "negative")), span()],
    )  # fmt: skip
    by_document = comment(topics=[topic("price_value", "positive")], spans=[])
    rows = [by_span] * 3 + [by_document] * 3 + [comment()] * 4
    overall = summarise(write_scored(rows)).overall
    # price_value: two negative mentions in each of three documents, one positive in each of three.
    price = overall.topics["price_value"]
    assert (price.n_negative, price.n_neutral, price.n_positive) == (6, 0, 3)
    assert price.share.value == 60.0
    assert price.net_sentiment.value == pytest.approx(-100 / 3)
    assert price.net_sentiment.n == 6
    # website_app stands in no sentence: the document's own row is its mention.
    assert overall.topics["website_app"].n_negative == 3
    assert overall.topics["food_drink"].n_neutral == 3
    assert list(overall.topics) == ["price_value", "food_drink", "website_app"]


def test_touchpoints_come_in_journey_order_then_by_alphabet(
    write_scored: Write, comment: Make
) -> None:
    journey = JourneyFile(
        stages=("late", "early"),
        touchpoints=(
            Touchpoint(name="z", stage="early", display="Z"),
            Touchpoint(name="y", stage="late", display="Y"),
            Touchpoint(name="x", stage="late", display="X"),
        ),
    )
    places = [
        (None, None), ("b", None), ("a", None), ("x", "late"), ("z", "early"), ("y", "late"),
    ]  # fmt: skip
    rows = [comment(touchpoint=t, stage=s) for t, s in places]
    summary = summarise(write_scored(rows, journey=journey))
    assert [cell.touchpoint for cell in summary.touchpoints] == ["y", "x", "z", "a", "b", None]


def test_a_given_journey_replaces_that_of_the_file(write_scored: Write, comment: Make) -> None:
    path = write_scored([comment(stage=None)], journey=JourneyFile(period="year"))
    assert summarise(path).periods[0].period == "2021"
    given = JourneyFile(
        period="quarter", touchpoints=(Touchpoint(name="shop", stage="loyalty", display="Shop"),)
    )
    summary = summarise(path, journey=given)
    assert summary.periods[0].period == "2021-Q4"
    assert summary.touchpoints[0].stage == "loyalty"
    assert summary.run_counts == {"n_read": 7}


def test_a_file_without_rows_has_an_empty_total(write_scored: Write) -> None:
    summary = summarise(write_scored([]), by="channel")
    assert summary.overall.n == 0
    assert summary.overall.metrics["net_sentiment"].status == "no_data"
    assert summary.cells == summary.touchpoints == summary.groups == ()


def test_unknown_period_or_by_names_the_choices(write_scored: Write, comment: Make) -> None:
    path = write_scored([comment(segments=[("region", "north")], shop_id="1")])
    with pytest.raises(InputError, match=r"'regio'.*channel.*shop_id.*region"):
        summarise(path, by="regio")
    with pytest.raises(InputError, match=r"no period 'decade'.*quarter"):
        summarise(path, period="decade")
    # Record fields with a value per row are not groups.
    with pytest.raises(InputError, match="'text'"):
        summarise(path, by="text")


def test_a_column_is_found_in_any_case(write_scored: Write, comment: Make) -> None:
    path = write_scored([comment(channel="chat", Tier="a", tier="b")] * 5)
    assert [c.group for c in summarise(path, by="Channel").groups] == ["chat"]
    assert [c.group for c in summarise(path, by="Tier").groups] == ["a"]
    with pytest.raises(InputError, match="no column or segment 'TIER'"):
        summarise(path, by="TIER")


def test_a_column_of_too_many_values_is_no_group(write_scored: Write, comment: Make) -> None:
    path = write_scored([comment(ticket=str(i)) for i in range(300)])
    with pytest.raises(InputError, match="300 different values"):
        summarise(path, by="ticket")


def test_files_that_are_not_scored(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        summarise(tmp_path / "none.parquet")
    with pytest.raises(InputError, match="not a readable Parquet file"):
        summarise(tmp_path)
    text = tmp_path / "a.csv"
    text.write_text("id,text\n1,a\n")
    with pytest.raises(InputError, match="not a readable Parquet file"):
        summarise(text)
    other = tmp_path / "other.parquet"
    pq.write_table(pa.table({"text": ["a"]}), other)
    with pytest.raises(InputError, match="not a scored file: it has no column source"):
        summarise(other)


def test_columns_and_files_with_awkward_names(write_scored: Write, comment: Make) -> None:
    row = {"A": "upper", "a": "lower", "File_Row_Number": "7", "stage_of": "x", "n": "y"}
    path = write_scored([comment(**row)] * 5, name="week [1]*.parquet")
    for column, value in row.items():
        assert [(c.group, c.n) for c in summarise(path, by=column).groups] == [(value, 5)]
