from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cxnlp.errors import ModelError
from cxnlp.model.classifier import Classifier
from cxnlp.model.folder import CHECKSUMS, list_models, read_config, verify_model
from cxnlp.model.locate import locate_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the released model that may be spoilt."""
    copy = tmp_path / "model"
    shutil.copytree(locate_model(None), copy)
    return copy


def test_the_released_model_is_what_it_claims_to_be() -> None:
    folder = locate_model(None)
    assert "model.bin" in verify_model(folder)
    assert folder in list_models()
    config = read_config(folder)
    assert config.name == "cx-mini-en"
    assert config.languages == ("en",)
    size = sum(path.stat().st_size for path in folder.iterdir())
    assert size <= 50_000_000
    assert not [p for p in folder.iterdir() if p.suffix in {".pkl", ".pt", ".joblib"}]


@pytest.mark.parametrize("name", ["model.bin", "labels.json", "tokenizer.json"])
def test_a_flipped_bit_is_refused_and_named(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(ModelError, match=name):
        Classifier.load(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "model.xml").unlink()
    with pytest.raises(ModelError, match=r"model\.xml: missing"):
        verify_model(folder)


def test_a_file_left_out_of_the_checksums_is_refused(folder: Path) -> None:
    lines = (folder / CHECKSUMS).read_text().splitlines()
    (folder / CHECKSUMS).write_text("\n".join(x for x in lines if "model.bin" not in x))
    with pytest.raises(ModelError, match=r"model\.bin is not listed"):
        verify_model(folder)


def test_a_checksum_line_cannot_point_elsewhere(folder: Path) -> None:
    (folder / CHECKSUMS).write_text("0" * 64 + "  ../model.bin\n")
    with pytest.raises(ModelError, match="not a checksum line"):
        verify_model(folder)


def test_other_labels_are_refused(folder: Path) -> None:
    labels = json.loads((folder / "labels.json").read_text())
    labels["topics"] = labels["topics"][::-1]
    (folder / "labels.json").write_text(json.dumps(labels))
    with pytest.raises(ModelError, match="other topics"):
        read_config(folder)


def test_broken_json_is_one_sentence(folder: Path) -> None:
    (folder / "config.json").write_text("{")
    with pytest.raises(ModelError, match="not valid"):
        read_config(folder)


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(ModelError, match="cx-mini-en"):
        locate_model("no-such-model")


def test_a_name_may_say_its_revision():
    folder = locate_model(None)
    label = read_config(folder).label

    assert locate_model(label) == folder
    with pytest.raises(ModelError, match=f"revision {label.partition('@')[2]}"):
        locate_model("cx-mini-en@0")


def test_an_empty_name_is_no_folder():
    with pytest.raises(ModelError, match="no such model"):
        locate_model("")


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=CHECKSUMS):
        Classifier.load(tmp_path)
