"""Names as people read them, made from the slugs in the records."""

from __future__ import annotations

from cxnlp.journey.journey_file import JourneyFile

NO_TOUCHPOINT = "No touchpoint"
NO_STAGE = "No stage"
NO_PERIOD = "No date"

_TOPICS = {
    "staff_service": "Staff manner and help",
    "staff_competence": "Staff competence",
    "staff_availability": "Staff availability",
    "wait_time_speed": "Waiting time and speed",
    "communication_info": "Communication and information",
    "contact_support_channel": "Contact and support",
    "process_coordination": "Process and coordination",
    "ordering_booking": "Ordering and booking",
    "delivery_logistics": "Delivery",
    "returns_refunds": "Returns and refunds",
    "billing_payment": "Billing and payment",
    "price_value": "Price and value",
    "range_availability": "Range and availability",
    "core_product_quality": "Product quality",
    "website_app": "Website and app",
    "account_access": "Account access",
    "food_drink": "Food and drink",
    "facilities_environment": "Facilities and environment",
    "location_transport": "Location and transport",
    "trust_safety": "Trust and safety",
    "general_experience": "General experience",
}


def readable(slug: str) -> str:
    """Return a slug as words; a name that already has spaces is left alone.

    >>> readable("check_in")
    'Check in'
    """
    if any(c.isspace() for c in slug):
        return slug
    words = slug.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:] if words else slug


def topic_name(topic: str) -> str:
    """Return the display name of a topic."""
    return _TOPICS.get(topic, readable(topic))


def touchpoint_names(journey: JourneyFile) -> dict[str, str]:
    """Return the display names that the journey file gives to touchpoints."""
    return {t.name: t.display or readable(t.name) for t in journey.touchpoints}


def touchpoint_name(touchpoint: str | None, names: dict[str, str]) -> str:
    """Return the display name of a touchpoint."""
    if touchpoint is None:
        return NO_TOUCHPOINT
    return names.get(touchpoint) or readable(touchpoint)


def stage_name(stage: str | None) -> str:
    """Return the display name of a stage."""
    if stage is None:
        return NO_STAGE
    words = readable(stage)
    return words[:1].upper() + words[1:]
