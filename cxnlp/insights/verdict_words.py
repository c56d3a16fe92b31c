"""The words that a verdict is shown with."""

from __future__ import annotations

from cxnlp.insights.finding import Verdict

VERDICT_WORDS: dict[Verdict, str] = {
    "real": "Real",
    "noise": "Within noise",
    "not_enough_data": "Not enough data",
}
