"""The encoding of a text file, found from all of its bytes."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cxnlp.errors import InputError

_MARKS: tuple[tuple[bytes, str, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte-order mark"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # before UTF-16: it starts with the same bytes
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_OTHER_FILES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook; give a workbook the extension .xlsx"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; save it as .xlsx"),
    (b"PAR1", "a Parquet file; give it the extension .parquet"),
    (b"\x1f\x8b", "gzip-compressed; unpack it first"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
)
_SAMPLE_BYTES = 1 << 16
_CHUNK_BYTES = 1 << 20
_BEYOND_ASCII = bytes(range(128, 256))
# Control characters that no text holds; NUL is counted apart, since exports do hold some.
_CONTROLS = bytes(sorted({*range(1, 9), *range(14, 27), 28, 29, 30, 31, 127}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """A Python codec, and what to tell about it (nothing where it is plain UTF-8)."""

    codec: str
    note: str = ""


def find_encoding(path: Path) -> Encoding:
    """Return the encoding of a text file, reading all of it in bounded memory.

    :raises InputError: on a file that is empty, cannot be read or is not text.
    """
    try:
        with path.open("rb") as stream:
            sample = stream.read(_SAMPLE_BYTES)
            if not sample.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n"):
                raise InputError(f"{path}: is empty. Give a file with rows of feedback.")
            for mark, codec, name in _MARKS:
                if sample.startswith(mark):
                    return Encoding(codec=codec, note=f"read as {name}")
            for magic, name in _OTHER_FILES:
                if sample.startswith(magic):
                    raise InputError(f"{path}: is not text but {name}.")
            wide = _wide_codec(sample)
            if wide:
                return Encoding(
                    codec=wide, note="read as UTF-16 without a byte-order mark, a guess"
                )
            _check_is_text(path, sample)
            stream.seek(0)
            if _is_utf8(stream):
                return Encoding(codec="utf-8")
            stream.seek(0)
            good, bad = _count_utf8(stream)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}.") from error
    if good > bad:
        return Encoding(codec="utf-8", note=f"read as UTF-8, of which {bad} characters are broken")
    return Encoding(codec="cp1252", note="read as Windows-1252, a guess: it is not UTF-8")


def _is_utf8(stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := stream.read(_CHUNK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _count_utf8(stream: BinaryIO) -> tuple[int, int]:
    """Return how many characters beyond ASCII are right, and how many broken, read as UTF-8.

    One broken character does not make a UTF-8 file Windows-1252, in which hardly a pair of
    accented letters is right UTF-8.
    """
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    good = bad = 0
    while chunk := stream.read(_CHUNK_BYTES):
        text = decoder.decode(chunk)
        n_bad = text.count("\ufffd") - chunk.count(b"\xef\xbf\xbd")
        bad += n_bad
        good += len(text) - len(chunk.translate(None, delete=_BEYOND_ASCII)) - n_bad
    return good, bad


def _wide_codec(sample: bytes) -> str | None:
    """Return the UTF-16 codec of Latin text whose every other byte is NUL."""
    half = len(sample) // 2
    if half < 4:
        return None
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    if even > 0.4 and odd < 0.05:
        return "utf-16-be"
    return None


def _check_is_text(path: Path, sample: bytes) -> None:
    n_controls = len(sample) - len(sample.translate(None, delete=_CONTROLS))
    # One of ten random bytes is a control character.
    if n_controls > max(8, 0.05 * len(sample)) or sample.count(0) > 0.3 * len(sample):
        raise InputError(f"{path}: is not text. Export the feedback as CSV, JSON lines or Parquet.")
