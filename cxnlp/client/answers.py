"""What the service answers, with its fields as attributes and as keys."""

from __future__ import annotations

from typing import Any


class Answer(dict[str, Any]):
    """A JSON object of the service's; `answer.topics` and `answer["topics"]` are the same.

    A dict, so that it can be written as JSON, pickled and compared as it is.

    >>> Answer(label="staff_service", score=0.9).label
    'staff_service'
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"The answer has no field {name!r}.") from None


class Result(Answer):
    """The prediction for one item, or the error that says why it has none.

    Of a result with an error, the prediction's attributes are None.

    >>> Result(id="a", error=Answer(code="text_missing", message="...")).sentiment is None
    True
    """

    __slots__ = ()

    id: str | None
    error: Answer | None  # with code and message
    model: str | None
    sentiment: str | None
    sentiment_score: float | None
    sentiment_probs: dict[str, float] | None
    mixed: bool | None
    satisfaction: float | None
    emotions: list[Answer] | None
    topics: list[Answer] | None
    spans: list[Answer] | None
    language: str | None
    truncated: bool | None
    unsure: bool | None

    def __getattr__(self, name: str) -> Any:
        if name not in self and name in Result.__annotations__:
            return None
        return super().__getattr__(name)
