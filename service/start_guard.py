"""End the server when its workers fail at their start again and again.

The supervisor that BentoML uses starts a failed worker anew, at once and without end. Here every
start leaves a mark in a file, and every worker that became ready wipes the marks away. Where too
many have gathered, a worker tells the supervisor to end, and that one says why and exits with 1.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
import tempfile
from pathlib import Path

MAX_FAILED_STARTS = 5

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
    """Note that a worker starts; where too many failed before, end the supervisor."""
    found = _file()
    if found is None:
        return
    supervisor, path = found
    with contextlib.suppress(OSError), path.open("ab") as marks:
        marks.write(b".")
    if _count(path) > MAX_FAILED_STARTS + workers and os.getppid() == supervisor:
        os.kill(supervisor, signal.SIGTERM)


def note_ready() -> None:
    """Note that a worker became ready."""
    found = _file()
    if found is not None:
        with contextlib.suppress(OSError):
            os.truncate(found[1], 0)


def _file() -> tuple[int, Path] | None:
    supervisor, _, name = os.environ.get(_VARIABLE, "").partition(":")
    if not supervisor.isdecimal() or int(supervisor) not in (os.getpid(), os.getppid()):
        return None  # set by another server, of which this process is an offspring
    return int(supervisor), Path(name)


def _count(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _say_why(path: Path) -> None:
    failed = _count(path) > MAX_FAILED_STARTS
    path.unlink(missing_ok=True)
    if failed:
        sys.stderr.write(
            "Error: the workers failed at their start again and again, so the service ends; "
            "the lines above say why.\n"
        )
        sys.stderr.flush()
        os._exit(1)
