"""How much memory the database of a scored file may take."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cxnlp.journey import scored as scored_module
from cxnlp.journey.scored import open_scored
from cxnlp.journey.summarise import summarise


def _connection(path: Path) -> duckdb.DuckDBPyConnection:
    connection: duckdb.DuckDBPyConnection = open_scored(path).table.get_backend().con
    return connection


def _setting(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    (value,) = connection.execute(f"SELECT current_setting('{name}')").fetchone() or ("",)
    return str(value)


def _size(text: str) -> float:
    number, unit = text.split()
    return float(number) * {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}[unit]


def test_the_database_holds_three_gigabytes_at_most(
    write_scored: Callable[..., Path], comment: Callable[..., dict[str, Any]]
) -> None:
    size = _size(_setting(_connection(write_scored([comment()])), "memory_limit"))
    assert 0 < size <= 3e9


def test_it_holds_less_on_a_small_machine(
    write_scored: Callable[..., Path],
    comment: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine = _size(_setting(duckdb.connect(), "memory_limit")) / 0.8
    monkeypatch.setattr(scored_module, "MAX_MEMORY", 1 << 60)
    size = _size(_setting(_connection(write_scored([comment()])), "memory_limit"))
    assert size == pytest.approx(0.6 * machine, rel=0.05)


def test_it_writes_into_the_folder_for_temporary_files(
    write_scored: Callable[..., Path], comment: Callable[..., dict[str, Any]]
) -> None:
    path = write_scored([comment()])
    folders = {_setting(_connection(path), "temp_directory") for _ in range(2)}
    assert len(folders) == 2
    assert {Path(folder).parent for folder in folders} == {Path(tempfile.gettempdir())}
    assert summarise(path).overall.n == 1
    assert not any(Path(folder).exists() for folder in folders)
