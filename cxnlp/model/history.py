"""The append-only history of models: which was current when, and who beat whom on what."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from cxnlp.errors import OutputError

Action = Literal["compare", "promote", "rollback"]
MAX_BYTES = 64 << 20  # of the file; no history of people's doing comes near it


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelId:
    """A model as the history names it: its label, and the digest of its checksums."""

    label: str  # name@revision
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the history.

    compare: `model` (b) was measured beside `other` (a). promote: `model` took the place of
    `other`. rollback: `model` came back in the place of `other`.
    """

    action: Action
    model: ModelId
    other: ModelId
    at: str = ""  # UTC, ISO 8601
    folder: str | None = None  # in the store; None: the model that came with cxnlp
    on: str | None = None  # the data that a comparison was made on
    results: tuple[dict[str, Any], ...] = field(default_factory=tuple)
    why: str | None = None  # of a promotion against the guards


class History:
    """A file of one JSON object a line, that is only ever added to."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self) -> list[Entry]:
        """Return all whole entries, oldest first; half a line, left by a crash, is none."""
        try:
            content = self.path.read_bytes()[:MAX_BYTES]
        except OSError:
            return []
        lines = content.split(b"\n")[:-1]  # what follows the last line end is not whole
        return [entry for line in lines if (entry := _read(line)) is not None]

    def add(self, entry: Entry) -> None:
        """Add one entry, on the disk when this returns.

        :raises OutputError: where the file cannot be written.
        """
        now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        line = json.dumps({**asdict(entry), "at": now}, ensure_ascii=False, allow_nan=False)
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
            with os.fdopen(handle, "r+b", buffering=0) as stream:
                # After half a line of a crash, the next one begins anew.
                size = stream.seek(0, os.SEEK_END)
                broken = False
                if size:
                    stream.seek(size - 1)
                    broken = stream.read(1) != b"\n"
                stream.write((b"\n" if broken else b"") + line.encode() + b"\n")
                os.fsync(stream.fileno())
        except OSError as error:
            raise OutputError(f"{self.path}: cannot be written: {error.strerror}.") from error

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from changing the current model meanwhile."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            stream = self.path.with_suffix(".lock").open("w")
        except OSError as error:
            raise OutputError(
                f"{self.path.parent}: cannot be written: {error.strerror}."
            ) from error
        with stream:
            try:
                import fcntl

                fcntl.flock(stream, fcntl.LOCK_EX)
            except ImportError:  # Windows: one person promotes at a time there
                pass
            yield


def _read(line: bytes) -> Entry | None:
    try:
        values = json.loads(line)
        return Entry(
            **{
                **values,
                "model": ModelId(**values["model"]),
                "other": ModelId(**values["other"]),
                "results": tuple(values["results"]),
            }
        )
    except (ValueError, TypeError, KeyError):
        return None
