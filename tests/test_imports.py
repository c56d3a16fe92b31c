"""Imports go one way: a module of cxnlp imports only from the layers above its own."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cxnlp"

# From the top down. A layer imports from itself and from those above it. The importers know how
# fields are called, which the journey file needs too, so they stand above it; aggregation stands
# above nothing but the report, for it reads scored files and runs no model.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("client",),
    ("labels", "slug"),
    ("records", "turns", "atomic_file", "spreadsheet"),
    ("declarations",),
    ("importers",),
    ("text",),
    ("model",),
    ("conversation",),
    ("metrics",),
    ("topics",),
    ("journey",),
    ("scoring",),
    ("doctor",),
    ("insights",),
    ("report",),
    ("cli",),
    ("__main__",),
)
LEVEL = {name: level for level, layer in enumerate(LAYERS) for name in layer}

# The records are all that these know of the rest; they are the same anywhere.
PURE = {"metrics": {"metrics", "errors", "labels"}, "text": {"text", "errors", "labels", "records"}}

HEAVY = (
    "altair", "duckdb", "ibis", "jinja2", "numpy", "openpyxl", "openvino", "pandas", "py3langid",
    "presidio_analyzer", "pyarrow", "rich", "ruptures", "scipy", "sklearn", "spacy", "statsmodels",
    "tokenizers", "torch",
)  # fmt: skip
START_LIMIT_S = 0.5


def _part(path: Path) -> str:
    """Return the folder or top-level module that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of every import, also inside functions and type checks."""
    package = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *filter(None, [node.module])))
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def _arrows() -> Iterator[tuple[str, str, str]]:
    """Yield (place, importing part, imported part) of every import within the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path == PACKAGE / "__init__.py":
            continue  # hands out the classifier on request, and is itself imported for its version
        for line, name in _imported(path):
            _, _, rest = name.partition("cxnlp.")
            if name.startswith("cxnlp.") and (part := rest.partition(".")[0]) in LEVEL:
                yield f"{path.relative_to(ROOT)}:{line}", _part(path), part


def test_every_part_has_its_layer() -> None:
    parts = {_part(path) for path in PACKAGE.rglob("*.py")} - {"__init__"}
    assert parts - set(LEVEL) == set()
    assert len(parts) > 10


def test_no_arrow_points_backward() -> None:
    arrows = list(_arrows())
    assert len(arrows) > 100  # the graph was read
    backward = [
        f"{place}: {importer} imports {part}"
        for place, importer, part in arrows
        if LEVEL[part] > LEVEL[importer] or (LEVEL[part] == LEVEL[importer] and part != importer)
    ]
    assert backward == []


@pytest.mark.parametrize("part", sorted(PURE))
def test_pure_parts_know_nothing_else(part: str) -> None:
    known = {imported for _, importer, imported in _arrows() if importer == part}
    assert known <= PURE[part]


# They train or measure with the training packages, and say so where those are not installed.
NEEDS_TRAINING = (
    "cxnlp/cli/evaluate.py", "cxnlp/cli/models_compare.py", "cxnlp/cli/train.py",
)  # fmt: skip


def test_the_package_imports_neither_training_nor_service() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, name in _imported(path)
        if name.partition(".")[0] in {"training", "service", "tests", "benchmarks"}
    ]
    elsewhere = [place for place in found if not place.startswith(NEEDS_TRAINING)]
    assert elsewhere == []
    assert all(": training." in place for place in found)


def test_evaluating_loads_training_only_when_it_runs() -> None:
    code = "import sys, cxnlp.cli.evaluate; print('training' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "False"


@pytest.mark.parametrize(
    "statement",
    [
        "import cxnlp",
        "from cxnlp.cli.main import main; main(['--help'], standalone_mode=False)",
        "from cxnlp.cli.main import main; main(['--version'], standalone_mode=False)",
    ],
)
def test_starting_is_quick_and_loads_nothing_heavy(statement: str) -> None:
    code = f"import sys; {statement}; print(*sorted(sys.modules), file=sys.stderr)"
    seconds = []
    # The quickest of three: other work on the machine only ever adds.
    for _ in range(3):
        start = time.perf_counter()
        run = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )
        seconds.append(time.perf_counter() - start)
    loaded = {name.partition(".")[0] for name in run.stderr.split()}
    assert "cxnlp" in loaded
    assert loaded.isdisjoint(HEAVY)
    assert min(seconds) < START_LIMIT_S
