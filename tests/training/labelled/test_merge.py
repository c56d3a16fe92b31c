from __future__ import annotations

import pytest

from cxnlp.errors import InputError
from training.labelled.agreement import agreement, describe_agreement
from training.labelled.merge import group_units, merge
from training.labelled.rows import LabelRow

NEGATIVE, NEUTRAL, POSITIVE = range(3)


def row(number: int, annotator: str | None, text: str = "so so", **labels: object) -> LabelRow:
    cells = {"question": None, "place": None, "split": None} | labels
    return LabelRow(file="my.csv", number=number, text=text, annotator=annotator, **cells)  # type: ignore[arg-type]


def test_a_majority_decides_and_scores_are_averaged():
    merged = merge(
        [
            row(2, "a", sentiment=POSITIVE, satisfaction=5.0, topics=frozenset({"price_value"})),
            row(3, "b", sentiment=POSITIVE, satisfaction=4.0, topics=frozenset({"food_drink"})),
            row(4, "c", sentiment=NEGATIVE, topics=frozenset({"price_value"})),
        ]
    )

    (span,) = merged.examples[0].spans
    assert span.sentiment == POSITIVE
    assert span.satisfaction == 4.5
    assert span.topics == {"price_value": True, "food_drink": False}
    assert merged.ties == {}


def test_ties_are_dropped_and_counted():
    merged = merge(
        [
            row(2, "a", sentiment=POSITIVE, emotions=frozenset({"joy"}), satisfaction=5.0),
            row(3, "b", sentiment=NEGATIVE, emotions=frozenset({"joy", "love"})),
        ]
    )

    (span,) = merged.examples[0].spans
    assert span.sentiment is None
    assert (span.emotions, span.emotion_scheme) == ({"joy"}, {"joy"})
    assert merged.ties == {"sentiment": 1, "emotions": 1}


def test_polarity_counts_only_where_the_topic_stays():
    yes = frozenset({"price_value"})
    merged = merge(
        [
            row(2, "a", topics=yes, polarities=(("price_value", NEGATIVE),)),
            row(3, "b", topics=yes, polarities=(("price_value", NEGATIVE),)),
            row(4, "c", topics=frozenset()),
            row(5, "a", "other", topics=yes, polarities=(("price_value", POSITIVE),)),
            row(6, "b", "other", topics=frozenset()),
            row(7, "c", "other", topics=frozenset()),
        ]
    )

    first, second = (example.spans[0] for example in merged.examples)
    assert first.polarities == {"price_value": NEGATIVE}
    assert (second.topics, second.polarities) == ({"price_value": False}, {})


def test_one_annotator_who_says_two_things_is_refused_with_rows():
    said_again = [row(2, "a", sentiment=0), row(3, "a", sentiment=0)]
    assert merge(said_again).repeated == 1

    with pytest.raises(InputError, match=r"says two things of one text: 2 rows \(my.csv 2, 3\)"):
        merge([row(2, "a", sentiment=0), row(3, "a", sentiment=2)])


def test_rows_without_a_name_are_each_another_annotators():
    merged = merge(
        [row(2, None, sentiment=0), row(3, None, sentiment=0), row(4, None, sentiment=2)]
    )

    assert merged.examples[0].spans[0].sentiment == 0


def test_the_same_text_after_another_question_is_another():
    merged = merge([row(2, "a", sentiment=0, question="What was bad?"), row(3, "a", sentiment=2)])

    assert len(merged.examples) == 2


def test_one_text_in_two_splits_is_refused():
    with pytest.raises(InputError, match="two splits: 2 rows"):
        merge([row(2, "a", sentiment=0, split="train"), row(3, "b", sentiment=0, split="test")])


def test_agreement_is_told_by_kind_and_by_label():
    rows = []
    for number, (one, other) in enumerate([(0, 0), (1, 1), (2, 2), (0, 2)]):
        text = f"text {number}"
        topics = frozenset({"price_value"}) if number % 2 else frozenset({"food_drink"})
        rows.append(
            row(2 * number, "a", text, sentiment=one, topics=topics, satisfaction=1.0 + one)
        )
        rows.append(row(2 * number + 1, "b", text, sentiment=other, topics=topics))

    found = agreement(group_units(rows)[0])

    # Observed 1/4; expected of 3, 2 and 3 values: 1 - (6 + 2 + 6) / (8 * 7).
    assert found["sentiment"].value == pytest.approx(1 - (1 / 4) / (1 - 14 / 56))
    assert found["topics"].value == found["topics: price_value"].value == 1.0
    assert "satisfaction" not in found  # one annotator alone gave it
    lines = describe_agreement(found)
    assert any(line.startswith("sentiment: ") and "4 texts" in line for line in lines)
    assert describe_agreement({})[0].startswith("No text was labelled by two")
    low = agreement(group_units([row(0, "a", "t", sentiment=0), row(1, "b", "t", sentiment=1)])[0])
    assert "below 0.667" in describe_agreement(low)[0]
