"""The language of each text: English unless another language is clearly more probable.

A short English answer looks like any language to an identifier, so a text is foreign only where
English is improbable and the other languages together are probable. Texts of less than four words
inherit a language, except where their script alone rules English out.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

MIN_WORDS = 4
# At these bounds .05% of English chat turns and none of English survey answers read as foreign,
# and 99.6% of subtitles of eight words or more in seven other languages do.
MAX_ENGLISH = 0.02  # so that the other languages together have .98
MIN_TOP = 0.3  # related languages share what is not English

_SHOWN_CHARACTERS = 2_000  # the start of a long text tells its language

# Words that only English writes so; "was", "in", "die" or "me" would prove nothing.
_ENGLISH_WORDS = frozenset(
    {
        "the", "and", "you", "your", "they", "their", "them", "this", "that", "these", "those",
        "with", "have", "has", "had", "would", "could", "should", "there", "because", "very",
        "been", "were", "from", "which", "when", "what", "who", "my", "our", "i", "it", "it's",
        "don't", "i'm", "are", "not", "be", "is", "yes", "please", "thanks", "thank", "good",
        "great", "service", "like", "want", "need", "can", "just", "get", "did", "does", "how",
        "where", "why", "will", "am", "name", "more",
    }
)  # fmt: skip
_MIN_ENGLISH_SHARE = 0.3
_MIN_SURE = 0.9

# Languages with a body of customers' writing. The rest of the identifier's 140, most of them
# small, creole or dead, attract English lines of names, orders and numbers.
_LATIN_LANGUAGES: list[str] = [
    "af", "ca", "cs", "cy", "da", "de", "en", "es", "et", "eu", "fi", "fr", "ga", "gl", "hr", "hu",
    "id", "is", "it", "lt", "lv", "ms", "nl", "no", "pl", "pt", "ro", "sk", "sl", "sq", "sv", "sw",
    "tl", "tr", "vi",
]  # fmt: skip
_OTHER_LANGUAGES: list[str] = [
    "am", "ar", "be", "bg", "bn", "el", "fa", "gu", "he", "hi", "hy", "ja", "ka", "kk", "km", "kn",
    "ko", "lo", "mk", "ml", "mn", "mr", "my", "ne", "or", "pa", "ps", "ru", "sa", "si", "sr", "ta",
    "te", "th", "ug", "uk", "ur", "zh",
]  # fmt: skip

# The first words of a letter's Unicode name, and the language to name where nothing else tells.
_SCRIPTS: dict[str, str] = {
    "CYRILLIC": "ru", "CJK": "zh", "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko",
    "ARABIC": "ar", "DEVANAGARI": "hi", "GREEK": "el", "HEBREW": "he", "THAI": "th",
    "BENGALI": "bn", "TAMIL": "ta", "TELUGU": "te", "GUJARATI": "gu", "KANNADA": "kn",
    "MALAYALAM": "ml", "GURMUKHI": "pa", "ORIYA": "or", "SINHALA": "si", "GEORGIAN": "ka",
    "ARMENIAN": "hy", "ETHIOPIC": "am", "KHMER": "km", "LAO": "lo", "MYANMAR": "my",
}  # fmt: skip

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_NOT_LANGUAGE = re.compile(r"(?:https?://|www\.)\S+|\S*[@\d_/\\]\S*|\[[A-Z]+\]")
_BEYOND_LATIN = re.compile(r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]")


def detect_languages(texts: Sequence[str], *, inherited: str = "en") -> list[str]:
    """Return the ISO 639-1 code of each text's language.

    :param inherited: the language of texts that are too short or too unclear to tell.
    """
    return [_detect(text[:_SHOWN_CHARACTERS], inherited) for text in texts]


def _detect(text: str, inherited: str) -> str:
    if not text.isascii():
        by_script = _language_of_script(text)
        if by_script:
            return by_script
    if any(c in text for c in "0123456789@_/\\["):
        text = _NOT_LANGUAGE.sub(" ", text)
    words = _WORD.findall(text.lower())
    if len(words) < MIN_WORDS:
        return inherited
    n_english = sum(word in _ENGLISH_WORDS for word in words)
    if n_english >= _MIN_ENGLISH_SHARE * len(words):
        return "en"
    scores = _probabilities(" ".join(words), "latin")
    english = scores.pop("en")
    top = max(scores, key=scores.__getitem__)
    if english <= MAX_ENGLISH and scores[top] >= MIN_TOP:
        return top
    return "en" if english > scores[top] else inherited


def _language_of_script(text: str) -> str | None:
    """Return the language of a text mostly in letters that are not Latin, else None."""
    # Bold, circled or full-width Latin letters are Latin.
    text = unicodedata.normalize("NFKC", text)
    beyond = _BEYOND_LATIN.findall(text)
    # A single letter is as often part of a face drawn with signs.
    if len(beyond) < 2 or 2 * len(beyond) < sum(c.isalpha() for c in text):
        return None
    scripts = [unicodedata.name(c, "").partition(" ")[0] for c in beyond]
    if "HIRAGANA" in scripts or "KATAKANA" in scripts:
        return "ja"
    default = _SCRIPTS.get(max(set(scripts), key=scripts.count))
    if default is None:
        return None
    if default not in ("ru", "ar", "hi"):
        return default
    scores = _probabilities(text, "other")
    top = max(scores, key=scores.__getitem__)
    return top if scores[top] >= _MIN_SURE else default


def _probabilities(text: str, languages: str) -> dict[str, float]:
    return dict(_identifier(languages).rank(text))


@functools.cache
def _identifier(languages: str) -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LATIN_LANGUAGES if languages == "latin" else _OTHER_LANGUAGES)
    return identifier
