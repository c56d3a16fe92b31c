from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.conversation.acknowledgement import is_acknowledgement
from cxnlp.model.prediction import unscored


@pytest.mark.parametrize(
    "text",
    [
        "ok", "OK", "Ok.", "ok thanks", "Ok, thanks!", "okay thank you so much", "k", "yes", "No",
        "yes please", "no thank you", "No thanks.", "sure", "Hi", "hello there", "Good morning!",
        "thank you", "THANKS", "thx", "Got it, thanks", "perfect, thank you", "ok great thanks",
        "that's all, bye", "That’s fine", "have a nice day", "merci beaucoup", "vielen Dank", "sí",
        "👍", "👍🏽", "🙏🙏", "ok 👍", "❤️", "thanks 😊!", "", "  ",
        "4471", "#12345", "AB-2231-99", "my order number is 4471", "Order no. 4471, thanks",
        "anna.smith@example.com", "My email is anna@example.com", "+44 20 7946 0958",
        "(555) 123-4567", "it's 0151 496 0000", "SW1A 1AA", "12/03/1984", "Thanks Anna", "Hi Tom!",
    ],
)  # fmt: skip
def test_what_says_nothing(acknowledged: Callable[[str], bool], text: str) -> None:
    assert acknowledged(text)


@pytest.mark.parametrize(
    "text",
    [
        "thanks for nothing", "no thanks to you", "Thanks for nothing!", "yes it is still broken",
        "finally, thank you so much, you saved my day!", "ok but where is my parcel", "great",
        "Perfect", "no it is not", "yeah right", "oh sure", "NO!!!", "no!!", "😡", "ok 😡", "???",
        "...", "10/10", "1/5", "5 stars", "0 out of 10", "3 weeks", "it is 5pm and no order",
        "4471 is still missing", "ok whatever", "Thanks. Useless", "this is not ok", "angry",
        "my order number is 4471?", "yes " * 9, "thanks, Broken", "Where is order 4471",
        "you are welcome to keep it", "it took 3 calls", "I have 2 complaints",
    ],
)  # fmt: skip
def test_what_says_something(acknowledged: Callable[[str], bool], text: str) -> None:
    assert not acknowledged(text)


def test_a_name_that_sounds_negative_is_none() -> None:
    from dataclasses import replace

    neutral = unscored("made@1", "en")
    assert is_acknowledgement("Thanks Anna", neutral)
    assert not is_acknowledgement("Thanks Liar", replace(neutral, sentiment="negative"))


@given(st.text(max_size=200))
def test_any_text_has_an_answer_that_case_at_its_ends_does_not_change(text: str) -> None:
    found = is_acknowledgement(text, unscored("made@1", None))
    assert is_acknowledgement(f" {text}\n", unscored("made@1", None)) in {found, len(text) < 119}


def test_a_long_run_is_answered_at_once() -> None:
    assert not is_acknowledgement("a" * 100_000, unscored("made@1", None))
    assert not is_acknowledgement("1 " * 50_000, unscored("made@1", None))
