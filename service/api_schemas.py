"""The JSON schemas of what is sent to the service, and of what it answers."""

from __future__ import annotations

from typing import Any

from cxnlp.conversation.escalation import LEVELS, MAX_REASONS
from cxnlp.conversation.trend import TRENDS
from cxnlp.labels import EMOTIONS, SENTIMENTS, TOPICS
from cxnlp.records import MAX_TEXT_CHARACTERS
from cxnlp.turns import CUSTOMER, ROLES

from .score_request import MAX_ITEMS
from .turns_request import MAX_TURNS

Schema = dict[str, Any]

ITEM_ERRORS = (
    "text_missing", "text_too_long", "text_not_string", "turns_invalid", "language_unsupported",
)  # fmt: skip


def _object(
    properties: Schema, *, optional: frozenset[str] = frozenset(), what: str = ""
) -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }
    if what:
        schema["description"] = what
    return schema


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(of: Schema, **limits: Any) -> Schema:
    return {"type": "array", "items": of, **limits}


def _or_null(kind: str, what: str = "", **limits: Any) -> Schema:
    schema: Schema = {"type": [kind, "null"], **limits}
    return {**schema, "description": what} if what else schema


def _number(low: float, high: float, what: str = "") -> Schema:
    schema: Schema = {"type": "number", "minimum": low, "maximum": high}
    return {**schema, "description": what} if what else schema


_SHARE = _number(0, 1)
_SCORE = _number(-1, 1, "P(positive) - P(negative)")
_COUNT: Schema = {"type": "integer", "minimum": 0}
_SENTIMENT: Schema = {"type": "string", "enum": list(SENTIMENTS)}
_EMOTION: Schema = {"type": "string", "enum": [name for name in EMOTIONS if name != "neutral"]}
_TOPIC: Schema = {
    "type": "string",
    "description": f"{', '.join(TOPICS)}; or an own topic, where the service has any",
}
_MODEL: Schema = {"type": "string", "description": "name@revision of the model that scored"}
_ID = _or_null("string", "as it was sent")
_AN_ERROR = "; of anything else the item is answered with an error, and the others are scored"

_PREDICTION: Schema = {
    "model": _MODEL,
    "sentiment": _SENTIMENT,
    "sentiment_score": _SCORE,
    "sentiment_probs": _object(dict.fromkeys(SENTIMENTS, _SHARE)),
    "mixed": {"type": "boolean", "description": "one span is positive and another negative"},
    "satisfaction": _number(1, 5, "the score that the writer would give"),
    "emotions": _list(_ref("EmotionScore")),
    "topics": _list(_ref("TopicScore")),
    "spans": {
        "type": ["array", "null"],
        "items": _ref("Span"),
        "description": "null where spans were not asked for",
    },
    "language": _or_null("string", "ISO 639 code"),
    "truncated": {"type": "boolean", "description": "the text was too long to be read whole"},
    "unsure": {"type": "boolean", "description": "the sentiment is little better than a guess"},
}
_PLACE: Schema = {
    "turn": {**_COUNT, "description": "index among all turns that were sent"},
    "at": _or_null("string", "when it was said, in UTC", format="date-time"),
}
_ITEM_ERROR = _object(
    {"code": {"type": "string", "enum": list(ITEM_ERRORS)}, "message": {"type": "string"}}
)

SCHEMAS: dict[str, Schema] = {
    "ScoreRequest": _object(
        {
            "items": _list(_ref("Item"), minItems=1, maxItems=MAX_ITEMS),
            "spans": {"type": "boolean", "default": True, "description": "answer spans too"},
            "model": _or_null("string", "name@revision; the request fails where it is another"),
        },
        optional=frozenset({"spans", "model"}),
    ),
    "Item": _object(
        {
            "id": _or_null("string", "is in the answer again"),
            "text": {
                "anyOf": [{"type": "string", "minLength": 1, "maxLength": MAX_TEXT_CHARACTERS}, {}],
                "description": f"what a customer wrote, of at most {MAX_TEXT_CHARACTERS:,} "
                f"characters{_AN_ERROR}",
            },
            "turns": {
                "anyOf": [_list(_ref("Turn"), minItems=1, maxItems=MAX_TURNS), {}],
                "description": f"a conversation, instead of a text{_AN_ERROR}",
            },
            "question": _or_null("string", "what the text answers; it is not scored"),
            "language": _or_null("string", "ISO 639 code; found where it is not given"),
        },
        optional=frozenset({"id", "text", "turns", "question", "language"}),
    ),
    "Turn": _object(
        {
            "role": {"type": "string", "enum": list(ROLES)},
            "text": {
                "type": "string",
                "description": f"all together at most {MAX_TEXT_CHARACTERS:,} characters",
            },
            "at": _or_null("string", "when it was said; without offset, UTC", format="date-time"),
        },
        optional=frozenset({"at"}),
        what="One message. Only the customer's are scored; the agent's before it is its context.",
    ),
    "ConversationRequest": _object(
        {
            "id": _or_null("string", "is in the answer again"),
            "turns": _list(
                _ref("Turn"),
                minItems=1,
                maxItems=MAX_TURNS,
                contains={
                    "type": "object",
                    "properties": {"role": {"const": CUSTOMER}, "text": {"pattern": r"[^ \t\r\n]"}},
                    "required": ["role", "text"],
                },
            ),
            "language": _or_null("string", "ISO 639 code; found where it is not given"),
            "spans": {"type": "boolean", "default": True},
            "model": _or_null("string", "name@revision; the request fails where it is another"),
        },
        optional=frozenset({"id", "language", "spans", "model"}),
    ),
    "EmotionScore": _object({"label": _EMOTION, "score": _SHARE}),
    "TopicScore": _object({"label": _TOPIC, "score": _SHARE, "sentiment": _SENTIMENT}),
    "Span": _object(
        {
            "turn": _or_null("integer", "index among all turns; null in a text", minimum=0),
            "start": {**_COUNT, "description": "in code points"},
            "end": _COUNT,
            "sentiment": _SENTIMENT,
            "sentiment_score": _SCORE,
            "emotions": _list(_ref("EmotionScore")),
            "topics": _list(_ref("TopicScore")),
        },
        what="A sentence, or half of one at a contrast.",
    ),
    "ScoreResponse": _object(
        {
            "model": _MODEL,
            "results": _list(
                {"anyOf": [_ref("ItemResult"), _ref("ItemFailure")]},
                minItems=1,
                maxItems=MAX_ITEMS,
                description="one an item, in the same order",
            ),
        }
    ),
    "ItemResult": _object({"id": _ID, **_PREDICTION}),
    "ItemFailure": _object({"id": _ID, "error": _ITEM_ERROR}),
    "ConversationResponse": _object(
        {
            "model": _MODEL,
            "id": _ID,
            "turns": _list({"anyOf": [_ref("TurnResult"), _ref("TurnFailure")]}),
            "arc": _ref("Arc"),
            "escalation": _ref("Escalation"),
        }
    ),
    "TurnResult": _object({**_PLACE, **_PREDICTION}),
    "TurnFailure": _object({**_PLACE, "error": _ITEM_ERROR}),
    "Arc": _object(
        {
            "n_counted": {**_COUNT, "description": "scored turns that are no acknowledgement"},
            "start": _or_null("number", minimum=-1, maximum=1),
            "worst": _or_null("number", minimum=-1, maximum=1),
            "worst_turn": _or_null("integer", minimum=0),
            "now": _or_null("number", minimum=-1, maximum=1),
            "recovery": _or_null(
                "number", "how much of the worst was won back", minimum=0, maximum=1
            ),
            "trend": {"type": "string", "enum": list(TRENDS)},
            "slope": _or_null("number", "change of the score a turn"),
        },
        what="How the customer came, how low they went, how they feel now. Null: no turn counts.",
    ),
    "Escalation": _object(
        {
            "score": _SHARE,
            "level": {"type": "string", "enum": list(LEVELS)},
            "reasons": _list(
                _object(
                    {
                        "kind": {"type": "string"},
                        "turn": _COUNT,
                        "start": {**_COUNT, "description": "in code points"},
                        "end": _COUNT,
                        "label": {"type": "string"},
                        "score": _SHARE,
                    }
                ),
                maxItems=MAX_REASONS,
            ),
        },
        what="The risk that the chat escalates, with the spans that speak for it.",
    ),
    "Models": _object(
        {
            "models": _list(
                _object(
                    {
                        "model": _MODEL,
                        "name": {"type": "string"},
                        "revision": {"type": "string"},
                        "languages": _list({"type": "string"}),
                        "precision": {"type": "string"},
                        "current": {"type": "boolean"},
                    }
                )
            )
        }
    ),
    "Status": _object({"status": {"type": "string", "enum": ["alive", "ready"]}}),
    "Error": _object(
        {
            "error": _object(
                {
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "request_id": {"type": ["string", "null"]},
                }
            )
        },
        what="The answer of every status from 400.",
    ),
}
