"""The wheel carries all that scoring and reporting need, the model included."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements"

LOAD = """
import pathlib, cxnlp
from cxnlp import Classifier
[prediction] = Classifier.load().classify(["Lovely staff, thank you."])
print(pathlib.Path(cxnlp.__file__).parent, prediction.sentiment)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [built] = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone; what it depends on is there already."""
    target = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*command, "--target", str(target), str(wheel)], check=True)
    return target


def _run(installed: Path, cwd: Path, *arguments: str) -> str:
    run = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.slow
def test_it_holds_the_package_the_service_and_the_model_only(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {
        "cxnlp",
        "cxnlp_service",
        next(top for top in tops if top.endswith(".dist-info")),
    }
    model = {file.name for file in (ROOT / "models" / "cx-mini-en").iterdir()}
    assert {f"cxnlp/models/cx-mini-en/{name}" for name in model} <= set(names)
    # Without the marker a type checker ignores the annotations.
    assert "cxnlp/py.typed" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pkl")]


@pytest.mark.slow
def test_it_classifies_from_any_directory(installed: Path, tmp_path: Path) -> None:
    place, sentiment = _run(installed, tmp_path, "-c", LOAD).split()
    assert Path(place) == installed / "cxnlp"
    assert sentiment == "positive"


@pytest.mark.slow
def test_it_scores_and_reports_from_any_directory(installed: Path, tmp_path: Path) -> None:
    with (tmp_path / "in.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([["text"], ["Lovely staff."], ["I waited for two hours."]])
    _run(installed, tmp_path, "-m", "cxnlp", "score", "in.csv", "-o", "out.parquet")
    _run(installed, tmp_path, "-m", "cxnlp", "report", "out.parquet", "-o", "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    style = (ROOT / "cxnlp" / "report" / "style.css").read_text(encoding="utf-8")
    assert style.strip() in page
    assert "Lovely staff." in page
