"""Put an application before BentoML's own middleware, which costs as much as a refusal does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp

# Where this is set in the environment, BentoML's middleware is what makes the traces.
TRACES_SENT_TO = "OTEL_EXPORTER_OTLP_ENDPOINT"


def stand_before(service: Any, wrap: Callable[[ASGIApp], ASGIApp]) -> None:
    """Let what `wrap` makes of a service's application be what the server calls.

    BentoML 1.4.39 opens a span and counts for every request, though nobody reads either: under five
    times its capacity a worker spent a third of its event loop there. A service made by its
    decorator takes middleware inside those alone.
    """
    made: Any = type(service)

    class Direct(made):  # type: ignore[misc]
        """The same service, its application wrapped from outside."""

        __slots__ = ()

        def to_asgi(self, *arguments: Any, **options: Any) -> ASGIApp:
            return wrap(super().to_asgi(*arguments, **options))

    service.__class__ = Direct
