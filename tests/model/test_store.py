"""Which model is current: promotions, refusals, the way back, and what a crash leaves."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cxnlp.errors import ModelError
from cxnlp.model.folder import packaged_model, read_config
from cxnlp.model.history import Entry, ModelId
from cxnlp.model.locate import known_models, locate_model
from cxnlp.model.store import ModelStore, RefusedPromotionError, identify
from training.export import write_checksums


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelStore:
    monkeypatch.setenv("CXNLP_HOME", str(tmp_path / "home"))
    return ModelStore()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return tuple(_lay_out(tmp_path_factory.mktemp("m") / r, r) for r in ("101", "102"))  # type: ignore[return-value]


def _lay_out(folder: Path, revision: str, name: str = "cx-mini-en") -> Path:
    shutil.copytree(packaged_model(), folder)
    (folder / "confusion.json").unlink()  # it counts the errors of the revision it names
    config = json.loads((folder / "config.json").read_text())
    config |= {"revision": revision, "name": name}
    (folder / "config.json").write_text(json.dumps(config))
    write_checksums(folder)
    return folder


def _compared(new: Path, old: Path, **verdicts: str) -> Entry:
    results = tuple(
        {"source": source, "head": "sentiment", "measure": "macro_f1", "a": 0.7, "b": 0.6,
         "verdict": verdict}
        for source, verdict in verdicts.items()
    )  # fmt: skip
    return Entry(action="compare", model=identify(new), other=identify(old), results=results)


def _add(store: ModelStore, entry: Entry) -> None:
    with store.history.locked():
        store.history.add(entry)


def test_without_a_promotion_the_packaged_model_is_current(store: ModelStore) -> None:
    assert locate_model(None) == store.current() == packaged_model()
    assert known_models() == [packaged_model()]
    with pytest.raises(ModelError, match="No model was promoted"):
        store.rollback()


def test_a_promoted_model_is_found_everywhere_and_can_be_taken_back(
    store: ModelStore, models: tuple[Path, Path]
) -> None:
    first, second = models
    packaged = read_config(packaged_model()).label
    _add(store, _compared(first, packaged_model(), hotels="better", phones="noise"))
    assert store.promote(first).other.label == packaged
    assert read_config(locate_model(None)).label == "cx-mini-en@101"
    assert read_config(locate_model("cx-mini-en")).label == "cx-mini-en@101"
    assert locate_model(packaged) == packaged_model()
    store.promote(second, why="the board wants it")
    assert read_config(locate_model("cx-mini-en@101")).revision == "101"
    assert [read_config(f).label for f in known_models()] == [
        packaged, "cx-mini-en@102", "cx-mini-en@101",
    ]  # fmt: skip
    assert store.rollback().model.label == "cx-mini-en@101"
    assert read_config(locate_model(None)).revision == "101"
    assert store.rollback().model.label == packaged
    assert locate_model(None) == packaged_model()
    with pytest.raises(ModelError, match="none to go back"):
        store.rollback()
    actions = [(e.action, e.model.label, e.why) for e in store.history.entries()]
    assert actions == [
        ("compare", "cx-mini-en@101", None),
        ("promote", "cx-mini-en@101", None),
        ("promote", "cx-mini-en@102", "the board wants it"),
        ("rollback", "cx-mini-en@101", None),
        ("rollback", packaged, None),
    ]


def test_what_is_promoted_is_a_copy(store: ModelStore, tmp_path: Path) -> None:
    folder = _lay_out(tmp_path / "mine", "7")
    store.promote(folder, why="first")
    shutil.rmtree(folder)
    assert read_config(store.current()).revision == "7"


@pytest.mark.parametrize(
    ("guards", "refused"),
    [((), "hotels"), (("hotels",), "hotels"), (("phones",), None), (("cars",), "cars")],
)
def test_a_worse_model_is_refused(
    store: ModelStore, models: tuple[Path, Path], guards: tuple[str, ...], refused: str | None
) -> None:
    _add(store, _compared(models[0], packaged_model(), hotels="worse", phones="noise"))
    if refused is None:
        store.promote(models[0], guards=guards)
        return
    with pytest.raises(RefusedPromotionError, match=refused):
        store.promote(models[0], guards=guards)
    assert store.current() == packaged_model()


def test_a_model_that_nobody_compared_is_refused(
    store: ModelStore, models: tuple[Path, Path]
) -> None:
    with pytest.raises(RefusedPromotionError, match="was not compared"):
        store.promote(models[0])
    # Nor does a comparison with another than the current one count.
    _add(store, _compared(models[0], models[1], hotels="better"))
    with pytest.raises(RefusedPromotionError, match="was not compared"):
        store.promote(models[0])


def test_the_current_one_and_a_second_of_its_label_are_refused(
    store: ModelStore, models: tuple[Path, Path], tmp_path: Path
) -> None:
    store.promote(models[0], why="first")
    with pytest.raises(ModelError, match="is the current model already"):
        store.promote(models[0], why="again")
    other = _lay_out(tmp_path / "other", "101", name="cx-mini-en")
    (other / "README.md").write_text("Another card.")
    write_checksums(other)
    with pytest.raises(ModelError, match="another model of this name"):
        store.promote(other, why="mine")


def test_a_flipped_bit_is_refused_with_its_file(store: ModelStore, tmp_path: Path) -> None:
    folder = _lay_out(tmp_path / "mine", "8")
    content = bytearray((folder / "model.bin").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "model.bin").write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.bin: altered"):
        store.promote(folder, why="mine")
    assert store.current() == packaged_model()
    assert store.models() == []


def test_half_a_line_of_a_crash_changes_nothing(
    store: ModelStore, models: tuple[Path, Path]
) -> None:
    store.promote(models[0], why="first")
    with store.history.path.open("ab") as stream:
        stream.write(b'{"action": "promote", "model": {"label": "x@1"')
    assert read_config(store.current()).revision == "101"
    store.promote(models[1], why="second")
    assert read_config(store.current()).revision == "102"
    assert [e.model.label for e in store.history.entries()] == ["cx-mini-en@101", "cx-mini-en@102"]


def test_a_current_model_that_is_gone_is_told_of(
    store: ModelStore, models: tuple[Path, Path]
) -> None:
    store.promote(models[0], why="first")
    shutil.rmtree(store.current())
    with pytest.raises(ModelError, match="rollback"):
        store.current()
    assert store.rollback().folder is None
    assert store.current() == packaged_model()


def test_lines_that_are_no_entries_are_passed_over(store: ModelStore) -> None:
    a, b = (ModelId(label=label, digest=label) for label in ("a@1", "b@1"))
    entry = Entry(action="compare", model=b, other=a)
    _add(store, entry)
    with store.history.path.open("ab") as stream:
        stream.write(b'\xff\n{"action": 3}\n[]\n')
    _add(store, entry)
    assert [e.model.label for e in store.history.entries()] == ["b@1", "b@1"]
    assert all(e.at.endswith("+00:00") for e in store.history.entries())
