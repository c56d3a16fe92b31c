"""Which of some files hold the very bytes of another."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path


def find_copies(paths: Sequence[Path]) -> dict[Path, Path]:
    """Return the copies among files, each with the earlier file that it repeats.

    Only files of one size are read. What cannot be read is no copy: opening it says what is wrong.
    """
    of_size: dict[int, list[Path]] = defaultdict(list)
    for path in paths:
        try:
            of_size[Path(path).stat().st_size].append(path)
        except OSError:
            continue
    copies: dict[Path, Path] = {}
    for alike in of_size.values():
        first: dict[str, Path] = {}
        for path in alike if len(alike) > 1 else ():
            try:
                with Path(path).open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError:
                continue
            earlier = first.setdefault(digest, path)
            if earlier is not path:
                copies[path] = earlier
    return copies
