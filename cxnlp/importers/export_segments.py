"""Which columns of an export results can be broken down by."""

from __future__ import annotations

from collections.abc import Iterable

from cxnlp.importers.export import Head
from cxnlp.importers.fields import key_of

MAX_VALUES = 20
# Words of columns that tell who somebody is, or one row from another.
_PERSONAL = frozenset(
    {
        "address", "birthday", "dob", "email", "firstname", "guid", "id", "ids", "ip", "lastname",
        "link", "mail", "mobile", "password", "phone", "surname", "token", "url", "uuid",
    }
)  # fmt: skip


def is_personal(name: str) -> bool:
    """Return whether a column's name says that it tells who somebody is.

    >>> is_personal("Recipient Email"), is_personal("Store")
    (True, False)
    """
    return bool(_PERSONAL & {*key_of(name).split("_")})


def find_segments(head: Head, names: Iterable[str | None], *, after: int = 0) -> tuple[str, ...]:
    """Return the columns with few values, which can be segments.

    One value is enough: the next file may have another.

    :param after: how many of the first rows are headers.
    """
    found = []
    for name in names:
        if name is None or is_personal(name):
            continue
        values = {cell for cell in head.cells(name)[after:] if cell and not cell.isspace()}
        if 1 <= len(values) <= MAX_VALUES:
            found.append(name)
    return tuple(found)
