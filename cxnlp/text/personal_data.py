"""Find personal data in a text, and cover it without moving a character."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

Kind = Literal["email", "phone", "card", "iban", "ip"]

COVER = "•"

# What each kind cannot be without. Most texts have none of it, and need no recogniser.
_SIGNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("email", re.compile("@")),
    ("phone", re.compile(r"(?:\d[^\w\n]{0,3}){6}\d")),
    ("card", re.compile(r"(?:\d[^\w\n]?){11}\d")),
    ("iban", re.compile(r"[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11}")),
    ("ip", re.compile(r"\d(?:\.\d{1,3}){3}|(?:[0-9A-Fa-f]{0,4}:){2,}[0-9A-Fa-f]")),
)
# A number is told by its form in any of these; with +, by its own country's.
_PHONE_REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "IN", "AU", "CA", "IE", "NZ")

# The recognisers' time grows faster than the text: they read it in windows that overlap by more
# than any of these kinds is long.
_WINDOW, _OVERLAP = 1_000, 120


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """Where personal data stands: code-point offsets, end excluded."""

    kind: Kind
    start: int
    end: int


def find_personal_data(text: str) -> list[PersonalData]:
    """Return the e-mail, phone, card, IBAN and IP addresses and numbers of a text, in its order.

    Found by the recognisers of presidio-analyzer: forms with their check digits where they have
    some. Names and postal addresses are not looked for.
    """
    found: set[tuple[int, int, Kind]] = set()
    for at in range(0, max(len(text) - _OVERLAP, 1), _WINDOW - _OVERLAP):
        window = text[at : at + _WINDOW]
        for kind, sign in _SIGNS:
            if sign.search(window):
                found |= {(at + start, at + end, kind) for start, end in _places(kind, window)}
    return [PersonalData(kind=kind, start=start, end=end) for start, end, kind in sorted(found)]


def cover_personal_data(text: str) -> str:
    """Return a text of the same length whose personal data is covered, letter by letter.

    >>> cover_personal_data("Write to jo@example.com, please.")
    'Write to ••@•••••••.•••, please.'

    What is between the letters and digits stays, so that a reader sees what stood there. Offsets
    into the text stay true.
    """
    characters = list(text)
    for item in find_personal_data(text):
        for i in range(item.start, item.end):
            if characters[i].isalnum():
                characters[i] = COVER
    return "".join(characters)


def _places(kind: Kind, window: str) -> Iterator[tuple[int, int]]:
    recogniser = _recognisers()[kind]
    for result in recogniser.analyze(window, recogniser.supported_entities, None):
        # "::" alone is a valid address, and a way to write a list.
        if kind != "ip" or any(c.isdigit() for c in window[result.start : result.end]):
            yield result.start, result.end


@contextlib.contextmanager
def _absent(*modules: str) -> Iterator[None]:
    """Let modules that are not loaded yet look as if they were not installed."""
    hidden = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)


@cache
def _recognisers() -> dict[Kind, Any]:
    # The package looks for language models, which these recognisers do not use: where they are
    # installed, as for training, loading them takes ten seconds.
    with _absent("torch", "transformers", "stanza"):
        from presidio_analyzer.predefined_recognizers import (
            CreditCardRecognizer,
            EmailRecognizer,
            IbanRecognizer,
            IpRecognizer,
            PhoneRecognizer,
        )

    class FormEmailRecognizer(EmailRecognizer):
        def validate_result(self, pattern_text: str) -> None:
            """Take any form of an address: a company's own domain is in no list to be fetched."""

    return {
        "email": FormEmailRecognizer(),
        "phone": PhoneRecognizer(supported_regions=_PHONE_REGIONS),
        "card": CreditCardRecognizer(),
        "iban": IbanRecognizer(),
        "ip": IpRecognizer(),
    }
