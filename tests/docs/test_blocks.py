"""The pages' own test finds blocks, outputs, failures and lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import Block, prints, read_blocks
from tests.docs.conftest import _SHARED, Place, Shared
from tests.docs.test_pages import check


def test_blocks_are_found_with_their_output() -> None:
    markdown = (
        "<!-- not run: it serves until it is stopped -->\n```console\ncxnlp serve\n```\n"
        "```python\nprint(1)\n```\n\nprints\n\n```text\n1\n```\n"
        "Then\n```bash\nls\n```\n## Another thing\n```text\na\n```\n```toml\nx = 1\n```\n"
        "```console\n$ true\nout\n```\n"
    )
    blocks = read_blocks(markdown)
    assert [(block.line, block.excuse, block.output) for block in blocks] == [
        (2, "it serves until it is stopped", None),
        (5, None, "1\n"),
        (15, None, None),
        (25, None, None),
    ]
    assert blocks[3].typed == ["true"]


@pytest.mark.parametrize(
    ("output", "same"),
    [
        ("a  b\nc d", True),
        ("a b\n...\nd", True),
        ("...\nc d", True),
        ("a b\n...", True),
        ("...\nb\n...", True),
        ("a b", False),
        ("b c d", False),
        ("a b\n...\nb", False),
        ("...\nx\n...", False),
        ("...\nd\n...\nc", False),
        ("a\n...\nb d", False),
        ("...\nc\n...\nd\n...", True),
    ],
)
def test_three_dots_stand_for_lines(output: str, same: bool) -> None:
    assert prints("a b\n   c d\n", output) is same


def test_a_failing_or_lying_block_is_noticed(tmp_path: Path) -> None:
    place = Place(tmp_path)
    failing = Block(line=1, language="console", code="$ true\nout\n$ false\n$ true\n")
    with pytest.raises(AssertionError):
        check(failing, place)
    lying = Block(line=1, language="python", code="print(1)", output="2\n")
    with pytest.raises(AssertionError):
        check(lying, place)
    unserved = Block(line=1, language="console", code="curl 127.0.0.1:3000/livez")
    with pytest.raises(AssertionError, match="nothing was told to serve"):
        check(unserved, place)


def test_a_place_has_the_examples_and_nothing_else(tmp_path: Path) -> None:
    Place(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["examples"]


@pytest.mark.slow
def test_only_what_reads_nothing_but_examples_is_shared(tmp_path: Path) -> None:
    shared: dict[str, Shared] = {}
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = Place(tmp_path / "a", shared), Place(tmp_path / "b", shared)
    first.run(Block(line=1, language="console", code="echo examples/nhs > mine.txt"))
    assert shared == {}
    code = "cxnlp score examples/chats/both_sides.jsonl -o chats.csv\n"
    first.run(Block(line=2, language="console", code=code))
    assert [path.name for path in shared[code].written] == ["chats.csv"]
    (tmp_path / "a" / "chats.csv").write_text("from the first page", encoding="utf-8")
    second.run(Block(line=1, language="console", code=code))
    assert (tmp_path / "b" / "chats.csv").read_text(encoding="utf-8") == "from the first page"
    with_own_file = code.replace(" -o", " --journey journey.toml -o")
    assert _SHARED.fullmatch(code)
    assert not _SHARED.fullmatch(with_own_file)
    assert not _SHARED.fullmatch(code + "cxnlp journey chats.csv\n")
