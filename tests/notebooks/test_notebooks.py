"""The notebooks run, and are committed with outputs that can be read anywhere."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
# Of the machine that ran it, or of one of its users.
LOCAL = re.compile(r"/(?:tmp|home|root|work|Users|var|usr|mnt)/|[A-Z]:\\\\|\.venv")
MAX_BYTES = 400_000  # a web page shows it whole


def test_there_are_notebooks() -> None:
    names = {path.name for path in NOTEBOOKS}
    assert {"quickstart.ipynb", "errors.ipynb", "retrain.ipynb"} <= names


def shown(notebook: nbformat.NotebookNode) -> list[str]:
    """Return the kinds of all outputs."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [kind for c in code for output in c.outputs for kind in output.get("data", {})]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_outputs_are_committed_and_tell_nothing_of_a_machine(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert all(cell.outputs for cell in code)
    assert "image/png" in shown(notebook)
    texts = [
        str(output.get("text", "")) + str(output.get("data", {}).get("text/plain", ""))
        for cell in code
        for output in cell.outputs
    ]
    assert LOCAL.findall(" ".join(texts)) == []
    assert {output.output_type for cell in code for output in cell.outputs} <= {
        "stream", "display_data", "execute_result",
    }  # fmt: skip
    assert all(o.get("name") != "stderr" for cell in code for o in cell.outputs)
    assert path.stat().st_size < MAX_BYTES


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_it_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if path.name != "quickstart.ipynb":
        pytest.importorskip("torch")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("CXNLP_HOME", str(tmp_path / "home"))
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    client = NotebookClient(
        notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs for cell in code)
    assert "image/png" in shown(notebook)
    if path.name == "retrain.ipynb":  # it must really learn
        said = "".join(output.get("text", "") for c in code for output in c.outputs)
        assert re.search(r"\(B\) beside cx-mini-en@\d+ \(A\): better in [1-3], worse in 0", said)
