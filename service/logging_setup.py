"""Write the log in one format, with no word of a customer in it."""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from types import TracebackType

from .request_ids import current_request_id

ACCESS = "cxnlp.access"

# Others log values: BentoML the field that it found invalid, asyncio the error that nobody took.
# These say how a server does, and what they say outside of a request is about no text.
_OURS = ("cxnlp.",)
_TALK_OUTSIDE_REQUESTS = ("bentoml.serve", "bentoml.cli", "circus", "uvicorn.error")

_REPLACED = (
    "", "bentoml", "bentoml.serve", "uvicorn", "uvicorn.error", "uvicorn.access", "circus",
    "asyncio", "starlette", "opentelemetry",
)  # fmt: skip


class SafeFormatter(logging.Formatter):
    """Says what happened and where, but no value of an error and no word of other loggers."""

    def describe(self, record: logging.LogRecord) -> str:
        """Return the message, or where it came from when it may hold a text."""
        if _is_safe(record):
            return record.getMessage()
        return f"a message of {record.name}, {record.filename}:{record.lineno}"

    def trace(self, record: logging.LogRecord) -> str | None:
        """Return the kinds and places of an error, without what it says."""
        return _describe_error(record.exc_info[1]) if record.exc_info else None

    def format(self, record: logging.LogRecord) -> str:
        """Return a line of plain text."""
        when = _when(record)
        request_id = getattr(record, "request_id", None) or "-"
        line = f"{when} {record.levelname} {record.name} {request_id} {self.describe(record)}"
        trace = self.trace(record)
        return _one_line(f"{line} {trace}" if trace else line)


class JsonFormatter(SafeFormatter):
    """Writes each record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a line of JSON."""
        entry: dict[str, object] = {
            "time": _when(record),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", None),
            "message": self.describe(record),
        }
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            entry.update(fields)
        if trace := self.trace(record):
            entry["error"] = trace
        return json.dumps(entry)


def add_request_id(record: logging.LogRecord) -> bool:
    """Note whose request a record belongs to: a logging filter."""
    record.request_id = current_request_id()
    return True


def configure_logging(log_format: str) -> None:
    """Send every logger of this process to stderr through one safe formatter."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if log_format == "json" else SafeFormatter())
    handler.addFilter(add_request_id)
    for name in _REPLACED:
        logger = logging.getLogger(name)
        logger.handlers = [] if name else [handler]
        if name:
            logger.propagate = True
    logging.getLogger().setLevel(logging.WARNING)
    for name in ("cxnlp", "bentoml"):
        logging.getLogger(name).setLevel(logging.INFO)
    # One line a request is ours; theirs holds what the client sent.
    for name in ("uvicorn.access", "bentoml.access"):
        logging.getLogger(name).disabled = True


def log_request(
    *, method: str, route: str, status: int, seconds: float, n_items: int | None, key: str | None
) -> None:
    """Write the line of one request: nothing that a client can choose freely is in it."""
    fields = {
        "method": method,
        "route": route,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "items": n_items,
        "key": key,
    }
    said = [method, route, str(status), f"{fields['ms']} ms"]
    said += [f"{n_items} items"] if n_items is not None else []
    said += [f"key={key}"] if key else []
    logging.getLogger(ACCESS).info("%s", " ".join(said), extra={"fields": fields})


def _is_safe(record: logging.LogRecord) -> bool:
    if record.name.startswith(_OURS):
        return True
    talks = record.name.startswith(_TALK_OUTSIDE_REQUESTS)
    return talks and getattr(record, "request_id", None) is None


def _describe_error(error: BaseException | None) -> str:
    kinds: list[str] = []
    while error is not None and len(kinds) < 10:
        kinds.append(f"{type(error).__name__} at {_place(error.__traceback__)}")
        error = error.__cause__ or error.__context__
    return "; from ".join(kinds)


def _place(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-6:]
    return " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)


def _when(record: logging.LogRecord) -> str:
    seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
    return f"{seconds}.{int(record.msecs):03d}Z"


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")
