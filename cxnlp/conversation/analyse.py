"""Analyse a chat so far from its customer's scored turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from cxnlp.conversation.arc import Arc, find_arc
from cxnlp.conversation.escalation import EscalationRisk, find_escalation
from cxnlp.conversation.scored_turn import ScoredTurn
from cxnlp.errors import InputError

__all__ = ["ConversationAnalysis", "ScoredTurn", "analyse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationAnalysis:
    """What a support tool shows of a chat so far; it holds no text."""

    arc: Arc
    escalation: EscalationRisk

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists, dicts and numbers, as written to JSON."""
        found = asdict(self)
        found["escalation"]["reasons"] = list(found["escalation"]["reasons"])
        return found


def analyse(turns: Sequence[ScoredTurn]) -> ConversationAnalysis:
    """Return arc and escalation risk of a customer's turns, in order.

    :raises InputError: where the turns are not in order.
    """
    for earlier, later in pairwise(turns):
        if later.index <= earlier.index:
            raise InputError(
                f"Turn {later.index} comes after turn {earlier.index}. Give the customer's turns "
                "in the order of the conversation."
            )
    return ConversationAnalysis(arc=find_arc(turns), escalation=find_escalation(turns))
