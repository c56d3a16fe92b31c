"""Find the words by which customers say that they leave, escalate, or mean the opposite."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LEAVING = "leaving"
SUPERVISOR = "supervisor"
LEGAL = "legal"
PUBLIC = "public"
REPEATED_CONTACT = "repeated_contact"
SARCASM = "sarcasm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Words found in a text: what they signal, and where they stand."""

    label: str
    start: int  # code points
    end: int


_ORDINAL = r"(?:second|third|fourth|fifth|sixth|2nd|3rd|\d{1,2}th|umpteenth|hundredth)"
_MANY = r"(?:two|three|four|five|six|seven|eight|ten|\d{1,2}|several|multiple|many|countless)"
_TOLD = (
    r"(?:writ(?:e|ing|ten)|wrote|call(?:ed|ing)?|r[au]ng|phoned?|ask(?:ed|ing)?|contact(?:ed|ing)?"
    r"|chat(?:ted|ting)?|report(?:ed|ing)?|tell(?:ing)?|told|explain(?:ed|ing)?|email(?:ed|ing)?"
    r"|complain(?:ed|ing)?|repeat(?:ed|ing)?|given?|gave|sent|tried)"
)

# English only, and few: each is a thing that people say in so many words before they go or go
# above somebody's head. Whatever is said less plainly is left to the model.
_PATTERNS: dict[str, tuple[str, ...]] = {
    LEAVING: (
        r"(?:cancel|close|closing|cancell?ing|terminat(?:e|ing)|delet(?:e|ing)|end)\s+"
        r"(?:(?:my|our|this|the)\s+)(?:\w+\s+){0,2}"
        r"(?:account|subscription|contract|membership|policy|plan|service)",
        r"never\s+(?:(?:ever|be|going|to|again)\s+){0,3}"
        r"(?:buy|order|shop|book|use|us|deal|fly|stay|com|return|purchas)\w*(?:\s+\w+){0,5}\s+again",
        r"(?:switch(?:ing)?|mov(?:e|ing)|go(?:ing)?)\s+to\s+(?:(?:an?other|a\s+different)\s+"
        r"(?:company|provider|bank|shop|supplier|airline)|(?:a|the|your)\s+competit(?:or|ion)s?)",
        r"tak(?:e|ing)\s+(?:my|our)\s+(?:business|money|custom)\s+elsewhere",
        r"(?:lost|losing)\s+(?:a\s+(?:\w+\s+)?customer|me\s+as\s+a\s+customer|my\s+business)",
    ),
    SUPERVISOR: (
        r"(?:speak|talk|complain|escalat\w+|pass\w*|transfer\w*|connect\w*|put)\s+(?:\w+\s+){0,4}"
        r"(?:manager|supervisor|boss|superior|head\s+office|someone\s+in\s+charge)",
        r"(?:get|want|need|give)\s+(?:me\s+)?(?:your|a|the)\s+(?:manager|supervisor|boss)",
        r"(?:formal|official)\s+complaint",
        r"(?:make|mak(?:ing)|file|filing|lodge|raise)\s+a\s+complaint",
    ),
    LEGAL: (
        r"(?:my|our|a|the)\s+(?:lawyer|solicitor|attorney)s?",
        r"(?:lawyer|solicitor|attorney)s?\s+(?:will|is|are|shall|has)",
        r"legal\s+(?:action|steps|advice|proceedings)",
        r"su(?:e|ing)\s+(?:you|your|the\s+company)",
        r"(?:see|take|taking)\s+you\s+(?:in|to)\s+court",
        r"small\s+claims",
        r"ombuds(?:man|woman|person)",
        r"trading\s+standards|consumer\s+protection|better\s+business\s+bureau",
        r"(?:call|report\w*|go\w*)\s+(?:\w+\s+){0,4}(?:the\s+)?(?:police|regulator)",
        r"charge\s?back",
    ),
    PUBLIC: (
        r"(?:post|put|share)\w*\s+(?:\w+\s+){0,3}on\s+(?:twitter|x|facebook|instagram|reddit|"
        r"tiktok|trustpilot|social\s+media)",
        r"(?:bad|negative|one[\s-]star|1[\s-]star)\s+review",
        r"tell(?:ing)?\s+every(?:one|body)",
        r"(?:go|going|talk|talking)\s+to\s+the\s+(?:press|media|papers?|newspapers?)",
    ),
    REPEATED_CONTACT: (
        rf"{_ORDINAL}\s+time\s+(?:now\s+)?(?:that\s+)?(?:i|we)(?:['’]?(?:ve|m|re))?\s+"
        rf"(?:\w+\s+){{0,3}}{_TOLD}",
        rf"{_TOLD}\s+(?:\w+\s+){{0,4}}{_MANY}\s+times",
        r"how\s+many\s+(?:more\s+)?times\s+(?:do|must|have|should)\s+(?:i|we)",
        r"(?:keep|kept)\s+(?:having\s+to\s+)?(?:writing|calling|asking|explaining|repeating)",
        r"(?:still|again)\s+no\s+(?:reply|answer|response)",
    ),
    SARCASM: (
        r"(?:thanks|thank\s+you|cheers)\s+(?:\w+\s+){0,2}for\s+"
        r"(?:nothing|wasting|ruining|the\s+wasted|ignoring)",
        r"no\s+thanks\s+to\s+(?:you|your|any)",
        r"(?:great|good|nice|brilliant|fantastic|lovely|excellent)\s+job\s+(?:wast|ruin|los)ing",
    ),
}
_COMPILED = {
    label: re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)
    for label, patterns in _PATTERNS.items()
}

# "I don't want to cancel", but not "if you do not help, I will cancel": only words that pass the
# negation on may stand between it and the signal.
_NEGATED = re.compile(
    r"(?:\b(?:not|never|without|cannot|dont|didnt|wont|instead\s+of|rather\s+than"
    r"|no\s+(?:need|plans?|intention|wish|desire|reason))|n['’]t)"
    r"(?:\s+(?:want(?:ed|ing)?|wish|like|need|have|had|go|going|plan(?:ning)?|intend(?:ing)?|"
    r"intention|try(?:ing)?|mean|meant|ask(?:ed|ing)?|looking|here|really|even|yet|be|to|of|a|any"
    r"|say(?:ing)?\s+(?:that\s+)?i(?:['’]ll|\s+will|\s+want|\s+would)|get|take|taking|make|involve|call))*\s+$",
    re.IGNORECASE,
)
# What somebody else did: "why did you close my account".
_NOT_THEIR_OWN = re.compile(
    r"\b(?:(?:did|do|have|had|would|must)\s+you|you\s+(?:did|had\s+to|would))\s+$", re.IGNORECASE
)
# What somebody is: "I am a lawyer", "I work for a solicitor".
_PROFESSION = re.compile(r"\b(?:am|is|was|as|for)\s+$", re.IGNORECASE)
_A = re.compile(r"a\s", re.IGNORECASE)
_NEVER_NEGATED = frozenset({REPEATED_CONTACT, SARCASM})
_BEFORE = 60  # characters that are looked at for a negation


def find_signals(text: str) -> Iterator[Signal]:
    """Yield the signals of a text, a label's own in order; negated ones are none.

    >>> [signal.label for signal in find_signals("Let me speak to your manager.")]
    ['supervisor']
    >>> list(find_signals("I don't want to cancel my account."))
    []
    """
    for label, pattern in _COMPILED.items():
        for found in pattern.finditer(text):
            before = text[max(0, found.start() - _BEFORE) : found.start()]
            if label not in _NEVER_NEGATED and (
                _NEGATED.search(before)
                or _NOT_THEIR_OWN.search(before)
                or (_A.match(found.group()) and _PROFESSION.search(before))
            ):
                continue
            yield Signal(label=label, start=found.start(), end=found.end())


def is_sarcastic(text: str) -> bool:
    """Return whether a text thanks for nothing."""
    return _COMPILED[SARCASM].search(text) is not None
