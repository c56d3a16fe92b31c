from __future__ import annotations

import huggingface_hub
import pytest

from cxnlp.errors import InputError
from training.base import locate_base


def test_folder_is_taken_as_it_is(base):
    assert locate_base(str(base)) == base


def test_name_is_fetched_without_what_is_not_needed(base, monkeypatch):
    asked = {}

    def fetch(name, *, allow_patterns):
        asked[name] = allow_patterns
        return str(base)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)

    assert locate_base("somebody/encoder") == base
    assert asked == {"somebody/encoder": ["config.json", "tokenizer.json", "model.safetensors"]}


def test_name_that_cannot_be_fetched_is_one_sentence(monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)

    with pytest.raises(InputError, match="nobody/nothing: no such folder"):
        locate_base("nobody/nothing")


def test_missing_file_is_named(tmp_path):
    (tmp_path / "config.json").write_text("{}")

    with pytest.raises(InputError, match=r"tokenizer\.json: missing"):
        locate_base(str(tmp_path))
