"""Write a file beside its final place, and rename it there only when it is whole."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

from cxnlp.errors import OutputError


@contextlib.contextmanager
def write_beside(path: Path) -> Iterator[Path]:
    """Yield the path of a new empty file in the folder of `path`; on success it becomes `path`.

    On any exception it is removed, and what stood at `path` before stays untouched.

    :raises OutputError: where the file cannot be made or renamed.
    """
    # Replacing a link would leave its target as it was.
    target = Path(path).resolve()
    if target.is_dir():
        raise OutputError(f"{path}: is a folder. Name a file to write.")
    host = socket.gethostname()
    _remove_leftovers(target, host)
    beside = target.parent / f".{target.name}.tmp-{host}-{os.getpid()}-{secrets.token_hex(4)}"
    with writing(path):
        # Not tempfile: its files are readable by their owner alone, also after the renaming.
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    try:
        yield beside
        with writing(path):
            os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def _remove_leftovers(target: Path, host: str) -> None:
    """Remove what earlier runs of this machine left of the same file when they were killed."""
    start = f".{target.name}.tmp-{host}-"
    with contextlib.suppress(OSError):
        for path in target.parent.iterdir():
            pid = path.name.removeprefix(start).partition("-")[0]
            if path.name.startswith(start) and pid.isdecimal() and not _is_running(int(pid)):
                path.unlink(missing_ok=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an error of the file system into an OutputError that names the file."""
    try:
        yield
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}.") from error
