"""Every version is pinned, and the pins are what pyproject.toml asks for."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PIN = re.compile(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.+!]+)")

# Imported names that their distributions do not share.
DISTRIBUTIONS = {"ibis": "ibis-framework", "sklearn": "scikit-learn"}


def _pins(name: str) -> dict[str, str]:
    pins = {}
    for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line == "-r light.txt":
            pins |= _pins("light.txt")
            continue
        found = PIN.fullmatch(line)
        assert found, f"{name}: {line!r} is not an exact pin"
        pins[canonicalize_name(found[1])] = found[2]
    return pins


LIGHT, DEV = _pins("light.txt"), _pins("dev.txt")


@pytest.mark.parametrize("line", PROJECT["dependencies"])
def test_the_light_pins_satisfy_the_project(line: str) -> None:
    wanted = Requirement(line)
    assert wanted.specifier.contains(LIGHT[canonicalize_name(wanted.name)])


@pytest.mark.parametrize(
    "line", [line for extra in PROJECT["optional-dependencies"].values() for line in extra]
)
def test_the_other_pins_satisfy_the_extras(line: str) -> None:
    wanted = Requirement(line)
    assert wanted.specifier.contains(DEV[canonicalize_name(wanted.name)])


def test_the_light_install_is_light() -> None:
    heavy = {"torch", "transformers", "bentoml", "pytest"}
    assert heavy.isdisjoint(LIGHT)
    assert heavy <= set(DEV)


def test_every_import_is_a_declared_dependency_and_every_dependency_is_imported() -> None:
    imported = set()
    for path in (ROOT / "cxnlp").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                imported.add(node.module.partition(".")[0])
    # Of a checkout: `cxnlp evaluate` says how to get it where it is missing.
    ours = {"cxnlp", "training"}
    outside = imported - set(sys.stdlib_module_names) - ours
    declared = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    assert {canonicalize_name(DISTRIBUTIONS.get(name, name)) for name in outside} == declared
