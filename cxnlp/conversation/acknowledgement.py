"""Tell the short turns that say nothing of how a customer feels: greetings, "ok", a number."""

from __future__ import annotations

import re
import unicodedata

from cxnlp.model.prediction import Prediction

# Longer turns are read by the model, whatever their words.
_MAX_WORDS = 8
_MAX_CHARACTERS = 120

# Whole phrases, so that "no thanks to you" is not taken for "no thanks" with something after it.
_GREETINGS = (
    "hi", "hello", "hey", "hiya", "hi there", "hello there", "hey there", "good morning",
    "good afternoon", "good evening", "good day", "morning", "dear team", "bye", "goodbye",
    "bye bye", "good night", "see you", "take care", "have a nice day", "have a good day",
    "have a great day", "have a good one", "you too", "and you", "same to you",
    "hallo", "guten tag", "guten morgen", "bonjour", "bonsoir", "salut", "hola", "buenos días",
    "buenos dias", "buenas tardes", "ciao", "buongiorno", "olá", "bom dia", "goedemorgen",
    "tschüss", "au revoir", "adiós",
)  # fmt: skip
_THANKS = (
    "thanks", "thank you", "thank u", "thx", "tnx", "ty", "tks", "cheers", "ta", "many thanks",
    "thanks a lot", "thanks so much", "thanks very much", "thank you so much",
    "thank you very much", "thank you kindly", "thanks again", "thank you again",
    "thanks for that", "thank you for that", "thanks for your help", "thank you for your help",
    "thanks for letting me know", "thank you for letting me know", "thanks for the information",
    "thank you for the information", "thanks for the info", "thanks in advance",
    "danke", "danke schön", "vielen dank", "merci", "merci beaucoup", "gracias",
    "muchas gracias", "grazie", "grazie mille", "obrigado", "obrigada", "bedankt", "dank je",
    "dank je wel", "dank u wel", "tack",
)  # fmt: skip
_ANSWERS = (
    "ok", "okay", "oki", "okey", "k", "kk", "okie", "okey dokey", "yes", "yeah", "yea", "yep",
    "yup", "ya", "y", "no", "nope", "nah", "n", "sure", "of course", "certainly", "absolutely",
    "alright", "all right", "right", "got it", "understood", "i understand", "i see", "noted",
    "will do", "done", "correct", "exactly", "indeed", "please", "please do", "go ahead",
    "no problem", "no worries", "np", "that is fine", "that's fine", "thats fine",
    "that is correct", "that's correct", "that is right", "that's right", "that is all",
    "that's all", "thats all", "that is it", "that's it", "that will be all", "that'll be all",
    "nothing else", "one moment", "one moment please", "one second", "one sec", "just a moment",
    "just a second", "hold on", "i am here", "i'm here", "it is", "it's", "here", "here it is",
    "here you go", "i do", "i did", "i have", "i will", "yes it is", "yes i do", "yes i did",
    "yes i have", "yes that is", "sounds good", "for now", "welcome", "you're welcome",
    "you are welcome", "maybe", "perhaps", "hmm", "um", "oh", "ah", "so", "and", "then", "well",
    "ja", "nein", "oui", "non", "sí", "si", "sim", "não", "nee", "bitte", "s'il vous plaît",
    "d'accord", "vale", "va bene", "de nada",
)  # fmt: skip

# Praise is a feeling when it stands alone; beside "ok" or "thanks" it is a manner of speaking.
_BESIDE = ("great", "good", "perfect", "cool", "fine", "lovely", "super", "nice", "brilliant")

# What a customer writes around a number: "my order number is 4471".
_AROUND_AN_IDENTIFIER = frozenset({
    "my", "our", "the", "a", "an", "it", "it's", "its", "is", "this", "here", "that", "and",
    "for", "number", "nr", "num", "order", "ref", "reference", "account", "id", "code", "booking",
    "ticket", "case", "customer", "phone", "mobile", "tel", "telephone", "email", "e-mail",
    "mail", "address", "zip", "postcode", "yes", "ok", "hi", "hello", "sure", "thanks", "please",
    "date", "of", "birth", "dob",
})  # fmt: skip

_THANKING_EMOJI = frozenset("👍👌🙏🙂😊😀😃😄😁☺🤝👋💯✅✔❤💙💚🧡💛💜🖤🤍🥰😍😘🤗🎉🙌👏💐🌹")
_MODIFIERS = re.compile("[\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")  # joiners, styles, skin tones

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_RATING = re.compile(r"\b\d{1,2}\s*(?:/|out of)\s*(?:5|10)\b(?!/)|\bstars?\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_CODE = re.compile(r"(?:\bno\b[.:]*\s*)?(?:[#\w][\w\-/.:#]*)?\d[\w\-/.:#]*", re.IGNORECASE)
_NO = frozenset({"no", "nope", "nah", "nein", "non", "nee", "não"})
# Sarcasm that is made of nothing but answers.
_NOT = frozenset({"yeah right", "oh right", "oh yeah right", "yeah sure", "oh sure"})


def _alternatives(*phrases: tuple[str, ...]) -> str:
    longest_first = sorted({phrase for group in phrases for phrase in group}, key=len, reverse=True)
    return "|".join(re.escape(phrase) for phrase in longest_first)


_SAID = re.compile(rf"(?:(?:{_alternatives(_GREETINGS, _THANKS, _ANSWERS, _BESIDE)})(?: |$))+")
_SAID_MORE_THAN_PRAISE = re.compile(
    rf"(?:^|.* )(?:{_alternatives(_GREETINGS, _THANKS, _ANSWERS)})(?: .*|$)"
)
_BEFORE_A_NAME = re.compile(rf"(?:.* )?(?:{_alternatives(_GREETINGS, _THANKS)})")


def is_acknowledgement(text: str, prediction: Prediction) -> bool:
    """Return whether a turn says nothing of how the customer feels about the matter.

    True for greetings, goodbyes, bare yes, no, ok and thanks, an order number, an e-mail address
    or a phone number alone, and a thankful emoji. The words decide. The model is asked only where
    they do not: "Thanks Anna" names somebody unless it sounds negative.

    >>> from cxnlp.model.prediction import unscored
    >>> [is_acknowledgement(text, unscored("m@1", None)) for text in ("Ok thanks!", "Still broken")]
    [True, False]
    """
    if len(text) > _MAX_CHARACTERS:
        return False
    plain = _MODIFIERS.sub("", text).strip()
    emoji = [character for character in plain if character in _THANKING_EMOJI]
    plain = "".join(character for character in plain if character not in _THANKING_EMOJI)
    if not plain.strip(" .,!-"):
        return bool(emoji) or not plain.strip()
    if any(unicodedata.category(character) == "So" for character in plain):
        return False  # an emoji that is no thanks: 😡
    return _is_identifier(plain) or _is_said(plain, prediction)


def _is_identifier(text: str) -> bool:
    """Return whether a text is a number, code or address, with no more than its name around."""
    if _RATING.search(text) or "?" in text or "!!" in text:
        return False
    rest, n_addresses = _EMAIL.subn(" ", text)
    rest, n_codes = _CODE.subn(" ", rest)
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(rest)]
    return (
        n_addresses + n_codes > 0
        and len(words) <= _MAX_WORDS
        and _AROUND_AN_IDENTIFIER.issuperset(words)
    )


def _is_said(text: str, prediction: Prediction) -> bool:
    """Return whether a text consists of phrases that say nothing."""
    words = _WORD.findall(text)
    if not 0 < len(words) <= _MAX_WORDS:
        return False
    said = [word.casefold().replace("’", "'") for word in words]
    whole = " ".join(said)
    if whole in _NOT or ("!!" in text and _NO.intersection(said)):
        return False
    if _SAID.fullmatch(whole) and _SAID_MORE_THAN_PRAISE.fullmatch(whole):
        return True
    before, _, _ = whole.rpartition(" ")
    return (
        words[-1].istitle()
        and prediction.sentiment != "negative"
        and bool(_SAID.fullmatch(before))
        and bool(_BEFORE_A_NAME.fullmatch(before))
        and not text.rstrip().endswith(("?", "!!"))
        and not re.search(r"[.!?;,]\s*\S+\s*$", text)
    )
