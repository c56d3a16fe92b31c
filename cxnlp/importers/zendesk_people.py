"""Who wrote a comment of a Zendesk ticket: the customer, an agent, a bot or a rule."""

from __future__ import annotations

from cxnlp.importers.json_export import Record, object_at, scalar_of
from cxnlp.importers.roles import read_role
from cxnlp.turns import CUSTOMER

# Lists that stand beside the tickets of an export.
OTHERS = (
    "users", "groups", "brands", "organizations", "metric_sets", "ticket_metrics", "identities",
    "last_audits", "ticket_forms", "dates", "sharing_agreements", "comment_count",
)  # fmt: skip

MAX_PEOPLE = 500_000
_MAX_BRANDS = 1_000

_RULES = frozenset({"rule", "trigger", "automation", "system", "sla_target", "schedule"})
_BOTS = ("answer_bot", "ai_agent", "bot", "flow_builder")
_NAMED = {"users": "requester", "groups": "group", "brands": "brand"}


class People:
    """What the lists beside the tickets say of users, groups and brands."""

    def __init__(self) -> None:
        self.is_full = False
        self._roles: dict[str, str] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._brands: dict[str, Record] = {}  # the first ticket of each

    def add(self, name: str, value: Record) -> None:
        """Take note of one object of the list `name`."""
        key, role, shown = scalar_of(value.get("id")), value.get("role"), value.get("name")
        if key is None:
            return
        if name == "users" and isinstance(role, str):
            if read_role(role) == CUSTOMER and len(self._roles) >= MAX_PEOPLE:
                self.is_full = True
                return
            self._roles[key] = role
        if name in _NAMED and isinstance(shown, str) and len(self._names) < 2 * MAX_PEOPLE:
            self._names[_NAMED[name], key] = shown

    def add_brand(self, record: Record) -> None:
        """Take note of the brand of a ticket."""
        brand = scalar_of(object_at(record, "brand").get("name") or record.get("brand_id"))
        if brand is not None and len(self._brands) < _MAX_BRANDS:
            self._brands.setdefault(brand, {key: record.get(key) for key in ("brand", "brand_id")})

    def brands(self) -> list[str | None]:
        """Return the names of the brands that the tickets have."""
        return [self.name(record, "brand") for record in self._brands.values()]

    def name(self, record: Record, kind: str) -> str | None:
        """Return the name of the requester, group or brand of a ticket."""
        name = object_at(record, kind).get("name")
        if isinstance(name, str) and name:
            return name
        return self._names.get((kind, scalar_of(record.get(f"{kind}_id")) or ""))

    def role(self, comment: Record, record: Record) -> str | None:
        """Return who wrote a comment, None where nothing tells it.

        What is known of the author comes first; else the requester is the customer, and whoever
        else answers is taken for an agent, so that nothing of an agent counts as feedback.
        """
        channel = scalar_of(object_at(comment, "via").get("channel")) or ""
        author = object_at(comment, "author")
        key = scalar_of(comment.get("author_id")) or scalar_of(author.get("id"))
        if channel in _RULES or key == "-1":
            return "system"
        if channel.startswith(_BOTS):
            return "bot"
        told = author.get("role") or self._roles.get(key or "") or self._told(record, key)
        known = read_role(told) if isinstance(told, str) else None
        if known is not None:
            return known
        requester = scalar_of(record.get("requester_id")) or scalar_of(
            object_at(record, "requester").get("id")
        )
        if key is not None and key == requester:
            return CUSTOMER
        if isinstance(told, str):
            return told  # a role that nobody knows, to be rejected
        return "agent" if key is not None else None

    def _told(self, record: Record, key: str | None) -> object:
        """Return the role that a person has who stands in the ticket itself."""
        for place in ("requester", "submitter", "assignee"):
            person = object_at(record, place)
            if key is not None and scalar_of(person.get("id")) == key:
                return person.get("role")
        return None
