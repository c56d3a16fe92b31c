"""The application: what is answered under which address."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from cxnlp.model.classifier import Classifier
from cxnlp.text.language import detect_languages
from cxnlp.turns import customer_turns

from .answers import answer_conversation, answer_item
from .body import ClientGone
from .docs_page import docs_page
from .engine import Engine, EngineLimits
from .envelope import EXCEPTION_HANDLERS, Refused, answer_refused
from .measurements import Measurements
from .model_slot import ModelSlot
from .openapi import openapi_document
from .score_request import ScoreRequest, read_conversation_request, read_score_request

_LOOK_SECONDS = 2.0  # between two looks at whether another revision lies in the model's place

_CLIENT_GONE = 499  # what logs are used to call it

Found = TypeVar("Found")


@dataclass(slots=True, kw_only=True)
class Worker:
    """What one worker holds from its start to its end."""

    slot: ModelSlot
    engine: Engine
    measurements: Measurements


def build_app(
    open_slot: Callable[[Measurements], ModelSlot], limits: EngineLimits | None = None
) -> Starlette:
    """Return the ASGI application, which loads its model when it starts."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        measurements = Measurements()
        slot = await asyncio.to_thread(open_slot, measurements)
        engine = Engine(
            limits or EngineLimits(), measurements, n_streams=slot.current.runtime.n_streams
        )
        app.state.worker = Worker(slot=slot, engine=engine, measurements=measurements)
        watching = asyncio.create_task(slot.watch(seconds=_LOOK_SECONDS))
        try:
            yield
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
            await asyncio.to_thread(engine.close)

    return Starlette(
        routes=[
            Route("/v1/score", _score, methods=["POST"]),
            Route("/v1/conversations/score", _score_conversation, methods=["POST"]),
            Route("/v1/models", _models, methods=["GET"]),
            Route("/livez", _livez, methods=["GET"]),
            Route("/readyz", _readyz, methods=["GET"]),
            Route("/metrics", _metrics, methods=["GET"]),
            Route("/docs", _docs, methods=["GET"]),
            Route("/openapi.json", _openapi, methods=["GET"]),
        ],
        exception_handlers={**EXCEPTION_HANDLERS, Refused: _refuse, ClientGone: _forget},
        lifespan=lifespan,
    )


async def _score(request: Request) -> Response:
    worker, asked, classifier = await _read(request, read_score_request)
    good = [item for item in asked.items if item.error is None]
    languages = classifier.config.languages
    scored = await _while_connected(request, worker.engine.score(classifier, good))
    predictions = iter(scored)
    results = [
        answer_item(
            item,
            None if item.error else next(predictions),
            spans=asked.spans,
            languages=languages,
        )
        for item in asked.items
    ]
    _count(worker, results)
    return _json({"model": classifier.config.label, "results": results})


async def _score_conversation(request: Request) -> Response:
    worker, asked, classifier = await _read(request, read_conversation_request)
    [item] = asked.items
    turns = list(customer_turns(item.turns or ()))
    # Each turn is scored by itself, after the turn that it answers: what was said later in the
    # chat does not change it. Its language is the chat's: that of a single "ok" cannot be told.
    [language] = detect_languages([" ".join(turn.text for turn in turns)])
    pieces = [
        replace(
            item,
            text=turn.text,
            turns=None,
            question=turn.question,
            language=item.language or language,
        )
        for turn in turns
    ]
    predictions = await _while_connected(request, worker.engine.score(classifier, pieces))
    found = await asyncio.to_thread(
        answer_conversation,
        item,
        list(zip(turns, predictions, strict=True)),
        spans=asked.spans,
        languages=classifier.config.languages,
    )
    _count(worker, found["turns"])
    return _json({"model": classifier.config.label, **found})


async def _read(
    request: Request, read: Callable[..., ScoreRequest]
) -> tuple[Worker, ScoreRequest, Classifier]:
    """Return who answers, what is asked, and the model that is asked for.

    :raises Refused: where the request cannot be understood.
    """
    worker: Worker = request.app.state.worker
    worker.engine.refuse_if_full()
    languages = worker.slot.current.config.languages
    asked = read(await request.body(), languages=languages)
    request.state.n_items = len(asked.items)  # for the log
    return worker, asked, worker.slot.find(asked.model)


async def _while_connected(request: Request, work: Coroutine[Any, Any, Found]) -> Found:
    """Return what the work returns; it ends as soon as the client goes away.

    :raises ClientGone: then.
    """
    task = asyncio.create_task(work)
    gone = asyncio.create_task(_wait_until_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientGone
        return task.result()
    finally:
        gone.cancel()
        task.cancel()


async def _wait_until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _refuse(request: Request, error: Exception) -> Response:
    worker: Worker = request.app.state.worker
    worker.measurements.refused.labels(getattr(error, "code", "internal_error")).inc()
    return await answer_refused(request, error)


async def _forget(request: Request, error: Exception) -> Response:
    """Answer nobody: the client went away, and what was begun for it has ended."""
    return Response(status_code=_CLIENT_GONE)


def _count(worker: Worker, results: list[dict[str, Any]]) -> None:
    for result in results:
        error = result.get("error")
        worker.measurements.items.labels(error["code"] if error else "scored").inc()


async def _models(request: Request) -> Response:
    classifier = request.app.state.worker.slot.current
    config = classifier.config
    model = {
        "model": config.label,
        "name": config.name,
        "revision": config.revision,
        "languages": list(config.languages),
        "precision": classifier.precision,
        "current": True,
    }
    return _json({"models": [model]})


async def _livez(request: Request) -> Response:
    return _json({"status": "alive"})


async def _readyz(request: Request) -> Response:
    return _json({"status": "ready"})


async def _metrics(request: Request) -> Response:
    worker: Worker = request.app.state.worker
    worker.measurements.pending.set(worker.engine.n_pending)
    content, media_type = await asyncio.to_thread(worker.measurements.render)
    return Response(content, headers={"Content-Type": media_type})


async def _docs(request: Request) -> Response:
    return HTMLResponse(docs_page(request.app.state.worker.slot.current.config.languages))


async def _openapi(request: Request) -> Response:
    return _json(openapi_document(request.app.state.worker.slot.current.config.languages))


def _json(content: Any) -> Response:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Response(body, media_type="application/json")
