"""The turns of a chat that a help desk has written into one comment."""

from __future__ import annotations

import re

from cxnlp.turns import CUSTOMER

# (05:01:42 PM) Anna: How can I help?
_LINE = re.compile(r"\(\d{1,2}:\d{2}:\d{2}(?:\s?[AP]M)?\) (?:(\*\*\*)|([^:\n]{1,80}): ?)(.*)", re.I)
# Names that a chat gives to people who have told none.
_NAMELESS = re.compile(r"(?:visitor|web user|guest|customer|client|user)\b", re.I)
_MIN_LINES = 2


def turns_of_chat(text: str, *, customer: str | None) -> list[dict[str, object]]:
    r"""Return the turns of a chat's protocol, none of a text that is no such protocol.

    Who is not the customer by name is taken for an agent, whoever the author of the comment is.

    >>> turns_of_chat("(05:01:42) Visitor 7: It broke\n(05:01:50) Anna: Oh", customer=None)
    [{'role': 'customer', 'text': 'It broke'}, {'role': 'agent', 'text': 'Oh'}]
    """
    turns: list[tuple[str, list[str]]] = []
    n_said = 0
    for line in text.split("\n"):
        match = _LINE.match(line.lstrip())
        if match is None:
            # What stands before the first turn is the head of the protocol.
            if turns:
                turns[-1][1].append(line)
            continue
        event, name, said = match.groups()
        n_said += name is not None
        turns.append(("system" if event else _role(name, customer), [said]))
    if n_said < _MIN_LINES:
        return []
    return [{"role": role, "text": "\n".join(lines).strip()} for role, lines in turns]


def _role(name: str, customer: str | None) -> str:
    name = name.strip()
    is_customer = _NAMELESS.match(name) or (customer and name.lower() == customer.strip().lower())
    return CUSTOMER if is_customer else "agent"
