"""Keep API keys as hashes, find whose a key is, and follow changes of their file."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import logging
import math
import os
import re
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cxnlp.atomic_file import write_beside
from cxnlp.errors import CxnlpError, InputError

KEY_START = "cxk_"  # so that a key that was published is found by a search for it
POLL_S = 1.0

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_RATE = re.compile(r"rate=(\d{1,9}(?:\.\d{1,6})?)(?:/s)?")

_log = logging.getLogger("cxnlp.service")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Who may ask, and how many requests a second; of the key itself only its hash is known."""

    name: str
    digest: bytes
    rate: float | None = None


def hash_key(key: str) -> bytes:
    """Return the SHA-256 of a key; keys are random, so nothing slower is needed."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


def read_keys(text: str, place: str) -> tuple[Key, ...]:
    """Return the keys of lines `name sha256:HEX [rate=50/s]`; # starts a comment.

    :raises InputError: naming the line, never quoting it.
    """
    keys: dict[str, Key] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        key = _read_key(words, f"{place}:{number}")
        if key.name in keys:
            raise InputError(f"{place}:{number}: a second key of that name. Remove one of them.")
        keys[key.name] = key
    return tuple(keys.values())


def _read_key(words: list[str], place: str) -> Key:
    digest = _DIGEST.fullmatch(words[1]) if len(words) in (2, 3) else None
    rate = _RATE.fullmatch(words[2]) if len(words) == 3 else None
    if not digest or not _NAME.fullmatch(words[0]) or (len(words) == 3 and not rate):
        raise InputError(
            f"{place}: not a line `name sha256:HEX [rate=50/s]`. Write it with `cxnlp keys add`."
        )
    if rate and not float(rate[1]) > 0:
        raise InputError(f"{place}: the rate must be above 0 requests a second.")
    return Key(
        name=words[0],
        digest=bytes.fromhex(digest[1]),
        rate=float(rate[1]) if rate else None,
    )


def read_key_file(path: Path) -> tuple[Key, ...]:
    """Return the keys of a file.

    :raises InputError: where it cannot be read, or holds another kind of line.
    """
    return read_keys(_read_text(path), str(path))


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: the keys cannot be read from this file.") from error


def add_key(path: Path, name: str, *, rate: float | None = None) -> str:
    """Append the hash of a new random key to a file, and return the key.

    :raises InputError: where the name is taken or cannot be one, or the rate is none.
    """
    if not _NAME.fullmatch(name):
        raise InputError("A key's name has 1 to 64 letters, digits, dots, dashes, underscores.")
    if rate is not None and not (math.isfinite(rate) and 1e-6 <= rate < 1e9):
        raise InputError("A key's rate must be above 0 and below a billion requests a second.")
    with _locked(path):
        text = _read_text(path) if path.exists() else ""
        if any(key.name == name for key in read_keys(text, str(path))):
            raise InputError(f"{path}: has a key named {name}. Remove it first, or name another.")
        key = KEY_START + secrets.token_urlsafe(32)
        suffix = "" if rate is None else f" rate={rate:.6f}".rstrip("0").rstrip(".") + "/s"
        line = f"{name} sha256:{hash_key(key).hex()}{suffix}\n"
        _write(path, (text if not text or text.endswith("\n") else text + "\n") + line)
    return key


def remove_key(path: Path, name: str) -> None:
    """Remove a key from a file.

    :raises InputError: where it has none of that name.
    """
    with _locked(path):
        text = _read_text(path)
        if all(key.name != name for key in read_keys(text, str(path))):
            raise InputError(f"{path}: has no key of that name. See `cxnlp keys list`.")
        lines = text.splitlines(keepends=True)
        _write(path, "".join(line for line in lines if line.split()[:1] != [name]))


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the folder of a file, so that of two changes at once none is lost."""
    try:
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise InputError(f"{path.parent}: is no folder that can be read.") from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _write(path: Path, text: str) -> None:
    with write_beside(path) as beside:
        beside.chmod(0o600)
        beside.write_text(text, encoding="utf-8")


class KeyRing:
    """The keys of a file and of the environment; a file that changes is read again."""

    def __init__(
        self,
        *,
        path: Path | None = None,
        lines: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.configured = path is not None or lines is not None
        self._path = path
        self._clock = clock
        self._fixed = read_keys((lines or "").replace(",", "\n"), "CXNLP_API_KEYS")
        self._stamp = _stamp(path)
        self._keys = self._fixed + (read_key_file(path) if path else ())
        self._looked_at = clock()
        if path is not None and path.stat().st_mode & stat.S_IROTH:
            _log.warning("The file of API keys can be read by anybody here; chmod it to 600.")

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, sent: str) -> Key | None:
        """Return the key that was sent, in the same time wherever it stands among the others."""
        self._follow()
        digest = hash_key(sent)
        found = None
        for key in self._keys:
            if hmac.compare_digest(key.digest, digest):
                found = key
        return found

    def _follow(self) -> None:
        if self._path is None or self._clock() - self._looked_at < POLL_S:
            return
        self._looked_at = self._clock()
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._keys = self._fixed + read_key_file(self._path)
        except CxnlpError:
            # The old keys stay: a slip of the pen must not lock everybody out.
            _log.error("The file of API keys cannot be read; the keys of before are still taken.")
        else:
            _log.info("The file of API keys was read again; it has %d keys.", len(self._keys))


def _stamp(path: Path | None) -> tuple[int, int, int] | None:
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
