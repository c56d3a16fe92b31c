"""Short chats, written for this test, read by the released model: what would a person say?"""

# ruff: noqa: E501  a chat is one turn a line

from __future__ import annotations

from dataclasses import dataclass

import pytest
from _pytest.mark.structures import ParameterSet

from cxnlp.conversation.analyse import ConversationAnalysis, analyse
from cxnlp.conversation.scored_turn import ScoredTurn
from cxnlp.model.classifier import Classifier
from cxnlp.turns import Turn, customer_turns


@dataclass(frozen=True, kw_only=True)
class Written:
    """A chat, one turn a line ("C" customer, "A" agent), and what a person says of its end."""

    chat: str
    level: str
    trend: str
    level_missed: str | None = None  # why, where it is known to be
    trend_missed: str | None = None


CHATS = {
    "escalating": Written(
        trend_missed="The model's score is at its floor from the second complaint on, so it cannot fall further.",
        level="high",
        trend="worsening",
        chat="""
            C: Hi
            A: Hello, how can I help?
            C: I was wondering when my parcel will arrive, it should have been here on Monday.
            A: It is on its way, please be patient.
            C: That is what I was told on Tuesday as well. It is rather annoying.
            A: I understand. Please wait two more days.
            C: No. I have waited more than a week now and nobody tells me anything, this is really bad service.
            A: There is nothing I can do.
            C: This is a disgrace. I want to speak to your manager right now or I will cancel my account.
        """,
    ),
    "recovering": Written(
        trend_missed="Four turns must be in order; the first two complaints are .02 apart the wrong way.",
        level="low",
        trend="improving",
        chat="""
            C: My internet has been down for three days and I am furious. This is the worst service I have ever had.
            A: I am so sorry. Let me look at the line.
            C: I have already called twice and nothing happened. Terrible.
            A: I found the fault: a wrong setting on our side. I have fixed it.
            C: Ok
            A: Can you restart the router?
            C: It is working again now.
            A: Great, and I credited you a month.
            C: Oh that is really kind of you, thank you so much, you have been a great help!
        """,
    ),
    "neutral order": Written(
        level="low",
        trend="steady",
        chat="""
            A: Welcome to pizza place, what can I get you?
            C: I would like to order a large pizza please
            A: Which toppings?
            C: Mushrooms and olives
            A: Delivery or pick up?
            C: Delivery please, to 12 Mill Lane
            A: Any drinks?
            C: no
            A: Your order is 4471, ready in 30 minutes
            C: ok thanks
        """,
    ),
    "angry from start": Written(
        level="high",
        trend="steady",
        chat="""
            C: You people are thieves! You charged my card twice and nobody answers the phone!
            A: Can I have your account number?
            C: I have given it three times already. Are you all incompetent?
            A: I need it to look.
            C: 88213. This is absolutely outrageous, I want my money back today.
        """,
    ),
    "sarcastic thanks": Written(
        level="raised",
        trend="steady",
        chat="""
            C: My flight was cancelled and I got no message at all.
            A: You can rebook for Thursday.
            C: Thursday is three days after the wedding I was flying to.
            A: I am afraid that is the earliest.
            C: Wonderful. Thanks for nothing.
        """,
    ),
    "happy": Written(
        level="low",
        trend="steady",
        chat="""
            C: Hi, I just wanted to say that the new app is fantastic.
            A: That is lovely to hear!
            C: Booking used to take ages and now it takes a minute. Love it.
            A: Anything else?
            C: No, keep up the good work!
        """,
    ),
    "password": Written(
        level="low",
        trend="too_short",
        chat="""
            C: hello
            A: Hello! How can I help you?
            C: I need to reset my password
            A: What is your e-mail address?
            C: anna.smith@example.com
            A: I have sent you a link.
            C: Got it, it works.
            A: Anything else?
            C: No thank you
        """,
    ),
    "repeated billing": Written(
        level="high",
        trend="steady",
        chat="""
            C: I was billed for two months although I left in March. Please correct the bill.
            A: Could you confirm your name?
            C: Jo Brown
            A: The bill looks right to us.
            C: The bill is not right. You have charged me for April and May and I was not even a customer.
            A: I see no error.
            C: This is the third time I am writing about the same wrong bill. Next letter comes from my lawyer.
        """,
    ),
    "mild complaint solved": Written(
        level="low",
        trend="too_short",
        chat="""
            C: The blouse I received is the wrong colour, I ordered blue and this one is green.
            A: Sorry about that! I will send the blue one today, keep the green one.
            C: Oh wow, that is very generous, thank you!
            A: You are welcome.
            C: Bye
        """,
    ),
    "does not want to cancel": Written(
        level="low",
        trend="improving",
        chat="""
            C: I don't want to cancel my subscription, I just want to change the address.
            A: Of course. What is the new address?
            C: 45 High Street, Leeds
            A: Done.
            C: Perfect, that was quick. Thanks!
        """,
    ),
    "turning sour": Written(
        level="high",
        trend="worsening",
        chat="""
            C: Hi there, I love your shop and I have been a customer for years!
            A: Thank you!
            C: I just have a question about my last order, it has not arrived.
            A: It was delivered yesterday.
            C: It was not delivered, I was at home all day.
            A: Our system says so.
            C: So you are calling me a liar? I am very disappointed in you.
            A: The case is closed.
            C: Unbelievable. I will never buy from you again.
        """,
    ),
    "waiting": Written(
        level="raised",
        trend="steady",
        chat="""
            C: I have been on hold for 50 minutes and then the line went dead.
            A: Sorry to hear that.
            C: It is the same every time I call, you never have enough people.
            A: What was it about?
            C: A refund for a broken kettle.
            A: I have refunded it.
            C: ok
        """,
    ),
    "fraud": Written(
        level="high",
        trend="too_short",
        chat="""
            C: Somebody has taken 900 pounds from my account and your bank did nothing. I feel unsafe.
            A: We are investigating.
            C: You said that last week. I am scared and nobody helps me. I will go to the ombudsman.
        """,
    ),
    "sarcasm in other words": Written(
        trend_missed="The model takes sarcasm without a set phrase for praise.",
        level_missed="The model takes sarcasm without a set phrase for praise.",
        level="raised",
        trend="steady",
        chat="""
            C: The engineer did not turn up again.
            A: We have booked a new slot for Friday.
            C: Oh great, another week without internet. Just brilliant.
            A: Is there anything else?
            C: No, you have done quite enough, well done you.
        """,
    ),
    "cold fury": Written(
        trend_missed="The model reads anger that stays polite as neutral.",
        level="raised",
        trend="worsening",
        chat="""
            A: Please hold.
            C: I have been very patient with you so far.
            A: One moment.
            C: That moment was twenty minutes ago.
            A: We are busy today.
            C: I see. Put your supervisor on the line.
        """,
    ),
    "calm refund": Written(
        level="low",
        trend="too_short",
        chat="""
            C: Hello, could you tell me how I return a jacket?
            A: Sure, do you have the order number?
            C: AB-10442
            A: Why would you like to return it?
            C: It is a size too small
            A: I have sent you a label.
            C: Great, thanks Anna
        """,
    ),
    "slowly losing patience": Written(
        trend_missed="From the second turn on the model's score is near its floor, in no order.",
        level_missed="Raised (.56): nothing is threatened in words, and the model hears little anger.",
        level="high",
        trend="worsening",
        chat="""
            C: Good morning, my card was declined at the shop, could you have a look?
            A: It looks fine to me.
            C: Well, it was declined again just now.
            A: Try another shop.
            C: I tried three shops. This is embarrassing and you are not helping.
            A: Try tomorrow.
            C: Tomorrow? That is ridiculous. I am stranded without money because of you, this is appalling.
        """,
    ),
    "won round": Written(
        trend_missed="Four turns must be in order; the first two are .06 apart the wrong way.",
        level="low",
        trend="improving",
        chat="""
            C: Your driver left my groceries in the rain and everything is ruined.
            A: I am very sorry. May I refund the order?
            C: Yes please. But I still have nothing to cook tonight.
            A: I can have it delivered again within the hour, free.
            C: That would help, yes.
            A: It is on its way.
            C: It has just arrived and all is fine. I really appreciate how quickly you sorted it out.
        """,
    ),
}


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return Classifier.load()


def _score(classifier: Classifier, chat: str) -> list[ScoredTurn]:
    roles = {"C": "customer", "A": "agent"}
    lines = [line.strip().partition(": ") for line in chat.strip().splitlines()]
    turns = list(customer_turns([Turn(role=roles[who], text=text) for who, _, text in lines]))
    predictions = classifier.classify(
        [turn.text for turn in turns],
        questions=[turn.question for turn in turns],
        languages=["en"] * len(turns),
    )
    return [
        ScoredTurn(index=turn.index, text=turn.text, prediction=prediction)
        for turn, prediction in zip(turns, predictions, strict=True)
    ]


def _analyse(classifier: Classifier, name: str) -> ConversationAnalysis:
    return analyse(_score(classifier, CHATS[name].chat))


def _marked(reasons: dict[str, str | None]) -> list[ParameterSet]:
    # Not strict: a better model may read them, and that is no failure.
    return [
        pytest.param(name, marks=pytest.mark.xfail(reason=why, strict=False) if why else ())
        for name, why in reasons.items()
    ]


@pytest.mark.parametrize("name", _marked({name: c.level_missed for name, c in CHATS.items()}))
def test_the_level_is_what_a_person_would_say(classifier: Classifier, name: str) -> None:
    assert _analyse(classifier, name).escalation.level == CHATS[name].level


@pytest.mark.parametrize("name", _marked({name: c.trend_missed for name, c in CHATS.items()}))
def test_the_trend_is_what_a_person_would_say(classifier: Classifier, name: str) -> None:
    assert _analyse(classifier, name).arc.trend == CHATS[name].trend


def test_the_risk_falls_as_the_customer_recovers(classifier: Classifier) -> None:
    turns = _score(classifier, CHATS["recovering"].chat)
    scores = [analyse(turns[: n + 1]).escalation.score for n in range(len(turns))]
    assert scores[1] >= scores[0] > 0.35
    assert scores[2] == scores[1]  # "Ok"
    assert scores[2] > scores[3] > scores[4]
    recovery = analyse(turns).arc.recovery
    assert recovery is not None
    assert recovery > 0.6


def test_reasons_point_at_words_of_the_customer(classifier: Classifier) -> None:
    turns = {turn.index: turn for turn in _score(classifier, CHATS["escalating"].chat)}
    reasons = analyse(list(turns.values())).escalation.reasons
    said = {turns[reason.turn].text[reason.start : reason.end] for reason in reasons}
    assert {"speak to your manager", "cancel my account"} <= said
    assert all(reason.end <= len(turns[reason.turn].text) for reason in reasons)
