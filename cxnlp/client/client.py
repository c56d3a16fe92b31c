"""Ask a scoring service, again where asking again can help."""

from __future__ import annotations

import json
import re
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any, Self

from cxnlp.client.address import authorization, read_url
from cxnlp.client.answers import Answer, Result
from cxnlp.client.batches import SentItem, batch_items, encode, score_body
from cxnlp.client.connections import Connections, Reply
from cxnlp.client.retrying import RETRIED_STATUSES, backoff_s, http_date, retry_after_s
from cxnlp.client.service_error import ServiceError
from cxnlp.errors import InputError

_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_MAX_MESSAGE = 500


class Client:
    """A scoring service, by its address; one client may serve many threads.

    :param url: such as `http://127.0.0.1:3000`; https is verified against the system's roots.
    :param timeout: seconds for one try, from connecting to the answer's last byte.
    :param retries: how often a request is sent again; scoring twice does no harm.
    :param deadline: seconds for one request with all its tries and waits.
    """

    def __init__(
        self,
        url: str,
        api_key: str | None = None,
        timeout: float = 10.0,
        retries: int = 4,
        *,
        deadline: float = 60.0,
    ) -> None:
        if not timeout > 0 or not deadline > 0 or retries < 0:
            raise InputError("timeout and deadline must be above 0, and retries not below 0.")
        host, port, tls, self._prefix = read_url(url)
        self._place = f"{host}:{port}" if port else host
        self._headers = {"Accept": "application/json", **authorization(api_key)}
        self._timeout = timeout
        self._deadline = deadline
        self._retries = retries
        self._connections = Connections(host, port, tls=tls)
        self._closed = threading.Event()

    def score(
        self,
        items: Iterable[str | Mapping[str, Any] | None],
        spans: bool = True,
        model: str | None = None,
    ) -> list[Result]:
        """Return a prediction or an error for every item, in order.

        Items are texts, or dicts of `text` or `turns` with `id`, `question` and `language`.

        :raises ServiceError: where a request of up to 256 items got no answer.
        """
        return [
            result
            for batch in batch_items(items)
            for result in self._score(batch, spans=spans, model=model)
        ]

    def score_conversation(
        self,
        turns: Sequence[Mapping[str, Any]],
        *,
        id: str | None = None,
        language: str | None = None,
        spans: bool = True,
        model: str | None = None,
    ) -> Answer:
        """Return each customer turn's prediction and how the conversation goes.

        :param turns: dicts of `role` (customer, agent, bot, system), `text` and `at`, in order.
        :raises ServiceError: also where the turns are none that can be scored.
        """
        fields = {"id": id, "language": language, "model": model}
        given = {name: value for name, value in fields.items() if value is not None}
        asked = {"turns": list(turns), "spans": spans, **given}
        return self._ask("POST", "/v1/conversations/score", encode(asked, "turns").encode())

    def models(self) -> list[Answer]:
        """Return the models that the service can score with."""
        answer = self._ask("GET", "/v1/models", fits=lambda a: _are_answers(a.get("models")))
        return list(answer["models"])

    def is_ready(self) -> bool:
        """Say whether the service takes requests now; asked once, without a retry."""
        try:
            return self._try("GET", "/readyz", b"", self._headers, self._timeout).status == 200
        except (OSError, HTTPException):
            return False

    def close(self) -> None:
        """Close the connections; a request that waits for its next try gives up."""
        self._closed.set()
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _score(self, batch: Sequence[SentItem], *, spans: bool, model: str | None) -> list[Result]:
        def fits(answer: Answer) -> bool:
            if not _are_answers(answer.get("results")):
                return False
            return [r.get("id") for r in answer["results"]] == [item.id for item in batch]

        body = score_body(batch, spans=spans, model=model)
        try:
            answer = self._ask("POST", "/v1/score", body, fits=fits)
            return [Result(result) for result in answer["results"]]
        except ServiceError as error:
            if error.status != 413:
                raise
            if len(batch) == 1:  # one text that is too large must not cost the others
                refusal = Answer(code=error.code, message=error.message)
                return [Result(id=batch[0].id, error=refusal)]
        half = len(batch) // 2
        parts = (batch[:half], batch[half:])
        return [r for part in parts for r in self._score(part, spans=spans, model=model)]

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        fits: Callable[[Answer], bool] = lambda answer: True,
    ) -> Answer:
        until = time.monotonic() + self._deadline
        request_id = uuid.uuid4().hex  # kept over the retries, so that a log shows them as one
        headers = {**self._headers, "X-Request-ID": request_id}
        if body:
            headers["Content-Type"] = "application/json"
        n_failed = 0
        while True:
            left = until - time.monotonic()
            try:
                reply = self._try(method, path, body, headers, min(self._timeout, left))
            except (OSError, HTTPException) as error:
                failure = self._unreached(error, request_id)
                again = not isinstance(error, ssl.SSLCertVerificationError)
            else:
                if reply.status == 200:
                    return _read_answer(reply, request_id, fits)
                failure = _read_refusal(reply, request_id)
                again = reply.status in RETRIED_STATUSES
            n_failed += 1
            wait_s = (failure.retry_after_s or 0.0) + backoff_s(n_failed)
            if not again or n_failed > self._retries or time.monotonic() + wait_s >= until:
                raise failure
            self._closed.wait(wait_s)

    def _try(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], timeout_s: float
    ) -> Reply:
        if self._closed.is_set():
            raise ServiceError("The client was closed; open another.", code="client_closed")
        place = self._prefix + path
        return self._connections.exchange(method, place, body, headers, timeout_s=timeout_s)

    def _unreached(self, error: OSError | HTTPException, request_id: str) -> ServiceError:
        if isinstance(error, ssl.SSLCertVerificationError):
            code, message = "tls_untrusted", f"The certificate of {self._place} is not trusted."
        elif isinstance(error, TimeoutError):
            code, message = "timeout", f"{self._place} did not answer in time."
        else:
            why = getattr(error, "strerror", None) or type(error).__name__
            code, message = "connection_failed", f"No answer from {self._place}: {why}."
        return ServiceError(message, code=code, request_id=request_id)


def _read_json(reply: Reply) -> Any:
    try:
        return json.loads(reply.body, object_hook=Answer)
    except (ValueError, RecursionError):
        return None


def _are_answers(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, Answer) for one in found)


def _read_answer(reply: Reply, request_id: str, fits: Callable[[Answer], bool]) -> Answer:
    answer = _read_json(reply)
    if isinstance(answer, Answer) and fits(answer):
        return answer
    raise ServiceError(
        "The answer is not what was asked for; is this the address of the service?",
        code="invalid_response",
        status=reply.status,
        request_id=reply.headers.get("x-request-id", request_id),
    )


def _read_refusal(reply: Reply, request_id: str) -> ServiceError:
    body = _read_json(reply)
    error = body.get("error") if isinstance(body, Answer) else None
    code, message = f"http_{reply.status}", "The service gave no reason."
    # Only what has the service's own shape is repeated: a proxy's page may quote the request.
    if isinstance(error, Answer) and _CODE.fullmatch(str(error.get("code"))):
        code, message = error["code"], str(error.get("message", message))[:_MAX_MESSAGE]
    # The service's own clock where it tells the time, for the two may differ.
    now = http_date(reply.headers.get("date")) or datetime.now(UTC)
    return ServiceError(
        message,
        code=code,
        status=reply.status,
        request_id=reply.headers.get("x-request-id", request_id),
        retry_after_s=retry_after_s(reply.headers.get("retry-after"), now=now),
    )
