from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

from training.example import document
from training.mixture import choose, concatenate
from training.recipe import MixtureConfig


def _examples(source, n, sentiment, **labels):
    return [
        document(f"{source} {sentiment} {i}", source, "train", sentiment=sentiment, **labels)
        for i in range(n)
    ]


def test_caps_hold_for_each_source_and_sentiment():
    config = MixtureConfig(sources=("a", "b"), cap=5, cap_unlabelled=3, caps={"b": 7})
    examples = [
        *_examples("a", 20, 0), *_examples("a", 4, 2), *_examples("a", 9, None),
        *_examples("b", 20, 1), *_examples("b", 9, None),
    ]  # fmt: skip

    chosen = choose(examples, config, seed=1)

    counts = Counter((e.source, e.spans[0].sentiment) for e in chosen)
    assert counts == {("a", 0): 5, ("a", 2): 4, ("a", None): 3, ("b", 1): 7, ("b", None): 3}


def test_choice_depends_on_the_seed_alone():
    config = MixtureConfig(sources=("a",), cap=5)
    examples = _examples("a", 50, 0)

    first = choose(examples, config, seed=1)

    assert first == choose(examples[::-1], config, seed=1)
    assert first != choose(examples, config, seed=2)


def test_each_text_once_a_source_and_question():
    text = document("Nothing.", "a", "train", sentiment=2)
    asked = replace(text, question="What could we do better?")
    elsewhere = replace(text, source="b")
    config = MixtureConfig(sources=("a", "b"))

    chosen = choose([text, text, asked, asked, elsewhere], config, seed=0)

    assert sorted((e.source, e.question or "") for e in chosen) == [
        ("a", ""), ("a", "What could we do better?"), ("b", ""),
    ]  # fmt: skip


def test_concatenations_join_opposites_at_the_right_places():
    examples = [*_examples("a", 5, 0), *_examples("a", 5, 1), *_examples("a", 5, 2)]
    sentiment_of = {e.text: e.spans[0].sentiment for e in examples}

    documents = concatenate(examples, n=200, seed=4)

    assert len(documents) == 200
    for joined in documents:
        assert 2 <= len(joined.spans) <= 4
        assert len({span.sentiment for span in joined.spans}) > 1
        for span in joined.spans:
            assert sentiment_of[joined.text[span.start : span.end]] == span.sentiment
        assert joined.split == "train"
    assert documents == concatenate(examples, n=200, seed=4)
    assert documents != concatenate(examples, n=200, seed=5)


def test_pieces_keep_their_other_labels():
    examples = [
        *_examples("a", 3, 0, topics={"food_drink": True}, satisfaction=1.5),
        *_examples("a", 3, 2, emotions=frozenset({"joy"})),
    ]

    for joined in concatenate(examples, n=20, seed=0):
        for span in joined.spans:
            if span.sentiment == 0:
                assert (span.topics, span.satisfaction) == ({"food_drink": True}, 1.5)
            else:
                assert span.emotions == frozenset({"joy"})


def test_unsure_long_and_answering_texts_are_no_pieces():
    left_out = [
        *_examples("unsure", 3, 0, weight=0.5),
        document("long " * 60, "long", "train", sentiment=0),
        document("Nothing", "answer", "train", sentiment=0, question="What was good?"),
    ]
    good = _examples("fine", 3, 2)

    assert concatenate([*left_out, *good], n=10, seed=0) == []  # one sentiment is left
    joined = concatenate([*left_out, *good, *_examples("fine", 1, 0)], n=30, seed=0)
    assert not any(word in d.text for d in joined for word in ("unsure", "long", "Nothing"))


def test_a_source_may_be_dealt_more_than_once():
    config = MixtureConfig(sources=("good",), repeats={"good": 3})

    chosen = choose(_examples("good", 4, 2), config, seed=0)

    assert sorted(e.text for e in chosen) == sorted(e.text for e in _examples("good", 4, 2) * 3)


def test_greetings_and_numbers_stand_before_or_after():
    filler = document("Order 48213.", "written", "train", sentiment=1, origin="e_fillers")
    examples = [*_examples("bad", 5, 0), *_examples("good", 5, 2), filler]

    joined = concatenate(examples, n=200, seed=0)

    filled = [d for d in joined if "48213" in d.text]
    assert len(filled) > 30
    assert {d.text.index("Order") == 0 for d in filled} == {True, False}
    for example in filled:
        [span, *_] = [s for s in example.spans if "48213" in example.text[s.start : s.end]]
        assert span.sentiment == 1


def test_spaces_around_a_piece_do_not_move_its_span():
    examples = [
        document("  cold food! ", "a", "train", sentiment=0),
        document("kind staff\n", "a", "train", sentiment=2),
    ]

    for joined in concatenate(examples, n=20, seed=0):
        pieces = {joined.text[s.start : s.end] for s in joined.spans}
        assert pieces == {"cold food!", "kind staff"}


def test_pieces_without_a_full_stop_are_kept_apart():
    examples = [
        document("cold food", "a", "train", sentiment=0),
        document("kind staff", "a", "train", sentiment=2),
    ]

    between = {
        joined.text[first.end : second.start]
        for joined in concatenate(examples, n=60, seed=0)
        for first, second in pairwise(joined.spans)
    }

    assert between == {". ", "\n"}
