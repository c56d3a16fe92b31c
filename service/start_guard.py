"""End the server when its workers fail at their start again and again.

The supervisor that BentoML uses starts a failed worker anew without end, or ends as if all were
well. Here every start and every failure leaves a mark in a file, and every worker that became ready
wipes the marks away. Where too many have gathered, a worker tells the supervisor to end; that one
says so and exits with 1.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
import tempfile
from pathlib import Path

MAX_FAILURES = 3
MAX_STARTS = 5  # and one a worker: one that the system kills while it starts says nothing

_START, _FAILURE = b".", b"F"
_VARIABLE = "CXNLP_STARTS_FILE"


def watch_starts() -> None:
    """Prepare the supervisor, on import and before it has workers; in a worker do nothing."""
    if _file() is not None:
        return
    descriptor, name = tempfile.mkstemp(prefix="cxnlp-starts-")
    os.close(descriptor)
    os.environ[_VARIABLE] = f"{os.getpid()}:{name}"
    atexit.register(_say_why, Path(name))


def note_start(workers: int) -> None:
    """Note that a worker starts; where too many began that never got ready, end the server."""
    if _mark(_START).count(_START) > MAX_STARTS + workers:
        _end_supervisor()


def note_failure() -> None:
    """Note that a worker could not start; after too many, end the server."""
    if _mark(_FAILURE).count(_FAILURE) >= MAX_FAILURES:
        _end_supervisor()


def note_ready() -> None:
    """Note that a worker became ready."""
    found = _file()
    if found is not None:
        with contextlib.suppress(OSError):
            os.truncate(found[1], 0)


def _mark(mark: bytes) -> bytes:
    """Add a mark, and return all there are."""
    found = _file()
    if found is None:
        return b""
    with contextlib.suppress(OSError), found[1].open("ab") as marks:
        marks.write(mark)
    return _read(found[1])


def _end_supervisor() -> None:
    found = _file()
    if found is not None and found[0] == os.getppid():
        os.kill(found[0], signal.SIGTERM)


def _file() -> tuple[int, Path] | None:
    supervisor, _, name = os.environ.get(_VARIABLE, "").partition(":")
    if not supervisor.isdecimal() or int(supervisor) not in (os.getpid(), os.getppid()):
        return None  # set by another server, of which this process is an offspring
    return int(supervisor), Path(name)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _say_why(path: Path) -> None:
    marks = _read(path)
    path.unlink(missing_ok=True)
    # One that was told to end while it started has left a start and no failure.
    if _FAILURE in marks or len(marks) > MAX_STARTS:
        sys.stderr.write(
            "Error: the workers failed at their start again and again, so the service ends; "
            "the lines above say why.\n"
        )
        sys.stderr.flush()
        os._exit(1)
