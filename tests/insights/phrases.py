"""What planted customers say: sentences by topic and polarity, and a theme that has no topic."""

from __future__ import annotations

OPENINGS: dict[str, tuple[str, ...]] = {
    "positive": (
        "I am very happy with this shop.",
        "All in all a good experience.",
        "Would buy here again any time.",
        "Lovely, thank you.",
    ),
    "neutral": (
        "It was my second order.",
        "I ordered a lamp and two chairs.",
        "Here is what I think.",
        "I was here in spring as well.",
    ),
    "negative": (
        "I am not happy at all.",
        "This was a disappointing experience.",
        "I will not order here again.",
        "What a letdown.",
    ),
}

SAID: dict[str, dict[int, tuple[str, ...]]] = {
    "staff_service": {
        1: ("The staff were kind and helpful.", "Everyone I spoke to was friendly."),
        -1: ("The staff were rude to me.", "The man at the desk ignored us."),
    },
    "wait_time_speed": {
        1: ("I did not have to wait.", "It all went very fast."),
        -1: ("I waited for almost an hour.", "Everything takes far too long."),
    },
    "price_value": {
        1: ("The prices are fair.", "Good value for the money."),
        -1: ("It is too expensive.", "Not worth what it costs."),
    },
    "website_app": {
        1: ("The website is easy to use.", "The app works well."),
        -1: ("The website keeps crashing.", "The app is confusing."),
    },
    "range_availability": {
        1: ("They have everything I look for.", "A wide choice of lamps."),
        -1: ("What I wanted was sold out.", "There is hardly any choice."),
    },
    "communication_info": {
        1: ("I was told about every step.", "The instructions were clear."),
        -1: ("Nobody told me anything.", "The instructions were wrong."),
    },
}

THEME: tuple[str, ...] = (
    "The stroller wheel squeaks on every walk.",
    "After two weeks the stroller wheel squeaks loudly.",
    "Our stroller wheel squeaks and nobody knows why.",
    "The left stroller wheel squeaks when it turns.",
)
