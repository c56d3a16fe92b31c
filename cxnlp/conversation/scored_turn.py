"""A customer's turn with what the model says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cxnlp.model.prediction import Prediction


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredTurn:
    """One message of a customer; its prediction has no sentiment where it was not scored."""

    index: int  # among all turns of the conversation, from 0
    text: str
    prediction: Prediction
    at: datetime | None = None
