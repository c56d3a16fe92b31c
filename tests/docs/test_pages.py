"""What README.md and docs/ tell people to type works, and prints what it says it prints."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.docs.blocks import FENCE, RUN, Block, prints, read_blocks
from tests.docs.conftest import ROOT, Place

PAGES = {
    str(path.relative_to(ROOT)): read_blocks(path.read_text(encoding="utf-8"))
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
}
USERS = ("docs/analyst.md", "docs/researcher.md", "docs/support-tool.md")
_EXCUSES = re.compile(
    r"it (sets up the environment|serves until it is stopped)\b.*"
    r"|it takes minutes; docs/researcher\.md trains with a recipe that takes less"
)
_STEPS = [(page, block) for page, blocks in PAGES.items() for block in blocks]


def check(block: Block, place: Place) -> None:
    """Run a block as its reader would; a service is started, and left on for what follows."""
    if block.excuse is None:
        printed = place.run(block)
        assert block.output is None or prints(printed, block.output), printed
        return
    for line in block.typed:
        if line.startswith("cxnlp serve"):
            place.serve(line)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "block"), _STEPS, ids=[f"{page}-{block.line}" for page, block in _STEPS]
)
def test_block(page: str, block: Block, place_of: Callable[[str], Place]) -> None:
    check(block, place_of(page))


def test_only_what_sets_up_or_serves_is_not_run() -> None:
    for page, block in _STEPS:
        assert block.excuse is None or _EXCUSES.fullmatch(block.excuse), f"{page}:{block.line}"


@pytest.mark.parametrize("page", USERS)
def test_every_command_for_users_is_in_a_block_to_run(page: str) -> None:
    markdown = (ROOT / page).read_text(encoding="utf-8")
    assert len(PAGES[page]) >= 8
    for fence in FENCE.finditer(markdown):
        if fence[1] not in RUN and fence[1] != "text":
            assert "cxnlp " not in fence[2], fence[0]


def test_the_main_commands_of_the_readme_are_among_its_blocks() -> None:
    typed = "\n".join(block.code for block in PAGES["README.md"])
    parts = ("score", "journey", "report", "insights", "serve", "evaluate")
    for part in (*(f"cxnlp {part}" for part in parts), "Classifier.load()", "curl", "Client("):
        assert part in typed
