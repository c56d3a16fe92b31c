from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks.service import main

pytestmark = pytest.mark.slow

TINY = ["--seconds", "1", "--minutes", "0.05", "--max-rate", "10"]


def run(part: str, folder: Path) -> dict[str, Any]:
    output = folder / "service.json"
    done = CliRunner().invoke(main, [*TINY, "--part", part, "--output", str(output)])
    assert done.exit_code == 0, done.output
    found = json.loads(output.read_text(encoding="utf-8"))
    assert found["machine"]["processor"] in done.output
    return dict(found["parts"])


def test_rates(tmp_path: Path) -> None:
    [step] = run("rates", tmp_path)["rates"]
    assert step["tally"]["accepted"] == step["tally"]["sent"] > 0


def test_overload(tmp_path: Path) -> None:
    found = run("overload", tmp_path)["overload"]
    counts = found["tally"]
    assert counts["lost"] == counts["failed"] == 0
    assert counts["accepted"] + counts["refused"] == counts["sent"] > 0


def test_bentoml(tmp_path: Path) -> None:
    found = run("bentoml", tmp_path)["bentoml"]
    assert found["rates"][0]["tally"]["accepted"] > 0
    assert found["overload"]["tally"]["sent"] > 0


def test_mixed(tmp_path: Path) -> None:
    found = run("mixed", tmp_path)["mixed"]
    kinds = {kind["name"]: kind["tally"] for kind in found["kinds"]}
    assert all(tally["lost"] == 0 for tally in kinds.values())
    assert kinds["bad"]["accepted"] == kinds["bad"]["refused"] == 0
    assert kinds["single"]["accepted"] > 0
    assert found["samples"]
