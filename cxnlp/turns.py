"""The turns of a conversation: who said what, and which of them are scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

CUSTOMER = "customer"
ROLES: tuple[str, ...] = (CUSTOMER, "agent", "bot", "system")

# Who may ask: what a system says ("Anna joined") is nobody's question.
_ASKING = frozenset({"agent", "bot"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of a conversation."""

    role: str  # one of ROLES
    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTurn:
    """A customer's message, and what it answers."""

    index: int  # among all turns of the conversation, from 0
    text: str
    question: str | None  # the agent's or bot's last turn before it


def customer_turns(turns: Sequence[Turn]) -> Iterator[CustomerTurn]:
    """Yield the customer's turns that say something, each with the turn that it answers.

    Of several messages that a customer sends in a row, each answers the agent's last one.

    >>> chat = [Turn(role="agent", text="How can I help?"), Turn(role="customer", text="It broke")]
    >>> [(turn.index, turn.question) for turn in customer_turns(chat)]
    [(1, 'How can I help?')]
    """
    asked: str | None = None
    for index, turn in enumerate(turns):
        if turn.role in _ASKING:
            asked = turn.text or None
        elif turn.role == CUSTOMER and turn.text.strip():
            yield CustomerTurn(index=index, text=turn.text, question=asked)
