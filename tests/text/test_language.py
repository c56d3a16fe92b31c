"""English is told from other languages, and short texts are given the benefit of the doubt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.text.language import detect_languages

ENGLISH = [
    "None.", "Amazing", "ok", "Nothing", "", "No", "10/10", "👍", "Staff nice", "Quick and easy.",
    "Nothing comes to mind", "Quick efficient polite helpful", "ok i am waiting",
    "yes i want pizza", "2 classic caesar salad", "8956254756 4223 trichy 235456",
    "ssn 1234 acct 123456789 and more", "GOOD SERVICE, ON TIME EVERY TIME",
    "See https://example.fr",
    "The menu said 北京烤鸭 and it was good", "The café was très chic, I will come again",
    "\U0001d406\U0001d428\U0001d428\U0001d41d service",  # in mathematical bold
   
    "Been faster in past", "Tropical Oasis Liquid Multivitamin. Amazing stuff.", "Merci",
    "c'est la vie", "¯\\_(ツ)_/¯",
]  # fmt: skip
FOREIGN = {
    "El servicio fue muy malo y lento, no vuelvo nunca": "es",
    "MUY MAL SERVICIO, NO VUELVO NUNCA": "es",
    "Le personnel était très gentil et compétent": "fr",
    "Die Lieferung kam leider viel zu spät an": "de",
    "De bezorging was veel te laat en niemand nam op": "nl",
    "La consegna è arrivata con molto ritardo": "it",
    "O atendimento foi muito bom e rápido": "pt",
    "Palvelu oli erittäin hidasta ja henkilökunta töykeää": "fi",
    "Obsługa była bardzo miła i pomocna": "pl",
    "Спасибо": "ru",
    "谢谢": "zh",
    "とても良い": "ja",
    "बहुत अच्छा": "hi",
    "شكرا": "ar",
    "ευχαριστώ": "el",
    "감사합니다": "ko",
    "ขอบคุณ": "th",
}


@pytest.mark.parametrize("text", ENGLISH)
def test_english(text):
    assert detect_languages([text]) == ["en"]


@pytest.mark.parametrize("text", FOREIGN)
def test_foreign(text):
    assert detect_languages([text]) == [FOREIGN[text]]


def test_short_texts_inherit():
    assert detect_languages(["Ja, klar", "ok", ""], inherited="de") == ["de", "de", "de"]
    assert detect_languages(["The staff were very kind to me"], inherited="de") == ["en"]


def test_order_and_length_are_kept():
    texts = [*FOREIGN, *ENGLISH]
    assert detect_languages(texts) == [*FOREIGN.values(), *["en"] * len(ENGLISH)]
    assert detect_languages([]) == []


@given(st.text())
def test_any_text_has_a_language(text):
    (language,) = detect_languages([text])
    assert 2 <= len(language) <= 3
