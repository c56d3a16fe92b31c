from __future__ import annotations

import hashlib
from collections import Counter, defaultdict

import pandas as pd
import pytest

from cxnlp.errors import InputError
from cxnlp.labels import SENTIMENTS, TOPICS
from training.provenance import check_licences, read_provenance, text_sources
from training.readers import annotated

TEXT = "We came by bus.  The soup was cold. Lovely view?"


def _key(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@pytest.fixture
def data(tmp_path, monkeypatch):
    (tmp_path / "annotations").mkdir()
    key = _key(TEXT)
    whole = _key("All fine.")
    (tmp_path / "annotations" / "sentiment.csv").write_text(
        "source,row,start,end,grade\n"
        f"reviews,{key},0,15,0\nreviews,{key},17,35,2\nreviews,{key},36,48,4?\n"
        f"reviews,{whole},0,9,3\nreviews,{'0' * 16},0,9,2\n"
    )
    (tmp_path / "annotations" / "topics.csv").write_text(
        "source,row,start,end,topics\n"
        f"reviews,{key},0,15,none\nreviews,{whole},0,9,food_drink- price_value~\n"
    )
    monkeypatch.setattr(annotated, "_FOLDER", tmp_path / "annotations")
    annotated.read_annotations.cache_clear()
    (tmp_path / "reviews").mkdir()
    pd.DataFrame({"text": [TEXT, "All fine.", "Other."]}).to_parquet(
        tmp_path / "reviews" / "data.parquet"
    )
    yield tmp_path
    annotated.read_annotations.cache_clear()


def test_grades_are_sentiments_of_the_places_they_stand_at(data):
    found = {e.text: e.spans[0] for e in annotated.READERS["annotated"](data / "annotated")}

    assert list(found) == ["We came by bus.", "The soup was cold.", "Lovely view?", "All fine."]
    names = [SENTIMENTS[s.sentiment] for s in list(found.values())[:3]]
    assert names == ["neutral", "negative", "positive"]
    assert [s.weight for s in found.values()] == [1.0, 1.0, 0.5, 1.0]
    assert set(found["We came by bus."].topics) == set(TOPICS)
    assert not any(found["We came by bus."].topics.values())
    mixed = found["All fine."]
    assert mixed.sentiment is None
    assert mixed.polarities == {"food_drink": 0}
    assert {topic for topic, there in mixed.topics.items() if there} == {
        "food_drink",
        "price_value",
    }


def test_places_are_spans_of_their_document_whose_whole_is_open(data):
    [document] = annotated.READERS["annotated_reviews"](data / "annotated_reviews")

    assert document.text == TEXT
    assert document.origin == "reviews"
    whole, *places = document.spans
    assert not whole.says_something
    assert [TEXT[s.start : s.end] for s in places] == [
        "We came by bus.",
        "The soup was cold.",
        "Lovely view?",
    ]


def _splits(data):
    """Return the splits of what was read, by the number of the row that it stands in."""
    found = defaultdict(set)
    for name in annotated.READERS:
        for example in annotated.READERS[name](data / name):
            found[example.text.split()[-1]].add(example.split)
    return list(found.values())


def test_whole_rows_are_held_back_of_sources_that_nothing_else_reads(data, monkeypatch):
    texts = [f"The soup was cold {n}. We came by bus {n}" for n in range(60)]
    pd.DataFrame({"text": texts}).to_parquet(data / "reviews" / "data.parquet")
    places = [(t, a, b) for t in texts for a, b in ((0, t.index(".")), (t.index(".") + 2, len(t)))]
    lines = [f"reviews,{_key(text)},{start},{end},2" for text, start, end in places]
    header = "source,row,start,end,grade"
    (data / "annotations" / "sentiment.csv").write_text("\n".join([header, *lines]) + "\n")

    assert _splits(data) == [{"train"}] * 60
    monkeypatch.setattr(annotated, "_HELD_BACK", frozenset({"reviews"}))
    held_back = _splits(data)
    assert len(held_back) == 60
    assert all(len(of_row) == 1 for of_row in held_back)
    assert set().union(*held_back) == {"train", "val", "test"}


def test_an_unknown_topic_is_refused():
    with pytest.raises(InputError, match="staff_servce"):
        annotated.parse_topics("staff_servce-")


def test_the_annotated_sources_may_be_trained_on():
    sources = text_sources(["annotated", "contrast", "nhs_fft"])

    assert "contrast" not in sources
    assert len(sources) > 10
    check_licences(["annotated", "annotated_reviews"], read_provenance())


def test_the_annotations_are_whole():
    for name in ("sentiment", "topics"):
        places = annotated.read_annotations(name)
        assert sum(len(spans) for rows in places.values() for spans in rows.values()) > 2000
        for rows in places.values():
            for key, spans in rows.items():
                assert len(key) == 16
                assert all(0 <= start < end for start, end in spans)
    grades = Counter(
        grade
        for rows in annotated.read_annotations("sentiment").values()
        for spans in rows.values()
        for grade in spans.values()
    )
    assert set(grades) <= {f"{g}{u}" for g in "012345x" for u in ("", "?")}
    for rows in annotated.read_annotations("topics").values():
        for spans in rows.values():
            for value in spans.values():
                annotated.parse_topics(value)
