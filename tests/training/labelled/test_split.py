from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest

from cxnlp.errors import InputError
from training.example import OWN_LABELS, document
from training.labelled.duplicates import find_in, group, shingles
from training.labelled.merge import Merged
from training.labelled.split import check_held_out, split_texts

_LONG = "the parcel came {} days late and nobody at the shop could tell me why or where it was"


def merged(texts, splits=None, sentiments=None) -> Merged:
    splits = splits or [""] * len(texts)
    examples = tuple(
        document(text, OWN_LABELS, split, sentiment=(sentiments or [0])[i % len(sentiments or [0])])
        for i, (text, split) in enumerate(zip(texts, splits, strict=True))
    )
    rows = {(e.text, e.question): (("my.csv", i + 2),) for i, e in enumerate(examples)}
    return Merged(examples=examples, rows=rows, topics=frozenset(), emotions=frozenset())


def split(found: Merged, **shares: float):
    return split_texts(found, **{"validation_share": 0.2, "test_share": 0.1, "seed": 1} | shares)


def test_splits_are_drawn_by_sentiment_and_stay_with_other_rows():
    texts = [f"note {i} about order {i * 7} placed in town {i * 3}" for i in range(120)]
    found = split(merged(texts, sentiments=[0, 1, 2, 2]))

    assert Counter(e.split for e in found) == {"train": 84, "val": 24, "test": 12}
    held_back = Counter(e.spans[0].sentiment for e in found if e.split == "val")
    assert held_back == {0: 6, 1: 6, 2: 12}
    again = split(merged(texts[::-1], sentiments=[2, 2, 1, 0]))
    assert {e.text: e.split for e in again} == {e.text: e.split for e in found}


def test_near_duplicates_are_drawn_together():
    texts = [_LONG.format(i) for i in range(20)] + [f"quite another thing {i}" for i in range(40)]

    for seed in range(5):
        found = split(merged(texts), seed=seed)
        assert len({e.split for e in found if e.text.startswith("the parcel")}) == 1


@pytest.mark.parametrize("held", ["val", "test"])
def test_a_leak_in_the_files_own_splits_is_refused_with_rows(held):
    texts = [_LONG.format("two"), _LONG.format("three"), "Thanks!", "thanks", "a text of its own"]
    splits = ["train", held, "train", held, "train"]

    with pytest.raises(InputError, match=r"leak: .*4 rows \(my.csv 2, 3, 4, 5\)"):
        split(merged(texts, splits))


def test_the_files_own_splits_are_kept_where_nothing_leaks():
    found = split(merged(["one thing", "another", "a third"], ["train", "val", "test"]))

    assert [e.split for e in found] == ["train", "val", "test"]


def test_splits_for_some_rows_alone_are_refused():
    with pytest.raises(InputError, match=r"some rows name one, these none: 1 row \(my.csv 3\)"):
        split(merged(["one thing", "another"], ["train", ""]))


def test_training_texts_that_judge_models_are_refused():
    found = merged([_LONG.format("two"), "Very good, thanks", "a text of its own"])
    examples = [replace(e, split="train") for e in found.examples]

    with pytest.raises(InputError, match=r"held back in --data.*1 row \(my.csv 2\)"):
        check_held_out(found, examples, ["very good thanks", _LONG.format("nine")])
    check_held_out(found, examples, ["very good thanks"])


def _brute_force(texts):
    def near(a, b):
        one, other = shingles(a), shingles(b)
        return bool(one) and len(one & other) >= 0.6 * len(one | other)

    return {i for i, a in enumerate(texts) for b in texts[:i] + texts[i + 1 :] if near(a, b)}


def test_near_duplicates_are_all_found():
    choice = random.Random(5)
    words = [f"w{i}" for i in range(40)]
    texts = [" ".join(choice.choices(words, k=14)) for _ in range(60)]
    for text in texts[:30]:
        edited = text.split()
        for _ in range(choice.randint(0, 3)):
            edited[choice.randrange(len(edited))] = choice.choice(words)
        texts.append(" ".join(edited))

    groups = Counter(group(texts))
    grouped = {i for i, g in enumerate(group(texts)) if groups[g] > 1}

    assert grouped == _brute_force(texts)
    assert len(grouped) > 10
    assert find_in(["it came late the second time today"], ["It came late, the second time"]) == {0}
