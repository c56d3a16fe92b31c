"""Another revision in the model's place takes over; a broken one does not."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
from pathlib import Path

import pytest

from cxnlp import Classifier
from cxnlp.errors import ModelError
from cxnlp.model.locate import locate_model
from cxnlp.model.store import ModelStore
from service.engine import Engine, EngineLimits
from service.envelope import Refused
from service.measurements import Measurements
from service.model_slot import ModelSlot
from service.score_request import Item
from training.export import write_checksums


def _lay_out(folder: Path, revision: str) -> Path:
    """Lay out the released model under another revision."""
    shutil.copytree(locate_model(None), folder)
    (folder / "confusion.json").unlink()  # it counts the errors of the revision it names
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "revision": revision}))
    write_checksums(folder)
    return folder


def _point(link: Path, folder: Path) -> None:
    """Let a link lead to a folder, in one step."""
    (link.parent / "next").symlink_to(folder)
    (link.parent / "next").replace(link)


async def _until(slot: ModelSlot, revision: str) -> None:
    async with asyncio.timeout(60):
        while slot.current.config.revision != revision:
            await asyncio.sleep(0.02)


def test_another_revision_takes_over_without_losing_a_request(tmp_path: Path) -> None:
    first, second = _lay_out(tmp_path / "a", "101"), _lay_out(tmp_path / "b", "102")
    link = tmp_path / "current"
    link.symlink_to(first)
    measurements = Measurements()
    item = Item(id=None, text="Lovely!", turns=None, question=None, language="en", error=None)

    async def swap_under_load() -> set[str]:
        slot = ModelSlot(lambda: link, measurements)
        engine = Engine(EngineLimits(), measurements, n_streams=1)
        watching = asyncio.create_task(slot.watch(seconds=0.01))
        answered: set[str] = set()

        async def ask() -> None:
            while slot.current.config.revision == "101":
                [found] = await engine.score(slot.current, [item])
                assert found.sentiment == "positive"
                answered.add(found.model)
            [found] = await engine.score(slot.current, [item])
            answered.add(found.model)

        asking = [asyncio.create_task(ask()) for _ in range(4)]
        await asyncio.sleep(0.2)
        _point(link, second)
        await asyncio.gather(*asking)
        watching.cancel()
        engine.close()
        assert slot.find(None).config.label == slot.find("cx-mini-en").config.label
        with pytest.raises(Refused):
            slot.find("cx-mini-en@101")
        return answered

    assert asyncio.run(swap_under_load()) == {"cx-mini-en@101", "cx-mini-en@102"}
    said = measurements.render()[0].decode()
    assert 'cxnlp_model{model="cx-mini-en@101"} 0.0' in said
    assert 'cxnlp_model{model="cx-mini-en@102"} 1.0' in said


def test_a_broken_one_is_told_of_once_and_taken_when_it_is_whole(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = _lay_out(tmp_path / "a", "101"), _lay_out(tmp_path / "b", "102")
    link = tmp_path / "current"
    link.symlink_to(first)
    whole = (second / "labels.json").read_bytes()
    (second / "labels.json").write_bytes(b"{}")
    caplog.set_level(logging.INFO, logger="cxnlp.service")

    async def mend() -> None:
        slot = ModelSlot(lambda: link, Measurements())
        watching = asyncio.create_task(slot.watch(seconds=0.01))
        _point(link, second)
        await asyncio.sleep(1.0)
        assert slot.current.config.revision == "101"
        (second / "labels.json").write_bytes(whole)
        await _until(slot, "102")
        watching.cancel()

    asyncio.run(mend())
    complaints = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert len(complaints) == 1
    assert "labels.json" in complaints[0]


def test_a_promoted_model_takes_over_and_goes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CXNLP_HOME", str(tmp_path / "home"))
    promoted = _lay_out(tmp_path / "a", "101")

    async def promote() -> None:
        slot = ModelSlot(lambda: locate_model(None), Measurements())
        before = slot.current.config.revision
        watching = asyncio.create_task(slot.watch(seconds=0.01))
        ModelStore().promote(promoted, why="better on our own labels")
        await _until(slot, "101")
        ModelStore().rollback()
        await _until(slot, before)
        watching.cancel()

    asyncio.run(promote())


def test_it_does_not_begin_with_a_broken_one(tmp_path: Path) -> None:
    folder = _lay_out(tmp_path / "a", "101")
    (folder / "model.xml").write_text("<net/>")

    with pytest.raises(ModelError, match=r"model\.xml"):
        ModelSlot(lambda: folder, Measurements(), load=Classifier.load)
