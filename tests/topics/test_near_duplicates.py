from __future__ import annotations

from cxnlp.topics.near_duplicates import group_near_duplicates


def test_copies_and_slips_share_a_group() -> None:
    texts = ["My new card never came", "Where is the lounge", "my new card NEVER came!",
             "my new card never camee", "Where is my refund"]  # fmt: skip
    a, b, c, d, e = group_near_duplicates(texts).tolist()
    assert a == c == d
    assert len({a, b, e}) == 3


def test_one_text_and_none() -> None:
    assert group_near_duplicates(["?"]).tolist() == [0]
