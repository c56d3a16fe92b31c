"""The blocks of a Markdown page that are to be run, with what they say that they print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest

NOT_RUN = re.compile(r"<!-- not run: (.+) -->")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUN = {"console", "bash", "sh", "shell", "python"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block that is to be run, with the output that stands after it."""

    line: int
    language: str
    code: str
    output: str | None = None
    excuse: str | None = None  # why it is not run as it is

    @property
    def typed(self) -> list[str]:
        """The lines of a shell; in a `$ ` session those without the sign are output."""
        lines = self.code.splitlines()
        return [line[2:] for line in lines if line.startswith("$ ")] or lines


def read_blocks(markdown: str) -> list[Block]:
    """Return the blocks of a page in order.

    What a block prints is the next fence of language text, where it comes before the next block
    to run, the next heading and any other fence.
    """
    blocks = []
    fences = list(FENCE.finditer(markdown))
    for fence, after in zip_longest(fences, fences[1:]):
        if fence[1] not in RUN:
            continue
        before = markdown[: fence.start()].rstrip().rpartition("\n")[2]
        excused = NOT_RUN.fullmatch(before)
        output = None
        if after is not None and after[1] == "text" and not excused:
            between = markdown[fence.end() : after.start()]
            output = after[2] if not re.search(r"^#", between, re.MULTILINE) else None
        blocks.append(
            Block(
                line=markdown.count("\n", 0, fence.start()) + 1,
                language=fence[1],
                code=fence[2],
                output=output,
                excuse=excused[1] if excused else None,
            )
        )
    return blocks


def prints(printed: str, output: str) -> bool:
    """Return whether the printed words are those of an output.

    A line of three dots stands for any number of lines; spaces and line ends do not count.
    """
    parts = [" ".join(part.split()) for part in re.split(r"^\.\.\.$", output, flags=re.MULTILINE)]
    pattern = r"(?:.*\s)?".join(re.escape(part) + (r"\s" if part else "") for part in parts)
    return re.fullmatch(pattern, " ".join(printed.split()) + " ", re.DOTALL) is not None
