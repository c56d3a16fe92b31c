"""What goes wrong in a server under stress, and must not go wrong here: in one process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tokenizers import Tokenizer

from cxnlp import Classifier
from cxnlp.model.encoding import EncoderInput
from cxnlp.model.locate import locate_model
from service.engine import Engine, EngineLimits
from service.envelope import Refused
from service.front import Front
from service.http import build_app
from service.keys import add_key
from service.logging_setup import configure_logging
from service.model_slot import ModelSlot
from service.score_request import Item
from service.settings import Settings

pytestmark = pytest.mark.slow

SECRET = "Margaret of 12 Elm Street was rude to me"
LONG = "The staff were rude to us and the room was cold all night. "


class Encoder:
    """The real encoder, which can be held, watched, and told to fail on a word."""

    def __init__(self, classifier: Classifier) -> None:
        self.go = threading.Event()
        self.go.set()
        self.batches: list[EncoderInput] = []
        self.fails_on: int | None = None
        self._open = classifier.runtime.open

    def hold(self) -> None:
        """Let no batch through until `go` is set, and forget those of before."""
        self.batches.clear()
        self.go.clear()

    def open(self) -> Callable[[EncoderInput], dict[str, Any]]:
        run = self._open()

        def watched(batch: EncoderInput) -> dict[str, Any]:
            self.batches.append(batch)
            assert self.go.wait(60)
            if self.fails_on is not None and (batch.input_ids == self.fails_on).any():
                raise RuntimeError(SECRET)
            return run(batch)

        return watched


@pytest.fixture
def encoder(classifier: Classifier, monkeypatch: pytest.MonkeyPatch) -> Iterator[Encoder]:
    encoder = Encoder(classifier)
    monkeypatch.setattr(classifier.runtime, "open", encoder.open)
    yield encoder
    encoder.go.set()


@contextlib.asynccontextmanager
async def running(
    classifier: Classifier, limits: EngineLimits | None = None, **settings: Any
) -> AsyncIterator[tuple[httpx.AsyncClient, Front, Any]]:
    """Run the whole service in this loop."""
    app = build_app(
        lambda measured: ModelSlot(lambda: locate_model(None), measured, load=lambda _: classifier),
        limits,
    )
    front = Front(app, service=app, settings=Settings(drain_seconds=0, **settings))
    transport = httpx.ASGITransport(app=front, client=("127.0.0.1", 5000))
    client = httpx.AsyncClient(transport=transport, base_url="http://test", timeout=120)
    async with app.router.lifespan_context(app), client:
        yield client, front, app


def _body(*texts: object) -> dict[str, Any]:
    return {"items": [{"id": str(n), "text": text} for n, text in enumerate(texts)]}


async def _until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not true():
        assert time.monotonic() < until
        await asyncio.sleep(0.01)


def _token(word: str) -> int:
    found = Tokenizer.from_file(str(locate_model(None) / "tokenizer.json")).token_to_id(word)
    assert isinstance(found, int)
    return found


async def _rush(client: httpx.AsyncClient, bodies: list[dict[str, Any]]) -> list[httpx.Response]:
    return list(await asyncio.gather(*(client.post("/v1/score", json=body) for body in bodies)))


def test_a_failing_item_does_not_fail_the_others(classifier: Classifier) -> None:
    bad = [None, "", 5, ["a"], "x" * 100_001]
    texts = [value for text in bad for value in ("The food was cold.", text, "Lovely people!")]

    async def ask() -> list[dict[str, Any]]:
        async with running(classifier) as (client, _, _):
            answers = await _rush(client, [_body(*texts), _body("Lovely people!")])
        assert {answer.status_code for answer in answers} == {200}
        return list(answers[0].json()["results"])

    results = asyncio.run(ask())
    assert [result.get("sentiment") for result in results] == ["negative", None, "positive"] * 5
    codes = [results[n]["error"]["code"] for n in range(1, 15, 3)]
    assert codes == ["text_missing"] * 2 + ["text_not_string"] * 2 + ["text_too_long"]


def test_a_request_that_breaks_a_batch_does_not_break_the_others_in_it(
    classifier: Classifier, encoder: Encoder
) -> None:
    encoder.fails_on = _token("parrot")
    texts = ["Lovely people!", "A parrot bit me.", "The food was cold.", "Great value."]

    async def ask() -> list[httpx.Response]:
        async with running(classifier) as (client, _, _):
            encoder.hold()
            rush = asyncio.create_task(_rush(client, [_body(text) for text in texts] * 3))
            await _until(lambda: bool(encoder.batches))
            await asyncio.sleep(0.5)  # in which the others come and wait
            encoder.go.set()
            return await rush

    answers = asyncio.run(ask())
    assert [answer.status_code for answer in answers] == [200, 500, 200, 200] * 3
    assert max(len(batch.input_ids) for batch in encoder.batches) > 1  # they did run together
    found = [a.json()["results"][0]["sentiment"] for a in answers if a.status_code == 200]
    assert found == ["positive", "negative", "positive"] * 3
    assert answers[1].json()["error"]["code"] == "internal_error"


def test_what_was_accepted_is_not_dropped_for_waiting(
    classifier: Classifier, encoder: Encoder
) -> None:
    async def ask() -> list[httpx.Response]:
        async with running(classifier) as (client, _, app):
            encoder.hold()
            rush = asyncio.create_task(_rush(client, [_body("Lovely people!")] * 100))
            await _until(lambda: app.state.worker.engine.n_pending == 100)
            await asyncio.sleep(3)  # longer than `max_wait`, which is about being let in
            encoder.go.set()
            return await rush

    assert {answer.status_code for answer in asyncio.run(ask())} == {200}


def test_the_queue_does_not_grow_without_end(classifier: Classifier, encoder: Encoder) -> None:
    async def ask() -> list[httpx.Response]:
        async with running(classifier, EngineLimits(max_requests=4)) as (client, _, app):
            encoder.hold()
            rush = [
                asyncio.create_task(client.post("/v1/score", json=_body("Lovely people!")))
                for _ in range(50)
            ]
            await _until(lambda: sum(task.done() for task in rush) == 46)  # at once, not in line
            assert app.state.worker.engine.n_pending == 4
            encoder.go.set()
            return list(await asyncio.gather(*rush))

    answers = asyncio.run(ask())
    assert [answer.status_code for answer in answers].count(200) == 4
    refused = [answer for answer in answers if answer.status_code != 200]
    assert {answer.json()["error"]["code"] for answer in refused} == {"overloaded"}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)


def test_a_batch_does_not_outgrow_its_tokens(classifier: Classifier, encoder: Encoder) -> None:
    bodies = [_body(*["ok", LONG * (n % 30), LONG * 3] * 4) for n in range(1, 25)]

    async def ask() -> list[httpx.Response]:
        async with running(classifier, EngineLimits(max_wait=600)) as (client, _, _):
            encoder.hold()
            rush = asyncio.create_task(_rush(client, bodies))
            await _until(lambda: bool(encoder.batches))
            await asyncio.sleep(0.5)
            encoder.go.set()
            return await rush

    assert {answer.status_code for answer in asyncio.run(ask())} == {200}
    shapes = [batch.input_ids.shape for batch in encoder.batches]
    assert all(rows * width <= 1024 or rows == 1 for rows, width in shapes)
    assert any(rows > 8 for rows, _ in shapes)  # short ones do share a batch
    # Like beside like: of all that is computed, little is padding.
    read = sum(int(batch.attention_mask.sum()) for batch in encoder.batches)
    assert read > 0.7 * sum(rows * width for rows, width in shapes)


def test_errors_do_not_differ_in_shape(classifier: Classifier) -> None:
    async def teapot(request: Request) -> Response:
        raise HTTPException(418, detail=SECRET)

    async def crash(request: Request) -> Response:
        raise ValueError(SECRET)

    async def ask() -> dict[tuple[int, str], httpx.Response]:
        async with running(classifier) as (client, _, app):
            app.router.routes += [Route("/teapot", teapot), Route("/crash", crash)]
            large = b'{"items": [' + b" " * Settings().max_body_bytes
            answers = [
                await client.post("/v1/score", json={"items": []}),
                await client.post("/v1/score", json={"texts": [SECRET]}),
                await client.post("/v1/score", content=SECRET),
                await client.post("/v1/score", content=SECRET, headers={"Content-Type": "text/x"}),
                await client.post("/v1/score", content=large),
                await client.post("/v1/score", json={**_body("a"), "model": SECRET}),
                await client.post("/v1/conversations/score", json={"turns": [{"role": SECRET}]}),
                await client.get("/v1/score"),
                await client.delete("/livez"),
                await client.get(f"/{SECRET}"),
                await client.get("/teapot"),
                await client.get("/crash"),
            ]
        return {(a.status_code, a.json()["error"]["code"]): a for a in answers}

    answers = asyncio.run(ask())
    assert set(answers) == {
        (422, "no_items"), (422, "unknown_field"), (400, "invalid_json"),
        (415, "media_type_not_supported"), (413, "body_too_large"), (404, "model_not_found"),
        (422, "turns_invalid"), (405, "method_not_allowed"), (404, "not_found"),
        (418, "im_a_teapot"), (500, "internal_error"),
    }  # fmt: skip
    for answer in answers.values():
        assert set(answer.json()) == {"error"}
        assert set(answer.json()["error"]) == {"code", "message", "request_id"}
        assert answer.json()["error"]["request_id"] == answer.headers["x-request-id"]
        assert "Margaret" not in answer.text + str(answer.headers)


def test_no_level_of_the_log_tells_a_text(
    classifier: Classifier, encoder: Encoder, capfd: pytest.CaptureFixture[str]
) -> None:
    loggers = [logging.getLogger(), *map(logging.getLogger, list(logging.root.manager.loggerDict))]
    before = [(logger, logger.level, logger.handlers[:], logger.disabled) for logger in loggers]
    encoder.fails_on = _token("margaret")

    async def ask() -> None:
        async with running(classifier) as (client, _, _):
            headers = {"User-Agent": SECRET, "Cookie": SECRET, "X-Request-ID": SECRET}
            for body in (_body(SECRET), _body("It was fine.", 5), {"items": SECRET}, {SECRET: 1}):
                await client.post("/v1/score", json=body, params={"q": SECRET}, headers=headers)
            await client.post("/v1/score", content=f'{{"items": ["{SECRET}"')
            await client.get(f"/{SECRET}")

    configure_logging("plain")
    try:
        for logger in loggers:
            logger.setLevel(logging.DEBUG)
        asyncio.run(ask(), debug=True)
        said = "".join(capfd.readouterr())
    finally:
        for logger, level, handlers, disabled in before:
            logger.setLevel(level)
            logger.handlers, logger.disabled = handlers, disabled
    assert "RuntimeError" in said  # the crash was told, without what it says
    assert "Margaret" not in said
    assert "margaret" not in said.lower()


def test_no_refusal_comes_without_retry_after(
    classifier: Classifier, encoder: Encoder, tmp_path: Path
) -> None:
    key = add_key(tmp_path / "keys", "desk", rate=2)

    async def ask() -> list[httpx.Response]:
        limits = EngineLimits(max_requests=1, deadline=0.5)
        answers: list[httpx.Response] = []
        async with running(classifier, limits) as (client, front, _):
            encoder.hold()
            answers += await _rush(client, [_body("Lovely."), _body("Lovely.")])
            encoder.go.set()
            front.drain.draining = True
            answers.append(await client.post("/v1/score", json=_body("Lovely.")))
            answers.append(await client.get("/readyz"))
        async with running(classifier, api_keys_file=tmp_path / "keys") as (client, _, _):
            client.headers["X-API-Key"] = key
            answers += [await client.get("/v1/models") for _ in range(4)]
        return [answer for answer in answers if answer.status_code != 200]

    answers = asyncio.run(ask())
    codes = {(a.status_code, a.json()["error"]["code"]) for a in answers}
    assert codes == {
        (429, "overloaded"), (503, "deadline_passed"), (503, "shutting_down"), (429, "rate_limited")
    }  # fmt: skip
    assert all(1 <= int(answer.headers["retry-after"]) <= 60 for answer in answers)


@pytest.mark.parametrize("end", ["deadline", "client"])
def test_nothing_runs_on_when_nobody_waits(
    classifier: Classifier, encoder: Encoder, end: str
) -> None:
    async def ask() -> int:
        limits = EngineLimits(deadline=0.5 if end == "deadline" else 20)
        async with running(classifier, limits) as (client, _, app):
            engine: Engine = app.state.worker.engine
            encoder.batches.clear()
            ask = client.post("/v1/score", json=_body(*[LONG * 40] * 200))
            if end == "deadline":
                assert (await ask).status_code == 503
            else:
                task = asyncio.create_task(ask)
                await _until(lambda: bool(encoder.batches))
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            assert engine.n_pending == 0
            await asyncio.sleep(1)  # for the batches in flight
            n_batches = len(encoder.batches)
            await asyncio.sleep(1)
            assert len(encoder.batches) == n_batches
            return n_batches

    assert asyncio.run(ask()) < 200 * 40 * 12 / 1024  # what the whole would have taken


def test_tokenising_does_not_run_on_when_nobody_waits(
    classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[int] = []
    prepare = classifier.prepare

    def slowly(texts: list[str], **given: Any) -> Any:
        prepared.append(len(texts))
        time.sleep(0.1)
        return prepare(texts, **given)

    monkeypatch.setattr(classifier, "prepare", slowly)
    item = Item(id=None, text=LONG * 300, turns=None, question=None, language="en", error=None)

    async def ask() -> None:
        async with running(classifier, EngineLimits(deadline=0.5)) as (_, _, app):
            with pytest.raises(Refused):
                await app.state.worker.engine.score(classifier, [item] * 100)
            await asyncio.sleep(0.3)
            n_prepared = len(prepared)
            await asyncio.sleep(0.5)
            assert len(prepared) == n_prepared < 20

    asyncio.run(ask())
