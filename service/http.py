"""Answer score requests over HTTP, with one shape for every error."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from cxnlp.model.classifier import Classifier
from service.score_request import Item, RequestError, read_items

# Far above 256 long reviews, and what one request may hold in memory.
MAX_BODY_BYTES = 16 * 1024 * 1024

_log = logging.getLogger("cxnlp.service")


class Scorer:
    """A classifier and the one thread that may use it: it is not safe to share."""

    def __init__(self, classifier: Classifier) -> None:
        self.model = classifier.config.label
        self._classifier = classifier
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="score")

    async def score(self, items: Sequence[Item]) -> list[dict[str, Any]]:
        """Return a prediction or an error for every item, in order."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._score, items)

    def close(self) -> None:
        """Finish what was begun and stop the thread."""
        self._thread.shutdown()

    def _score(self, items: Sequence[Item]) -> list[dict[str, Any]]:
        good = [item for item in items if item.error is None]
        predictions = iter(
            self._classifier.classify(
                [item.text for item in good],
                questions=[item.question for item in good],
                languages=[item.language for item in good],
            )
        )
        return [
            {"id": item.id, "error": asdict(item.error)}
            if item.error
            else {"id": item.id, **next(predictions).to_dict()}
            for item in items
        ]


def build_app(load: Callable[[], Classifier]) -> Starlette:
    """Return the ASGI application, which loads its classifier when it starts."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.scorer = Scorer(load())
        yield
        app.state.scorer.close()

    return Starlette(
        routes=[Mount("/v1", routes=[Route("/score", _score, methods=["POST"])])],
        exception_handlers={404: _no_such_route, 405: _no_such_route},
        lifespan=lifespan,
    )


async def _score(request: Request) -> JSONResponse:
    scorer: Scorer = request.app.state.scorer
    try:
        items = read_items(await _read_body(request))
        return JSONResponse({"model": scorer.model, "results": await scorer.score(items)})
    except RequestError as error:
        return _refuse(error)
    except Exception as error:
        # Whatever it says may quote the text, so only its kind is logged.
        _log.error("A score request failed: %s", type(error).__name__)
        return _refuse(RequestError(500, "internal_error", "The request could not be scored."))


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            message = f"The body is larger than {MAX_BODY_BYTES:,} bytes; send fewer texts at once."
            raise RequestError(413, "body_too_large", message)
    return bytes(body)


async def _no_such_route(request: Request, error: Exception) -> JSONResponse:
    message = "There is nothing here. Texts are scored by POST /v1/score."
    if isinstance(error, HTTPException) and error.status_code == 405:
        refused = RequestError(405, "method_not_allowed", "Texts are scored by POST /v1/score.")
        return _refuse(refused, error.headers)
    return _refuse(RequestError(404, "not_found", message))


def _refuse(error: RequestError, headers: Mapping[str, str] | None = None) -> JSONResponse:
    body = {"error": {"code": error.code, "message": str(error)}}
    return JSONResponse(body, status_code=error.status, headers=headers)
