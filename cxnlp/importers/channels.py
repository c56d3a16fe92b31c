"""The channel and the language of a row, from the words that exports use for them."""

from __future__ import annotations

import re

from cxnlp.records import CHANNELS
from cxnlp.slug import slug

UNKNOWN_CHANNEL = f"channel is none of {' '.join(CHANNELS)}"
UNKNOWN_LANGUAGE = "not a language code"

_SYNONYMS: dict[str, tuple[str, ...]] = {
    "email": ("e_mail", "mail", "emails", "e_mails"),
    "chat": (
        "live_chat", "livechat", "web_chat", "webchat", "chatbot", "bot", "messenger", "whatsapp",
        "messaging", "in_app_chat", "online_chat",
    ),
    "phone": (
        "telephone", "call", "calls", "phone_call", "voice", "ivr", "call_centre", "call_center",
        "contact_centre", "contact_center", "tel", "hotline",
    ),
    "web": ("website", "web_site", "online", "internet", "webform", "web_form", "portal"),
    "app": ("mobile_app", "mobile", "in_app", "application", "ios", "android", "ios_app",
            "android_app"),
    "social": (
        "social_media", "twitter", "x", "facebook", "instagram", "linkedin", "tiktok", "reddit",
        "youtube",
    ),
    "in_store": (
        "instore", "store", "shop", "in_shop", "branch", "in_branch", "in_person", "face_to_face",
        "kiosk", "onsite", "on_site", "retail",
    ),
    "review": (
        "reviews", "review_site", "google_review", "google_reviews", "google", "trustpilot",
        "tripadvisor", "app_store", "google_play", "play_store", "yelp",
    ),
    "survey": ("surveys", "questionnaire", "feedback_form", "form"),
    "sms": ("text", "text_message", "texting", "txt"),
}  # fmt: skip
_CHANNEL_OF: dict[str, str] = {channel: channel for channel in CHANNELS} | {
    synonym: channel for channel, synonyms in _SYNONYMS.items() for synonym in synonyms
}

_LANGUAGE_CODE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*")
_LANGUAGE_NAMES: dict[str, str] = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "spanish": "es",
    "italian": "it", "portuguese": "pt", "dutch": "nl", "polish": "pl", "swedish": "sv",
    "danish": "da", "norwegian": "no", "finnish": "fi", "russian": "ru", "ukrainian": "uk",
    "turkish": "tr", "arabic": "ar", "hindi": "hi", "chinese": "zh", "japanese": "ja",
    "korean": "ko", "welsh": "cy", "greek": "el", "czech": "cs", "hungarian": "hu",
    "romanian": "ro", "indonesian": "id", "vietnamese": "vi", "thai": "th", "hebrew": "he",
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it",
    "por": "pt", "nld": "nl", "dut": "nl",
}  # fmt: skip


def read_channel(name: str) -> str | None:
    """Return the channel that a name means, or None.

    >>> read_channel("E-Mail"), read_channel("In store"), read_channel("carrier pigeon")
    ('email', 'in_store', None)
    """
    return _CHANNEL_OF.get(slug(name))


def read_language(name: str) -> str | None:
    """Return the language code that a name or locale means, or None.

    >>> read_language("en-GB"), read_language("German"), read_language("?")
    ('en', 'de', None)
    """
    name = name.strip().lower()
    if name in _LANGUAGE_NAMES:
        return _LANGUAGE_NAMES[name]
    match = _LANGUAGE_CODE.fullmatch(name)
    return match[1] if match else None
