"""The emotion mix."""

from __future__ import annotations

from cxnlp.labels import EMOTION_GROUPS
from cxnlp.metrics.emotion_mix import emotion_mix


def test_every_group_has_a_share_of_all_documents() -> None:
    mix = emotion_mix({"joy": 8, "gratitude": 7}, 10)
    assert list(mix) == list(EMOTION_GROUPS)
    assert mix["joy"].value == 80.0
    assert mix["gratitude"].value == 70.0  # together above 100%: a document may carry both
    assert mix["anger"].value == 0.0
    assert all(estimate.n == 10 for estimate in mix.values())


def test_no_documents_are_no_data() -> None:
    assert all(estimate.status == "no_data" for estimate in emotion_mix({}, 0).values())
