"""README.md and docs/ lead to files that are there, and name every command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cxnlp.cli.main import main
from tests.docs.blocks import FENCE
from tests.docs.conftest import ROOT

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_MAX_PICTURE = 300 * 1024


def _links(page: Path) -> list[str]:
    return _LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    for link in _links(page):
        if not re.match(r"[a-z]+:|#", link):
            assert (page.parent / link.partition("#")[0]).exists(), link


def test_links_are_found() -> None:
    assert len(_links(ROOT / "README.md")) >= 8


def test_every_page_and_picture_of_docs_is_linked_to() -> None:
    found = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in (*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "training" / "README.md")
        for link in _links(page)
    }
    for path in (*(ROOT / "docs").glob("*.md"), *(ROOT / "docs").glob("*.png")):
        assert path.resolve() in found, path.name


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs").glob("*.png"))
    assert pictures
    for path in pictures:
        assert path.stat().st_size < _MAX_PICTURE, path.name


def _commands(group: click.Group, name: str) -> Iterator[str]:
    context = click.Context(group)
    for part in group.list_commands(context):
        command = group.get_command(context, part)
        if isinstance(command, click.Group):
            yield from _commands(command, f"{name} {part}")
        else:
            yield f"{name} {part}"


def test_every_command_is_told_of() -> None:
    commands = list(_commands(main, "cxnlp"))
    assert {"cxnlp doctor", "cxnlp models promote", "cxnlp topics fit"} <= set(commands)
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for command in commands:
        assert re.search(rf"{command}\b", text), command
