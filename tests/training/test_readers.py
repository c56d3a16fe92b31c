from __future__ import annotations

from pathlib import Path

import pytest

from cxnlp.errors import InputError
from cxnlp.labels import TOPICS
from training.readers import find_readers, read_sources
from training.readers.reviews import sentiment_of_stars
from training.readers.topics import read_mapping

NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2


def _read(folder: Path, source: str | None = None):
    return find_readers()[source or folder.name](folder.parent / (source or folder.name))


def _span(example):
    assert len(example.spans) == 1
    span = example.spans[0]
    assert (span.start, span.end) == (0, len(example.text))
    return span


def test_sentiment_by_people(write_source):
    row = {"split": "train"}
    folder = write_source(
        "vader_graded",
        [
            {**row, "text": "Great", "sentiment3": "positive", "score5": 4.5},
            {**row, "text": "Meh", "sentiment3": "neutral", "score5": None},
            {**row, "text": "Odd", "sentiment3": None, "score5": 3.2},
            {**row, "text": "Lost", "sentiment3": None, "score5": None},
            {**row, "text": "  ", "sentiment3": "negative", "score5": 1.0},
            {**row, "text": None, "sentiment3": "negative", "score5": 1.0},
        ],
    )

    examples = _read(folder)

    assert [(e.text, _span(e).sentiment, _span(e).satisfaction) for e in examples] == [
        ("Great", POSITIVE, 4.5),
        ("Meh", NEUTRAL, None),
        ("Odd", None, 3.2),
    ]
    assert _span(examples[0]).emotions is None
    assert _span(examples[0]).topics == {}


@pytest.mark.parametrize(
    ("source", "kept", "left_out", "weight"),
    [
        (
            "brand_entity_tweets",
            {"original_label": "neutral"},
            {"original_label": "irrelevant"},
            0.5,
        ),
        ("apple_tweets_crowdflower", {"confidence": 0.6}, {"confidence": 0.59}, 1.0),
        ("tech_support_sentiment", {"domain": "stackoverflow"}, {"domain": "jira"}, 1.0),
        ("emobank", {"sentiment3": "neutral"}, {"sentiment3": "borderline"}, 1.0),
        ("newsmtsc", {"sentiment3": "neutral"}, {"sentiment3": None}, 0.5),
    ],
)
def test_rows_that_do_not_count_are_left_out(write_source, source, kept, left_out, weight):
    row = {"text": "It is", "sentiment3": "neutral", "split": "train"}
    folder = write_source(source, [{**row, **kept}, {**row, "text": "No", **left_out}])

    examples = _read(folder)

    assert [e.text for e in examples] == ["It is"]
    assert _span(examples[0]).sentiment == NEUTRAL
    assert _span(examples[0]).weight == weight


@pytest.mark.parametrize("source", ["newsmtsc", "emobank"])
def test_texts_that_are_no_feedback_deny_every_topic(write_source, source):
    rows = [{"text": "It is", "sentiment3": "neutral", "split": "train"}]

    (example,) = _read(write_source(source, rows))

    assert _span(example).topics == dict.fromkeys(TOPICS, False)


def test_a_third_of_the_talk_among_strangers_denies_every_topic(write_source):
    rows = [{"text": f"t{i}", "emotions": ["joy"], "split": "train"} for i in range(300)]

    topics = [_span(e).topics for e in _read(write_source("goemotions", rows))]

    assert all(found in ({}, dict.fromkeys(TOPICS, False)) for found in topics)
    assert 70 < sum(bool(found) for found in topics) < 130


def test_targeted_sentences_that_are_mixed_are_left_out(write_source):
    folder = write_source(
        "tsa_md",
        [
            {"text": "Good", "sentiment": "positive", "split": "val"},
            {"text": "Both", "sentiment": "mixed", "split": "val"},
        ],
    )

    assert [(e.text, e.split) for e in _read(folder)] == [("Good", "val")]


@pytest.mark.parametrize(
    ("stars", "sentiment"), [(1, NEGATIVE), (2, NEGATIVE), (3, None), (4, POSITIVE), (5, POSITIVE)]
)
def test_stars(write_source, stars, sentiment):
    folder = write_source("fine_food_1k", [{"text": "Tea", "rating": stars, "split": "test"}])

    (example,) = _read(folder)

    assert sentiment_of_stars(stars) == sentiment
    assert (_span(example).sentiment, _span(example).satisfaction) == (sentiment, stars)
    assert _span(example).weight == (0.7 if stars in (2, 4) else 1.0)


def test_airline_reviews_with_either_label(write_source):
    row = {"split": "train"}
    folder = write_source(
        "bangladesh_airline_reviews",
        [
            {**row, "text": "a", "sentiment3": "negative", "rating": None},
            {**row, "text": "b", "sentiment3": None, "rating": 3.0},
            {**row, "text": "c", "sentiment3": None, "rating": None},
        ],
    )

    examples = _read(folder)

    assert [(e.text, _span(e).sentiment, _span(e).satisfaction) for e in examples] == [
        ("a", NEGATIVE, None),
        ("b", None, 3.0),
    ]


def test_emotions_and_the_sentiment_they_agree_on(write_source):
    labels = [["joy", "love"], ["anger"], ["neutral"], ["joy", "anger"], ["joy", "surprise"]]
    labels += [["neutral", "joy"]]
    rows = [{"text": str(i), "emotions": e, "split": "train"} for i, e in enumerate(labels)]

    spans = [_span(e) for e in _read(write_source("goemotions", rows))]

    assert [s.sentiment for s in spans] == [POSITIVE, NEGATIVE, NEUTRAL, None, None, None]
    assert [s.emotions for s in spans] == [frozenset(e) for e in labels]
    assert {s.weight for s in spans} == {0.5}


def test_emotion_that_no_head_has_is_refused(write_source):
    rows = [{"text": "a", "emotions": ["smugness"], "split": "train"}]

    with pytest.raises(ValueError, match="smugness"):
        _read(write_source("goemotions", rows))


def test_nhs_fft(write_source):
    row = {"split": "train", "question": None, "labelling_not_possible": False}
    rows = [
        {
            **row,
            "text": "Kind staff",
            "question": "What was good?",
            "sentiment3": "positive",
            "fft_score": 5.0,
            "sentiment5": 4.0,
            "topics": ["Staff manner & personal attributes"],
        },
        {
            **row,
            "text": "Parking and food",
            "sentiment3": "negative",
            "fft_score": None,
            "sentiment5": 2.0,
            "topics": ["Parking", "Food & drink provision & facilities"],
        },
        {
            **row,
            "text": "??",
            "sentiment3": None,
            "fft_score": None,
            "sentiment5": None,
            "topics": [],
            "labelling_not_possible": True,
        },
    ]

    kind, both, unlabelled = _read(write_source("nhs_fft", rows))

    assert kind.question == "What was good?"
    # Mostly of this text, as annotators graded it; a little of the writer's whole visit.
    assert _span(kind).satisfaction == pytest.approx(0.7 * 4 + 0.3 * 5)
    assert _span(kind).topics["staff_service"] is True
    assert _span(kind).topics["food_drink"] is False
    # The scheme has no word for these: not denied, unknown.
    assert "billing_payment" not in _span(kind).topics
    assert "returns_refunds" not in _span(kind).topics
    assert _span(kind).polarities == {"staff_service": POSITIVE}
    judged = _read(write_source("nhs_fft", [{**rows[0], "split": "test"}]))[0]
    assert _span(judged).satisfaction == 4.0  # what is judged by is the annotators' alone
    assert both.question is None
    assert _span(both).polarities == {}  # two topics: the sentiment may be either's
    assert _span(both).satisfaction == 2.0
    assert (_span(unlabelled).topics, _span(unlabelled).satisfaction) == ({}, None)


def test_nhs_phase1_knows_one_topic_a_row(write_source):
    row = {"split": "train", "question": "Trust A - Q1"}
    rows = [
        {**row, "text": "Rude", "subcategory": "Attitude Of Staff", "criticality": -3.0},
        {**row, "text": "All", "subcategory": "Nothing to improve", "criticality": 3.0},
        {**row, "text": "Hm", "subcategory": "Food", "criticality": 0.0, "question": "Trust B"},
        {**row, "text": "Or", "subcategory": "Food", "criticality": None},
    ]

    spans = [_span(e) for e in _read(write_source("nhs_phase1", rows))]
    questions = [e.question for e in _read(write_source("nhs_phase1", rows))]

    assert [s.topics for s in spans] == [
        {"staff_service": True},
        {},
        {"food_drink": True},
        {"food_drink": True},
    ]
    assert [s.sentiment for s in spans] == [NEGATIVE, POSITIVE, None, None]
    assert [s.polarities for s in spans] == [{"staff_service": NEGATIVE}, {}, {}, {}]
    assert questions == ["What could we do better?"] * 2 + [None, "What could we do better?"]


def test_restaurant_aspects(write_source):
    rows = [
        {
            "text": "Nice staff, slow service, cold food",
            "topics": ["staff", "service", "food"],
            "polarity": ["positive", "negative", "negative"],
            "split": "train",
        }
    ]

    (example,) = _read(write_source("mams_acsa", rows))

    # staff and service are one topic here, and they disagree.
    assert _span(example).polarities == {"food_drink": NEGATIVE}
    assert _span(example).topics == {
        "food_drink": True,
        "staff_service": True,
        "range_availability": False,
        "price_value": False,
        "facilities_environment": False,
    }
    assert _span(example).sentiment is None


def test_roast_denies_only_what_its_trade_can_say(write_source):
    row = {"split": "train", "lang": "en", "sentiment3": "positive"}
    rows = [
        {
            **row,
            "text": "Clean",
            "domain": "hotels",
            "topics": ["rooms cleanliness", "hotel prices"],
            "polarity": ["positive", "conflict"],
        },
        {
            **row,
            "text": "Tasty",
            "domain": "amazon_ff",
            "sentiment3": "mixed",
            "topics": ["food quality"],
            "polarity": ["positive"],
        },
        {
            **row,
            "text": "Hindi",
            "lang": "hi",
            "domain": "hotels",
            "topics": ["food quality"],
            "polarity": ["positive"],
        },
    ]

    by_text = {e.text: _span(e) for e in _read(write_source("roast", rows))}

    assert set(by_text) == {"Clean", "Tasty"}
    assert by_text["Clean"].topics == {"facilities_environment": True, "price_value": True}
    assert by_text["Clean"].polarities == {"facilities_environment": POSITIVE}
    assert by_text["Tasty"].topics == {"food_drink": True}
    assert by_text["Tasty"].sentiment is None


@pytest.mark.parametrize(
    ("source", "column", "label", "topic", "unmapped"),
    [
        ("banking77", "intent", "card_arrival", "delivery_logistics", "atm_support"),
        ("bitext_support", "category", "REFUND", "returns_refunds", "NEWSLETTER"),
    ],
)
def test_requests(write_source, source, column, label, topic, unmapped):
    rows = [
        {"text": "Where is it", column: label, "split": "train"},
        {"text": "Other", column: unmapped, "split": "train"},
    ]

    (example,) = _read(write_source(source, rows))

    present = [name for name, there in _span(example).topics.items() if there]
    assert present == [topic]
    assert len(_span(example).topics) > 1
    assert _span(example).sentiment is None  # a request is not a feeling


def test_aware_sentences_and_their_reviews(write_source):
    row = {"review_id": "r1", "split": "train", "topics": ["cost"], "sentiment3": "negative"}
    folder = write_source(
        "aware",
        [
            {**row, "text": "Too dear."},
            {**row, "text": "Not in the review.", "topics": ["usability", "cost"]},
            {**row, "text": "Fine", "sentiment3": "mixed", "review_id": "r2"},
        ],
    )
    reviews = [
        {"review_id": "r1", "review": "Nice look. Too dear.", "rating": 3, "split": "train"},
        {"review_id": "r3", "review": None, "rating": 5, "split": "train"},
    ]
    write_source("aware", reviews, "reviews.parquet")

    sentences = _read(folder)
    (review,) = _read(folder, "aware_reviews")

    assert _span(sentences[0]).polarities == {"price_value": NEGATIVE}
    assert _span(sentences[1]).polarities == {}
    assert _span(sentences[2]).sentiment is None
    whole, part = review.spans
    assert (whole.start, whole.end, whole.satisfaction) == (0, len(review.text), 3.0)
    assert whole.sentiment is None
    assert whole.topics == {}  # its sentences do not say what else the review is about
    assert review.text[part.start : part.end] == "Too dear."
    assert (part.sentiment, part.satisfaction) == (NEGATIVE, None)
    assert part.topics["price_value"]
    assert not part.topics["website_app"]


def test_sentences_inside_product_reviews(write_source):
    texts = ["good zoom .", "i bought it in may .", "bad flash .", "so so ."]
    labels = ["positive", None, "negative", "mixed"]
    row = {"product": "camera", "review": 1, "split": "train"}
    rows = [{**row, "text": t, "sentiment3": s} for t, s in zip(texts, labels, strict=True)]
    rows += [{**row, "review": 2, "text": "alone .", "sentiment3": "positive"}]
    rows += [{**row, "review": 3, "text": f"nothing {i}", "sentiment3": None} for i in range(3)]
    folder = write_source("huliu_product_reviews", rows)

    sentences = _read(folder)
    documents = _read(folder, "huliu_reviews")

    assert [e.text for e in sentences] == ["good zoom .", "bad flash .", "alone ."]
    (document,) = documents
    assert document.text == " ".join(texts)
    assert [document.text[s.start : s.end] for s in document.spans] == texts
    assert [s.sentiment for s in document.spans] == [POSITIVE, None, NEGATIVE, None]
    assert [s.says_something for s in document.spans] == [True, False, True, False]


def test_long_product_reviews_are_cut_in_runs(write_source):
    row = {"product": "mp3", "review": 1, "split": "train", "sentiment3": "positive"}
    folder = write_source(
        "huliu_product_reviews", [{**row, "text": f"sentence {i}"} for i in range(18)]
    )

    assert [len(d.spans) for d in _read(folder, "huliu_reviews")] == [8, 8, 2]


def test_evaluation_set_is_all_test(write_source):
    rows = [{"text": "Ok", "label": "neutral", "source": "dynasent_r1"}]

    (example,) = _read(write_source("dynasent_val", rows))

    assert (example.split, example.source) == ("test", "dynasent_r1")
    assert _span(example).sentiment == NEUTRAL


def test_sources_are_read_in_the_order_asked_for(write_source, tmp_path):
    for name in ("emobank", "sentimentr_crowd"):
        write_source(name, [{"text": name, "sentiment3": "neutral", "split": "train"}])

    found = read_sources(tmp_path, ["sentimentr_crowd", "emobank"])

    assert [e.source for e in found] == ["sentimentr_crowd", "emobank"]


def test_unknown_source_is_an_error(tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        read_sources(tmp_path, ["nowhere"])


@pytest.mark.parametrize(
    "scheme", ["nhs_fft", "nhs_phase1", "mams_acsa", "bitext", "banking77", "roast", "aware"]
)
def test_schemes_map_to_topics_that_exist(scheme):
    assert set(read_mapping(scheme).values()) <= set(TOPICS)
