"""Who said a turn, from the words that exports use for it."""

from __future__ import annotations

from collections.abc import Iterable

from cxnlp.slug import slug
from cxnlp.turns import CUSTOMER, ROLES

NO_ROLE = "turn without a role"
UNKNOWN_ROLE = f"role is none of {' '.join(ROLES)}"

_SYNONYMS: dict[str, tuple[str, ...]] = {
    CUSTOMER: (
        "user", "client", "visitor", "consumer", "end_user", "enduser", "requester", "guest",
        "caller", "contact", "lead", "buyer", "shopper", "member", "subscriber", "patient",
        "passenger",
    ),
    "agent": (
        "assistant", "operator", "representative", "rep", "support", "admin", "advisor", "adviser",
        "staff", "employee", "associate", "csr", "human_agent", "live_agent", "support_agent",
        "service_agent", "customer_service", "customer_support", "customer_care", "service",
        "company", "teammate", "specialist", "team",
    ),
    "bot": (
        "chatbot", "chat_bot", "virtual_agent", "virtual_assistant", "ai", "ai_agent",
        "ai_assistant", "automation", "automated", "machine", "ivr", "auto_reply",
    ),
    "system": ("event", "info", "notification", "system_message", "server", "status"),
}  # fmt: skip
_ROLE_OF = {role: role for role in ROLES} | {
    synonym: role for role, synonyms in _SYNONYMS.items() for synonym in synonyms
}


def read_role(name: str) -> str | None:
    """Return the role that a name means, or None.

    >>> read_role("Visitor"), read_role("Virtual Agent"), read_role("ASSISTANT"), read_role("Bob")
    ('customer', 'bot', 'agent', None)
    """
    known = _ROLE_OF.get(name)
    return known if known is not None or len(name) > 100 else _ROLE_OF.get(slug(name))


def share_of_roles(cells: Iterable[str | None]) -> float:
    """Return how many of the cells that are not empty name a role, from 0 to 1."""
    known = [read_role(cell) is not None for cell in cells if cell]
    return sum(known) / len(known) if known else 0.0
