"""The emotion mix."""

from __future__ import annotations

from collections.abc import Callable

from cxnlp.journey.summary import Cell
from cxnlp.labels import EMOTION_GROUPS
from cxnlp.metrics.estimate import Estimate
from cxnlp.report.emotions import _TONE_OF, BAR_WIDTH, build_emotions


def test_most_common_first_within_the_width(
    cell: Callable[..., Cell], estimate: Callable[..., Estimate]
) -> None:
    shares = {"anger": estimate(10.0), "gratitude": estimate(40.0), "relief": estimate(0.0)}
    bars = build_emotions(cell(emotions=shares))
    assert [b.emotion for b in bars] == ["gratitude", "anger"]
    assert [b.tone for b in bars] == ["positive", "negative"]
    assert bars[0].x_high == BAR_WIDTH
    assert bars[0].x_low < bars[0].width < bars[0].x_high
    assert (bars[0].share, bars[0].interval) == ("40.0%", "35.0 to 45.0%")


def test_few_comments_hide_the_shares(
    cell: Callable[..., Cell], estimate: Callable[..., Estimate]
) -> None:
    (bar,) = build_emotions(cell(emotions={"anger": estimate(50.0, n=4)}))
    assert (bar.share, bar.width) == ("suppressed (n < 5)", 0.0)


def test_tones_name_real_emotions() -> None:
    assert set(_TONE_OF) <= set(EMOTION_GROUPS)
