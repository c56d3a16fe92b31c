from __future__ import annotations

import pytest

from cxnlp.conversation.signals import find_signals


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Please cancel my account", {"leaving"}),
        ("I am closing my bank account today", {"leaving"}),
        ("I will never buy from you again", {"leaving"}),
        ("I'm taking my business elsewhere", {"leaving"}),
        ("If you do not fix this I will cancel my account", {"leaving"}),
        ("No I want to cancel my contract", {"leaving"}),
        ("Let me speak to your manager!", {"supervisor"}),
        ("I want a supervisor", {"supervisor"}),
        ("I'd like to make a formal complaint", {"supervisor"}),
        ("You will hear from my lawyer", {"legal"}),
        ("My next step is legal action", {"legal"}),
        ("I will go to the ombudsman", {"legal"}),
        ("see you in court", {"legal"}),
        ("I'll post this on Twitter", {"public"}),
        ("This is the third time I am writing", {"repeated_contact"}),
        ("this is the 3rd time I've called about it", {"repeated_contact"}),
        ("I can't believe this is the second time I had to ask", {"repeated_contact"}),
        ("I have called you five times", {"repeated_contact"}),
        ("How many times do I have to say it?", {"repeated_contact"}),
        ("Thanks for nothing", {"sarcasm"}),
        ("It arrived, no thanks to you", {"sarcasm"}),
    ],
)
def test_plain_words(text: str, labels: set[str]) -> None:
    assert {signal.label for signal in find_signals(text)} == labels


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to cancel my account", "I do not want to cancel", "I never asked to cancel "
        "my subscription", "There is no need to speak to your manager", "I won't sue you",
        "I have no intention to close my account", "Why did you cancel my account?",
        "You did not cancel my subscription", "I am a lawyer and need an invoice",
        "I work for a solicitor", "please cancel the second pizza", "the manager was kind",
        "the third time was a charm", "Thanks for your help", "no thanks", "recourse", "a lawyerly",
        "It was the first time I called", "I am not saying I'll take legal action", "fourth item",
    ],
)  # fmt: skip
def test_words_that_threaten_nothing(text: str) -> None:
    assert list(find_signals(text)) == []


def test_a_signal_stands_where_its_words_stand() -> None:
    text = "Enough! Put me through to your manager, or I call my lawyer."
    found = {signal.label: text[signal.start : signal.end] for signal in find_signals(text)}
    assert found == {"supervisor": "Put me through to your manager", "legal": "my lawyer"}


def test_a_negation_ends_with_its_sentence() -> None:
    text = "I don't want to wait. Cancel my account."
    assert [signal.label for signal in find_signals(text)] == ["leaving"]
