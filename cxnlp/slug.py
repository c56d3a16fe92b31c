"""The slug of a name, the key by which touchpoints and stages are compared."""

from __future__ import annotations

import unicodedata


def slug(name: str) -> str:
    """Return `name` in lower case, without accents, its words joined by underscores.

    Letters of every script are kept, so a name without Latin letters still has a slug. A name
    without any letter or digit has the empty one.

    >>> slug("PTS  - Patient Transport")
    'pts_patient_transport'
    >>> slug("Café & Bar")
    'cafe_bar'
    """
    # Marks of the block U+0300 are accents; the vowels of Indic scripts are marks too, and stay.
    plain = "".join(
        c if unicodedata.category(c)[0] in "LNM" else " "
        for c in unicodedata.normalize("NFKD", name.casefold())
        if not "\u0300" <= c <= "\u036f"
    )
    return "_".join(unicodedata.normalize("NFKC", plain).split())
