"""The labels every head speaks, in the order of the model's outputs."""

from __future__ import annotations

SENTIMENTS: tuple[str, ...] = ("negative", "neutral", "positive")

SATISFACTION_LEVELS: tuple[int, ...] = (1, 2, 3, 4, 5)

# The order of GoEmotions (Demszky et al., ACL 2020).
EMOTIONS: tuple[str, ...] = (
    "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion",
    "curiosity", "desire", "disappointment", "disapproval", "disgust", "embarrassment",
    "excitement", "fear", "gratitude", "grief", "joy", "love", "nervousness", "optimism",
    "pride", "realization", "relief", "remorse", "sadness", "surprise", "neutral",
)  # fmt: skip

EMOTION_GROUPS: dict[str, tuple[str, ...]] = {
    "anger": ("anger",),
    "frustration": ("annoyance", "disapproval"),
    "disgust": ("disgust",),
    "disappointment": ("disappointment",),
    "sadness": ("sadness", "grief", "remorse", "embarrassment"),
    "worry": ("fear", "nervousness"),
    "confusion": ("confusion",),
    "curiosity": ("curiosity",),
    "surprise": ("surprise", "realization"),
    "relief": ("relief",),
    "gratitude": ("gratitude",),
    "satisfaction": ("approval", "admiration", "pride"),
    "joy": ("joy", "amusement", "excitement", "love"),
    "anticipation": ("optimism", "desire"),
    "empathy": ("caring",),
}

EMOTION_GROUP_OF: dict[str, str] = {
    emotion: group for group, emotions in EMOTION_GROUPS.items() for emotion in emotions
}

TOPIC_GROUPS: dict[str, tuple[str, ...]] = {
    "staff": ("staff_service", "staff_competence", "staff_availability"),
    "process": (
        "wait_time_speed", "communication_info", "contact_support_channel", "process_coordination",
    ),
    "commerce": (
        "ordering_booking", "delivery_logistics", "returns_refunds", "billing_payment",
        "price_value", "range_availability",
    ),
    "product": ("core_product_quality", "website_app", "account_access", "food_drink"),
    "place": ("facilities_environment", "location_transport"),
    "other": ("trust_safety", "general_experience"),
}  # fmt: skip

TOPICS: tuple[str, ...] = tuple(topic for topics in TOPIC_GROUPS.values() for topic in topics)

TOPIC_GROUP_OF: dict[str, str] = {
    topic: group for group, topics in TOPIC_GROUPS.items() for topic in topics
}
