from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cxnlp.errors import ModelError
from cxnlp.model.confusion import CONFUSION_FILE, confusion_from_dict, read_confusion
from cxnlp.model.folder import read_config
from cxnlp.model.locate import locate_model

MADE: dict[str, Any] = {
    "model": "made@1",
    "domain": "validation texts of 2 sets",
    "sentiment": [[8, 1, 1], [1, 7, 2], [0, 1, 9]],
    "topics": {"food_drink": [[20, 2], [3, 15]]},
    "sentiment_effective": [10.0, 5.5, 8],
    "topics_effective": {"food_drink": [30, 12.5]},
}


def written(folder: Path, **changes: Any) -> Path:
    found = {k: v for k, v in {**MADE, **changes}.items() if v is not None}
    (folder / CONFUSION_FILE).write_text(json.dumps(found), encoding="utf-8")
    return folder


def test_counts_come_back_as_they_were_written(tmp_path: Path) -> None:
    found = read_confusion(written(tmp_path), model="made@1")
    assert found is not None
    assert found.sentiment[1] == (1, 7, 2)
    assert found.topics == {"food_drink": ((20, 2), (3, 15))}
    assert found.sentiment_effective == (10.0, 5.5, 8.0)
    assert confusion_from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_an_older_folder_has_none(tmp_path: Path) -> None:
    assert read_confusion(tmp_path, model="made@1") is None


def test_another_revisions_errors_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"errors of made@1, not of made@2"):
        read_confusion(written(tmp_path), model="made@2")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sentiment": [[1, 2], [3, 4]]}, "not 3 rows of 3"),
        ({"sentiment": [[1, 2, 3], [1, 2, 3], [1, 2, -3]]}, "not a whole number"),
        ({"sentiment": [[1, 2, 3], [1, 2, 3], [1, 2, 0.5]]}, "not a whole number"),
        ({"sentiment": None}, "not a confusion"),
        ({"topics": {"parking": [[1, 2], [3, 4]]}}, "unknown topics parking"),
        ({"topics": {"food_drink": 3}}, "not a confusion"),
        ({"sentiment_effective": [1, 2]}, "not 3 numbers above 0"),
        ({"topics_effective": {"food_drink": [1, 0]}}, "not 2 numbers above 0"),
        ({"topics_effective": {}}, "not a confusion"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ModelError, match=rf"confusion\.json: cannot be read.*{said}"):
        read_confusion(written(tmp_path, **changes), model="made@1")


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / CONFUSION_FILE).write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be read"):
        read_confusion(tmp_path, model="made@1")


def test_the_released_model_knows_its_errors() -> None:
    folder = locate_model(None)
    confusion = read_config(folder).confusion
    assert confusion is not None
    for k, row in enumerate(confusion.sentiment):
        assert row[k] / sum(row) > 0.5
    assert confusion.topics["staff_service"][1][1] > 100
    assert (folder / CONFUSION_FILE).stat().st_size < 20_000
