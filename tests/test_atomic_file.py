from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cxnlp.atomic_file import write_beside
from cxnlp.errors import OutputError

KILLED = """
import os, signal, sys
from pathlib import Path
from cxnlp.atomic_file import write_beside
with write_beside(Path(sys.argv[1])) as beside:
    beside.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with write_beside(target) as beside:
        beside.write_text("new")
        assert not target.exists()
    assert target.read_text() == "new"
    with pytest.raises(ZeroDivisionError), write_beside(target) as beside:
        beside.write_text(str(1 / 0))
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]
    assert target.read_text() == "new"


def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")
    subprocess.run([sys.executable, "-c", KILLED, str(target)], check=False)
    assert len(list(tmp_path.iterdir())) == 2
    assert target.read_text() == "old"
    with write_beside(target) as beside:
        assert {p.name for p in tmp_path.iterdir()} == {"out.csv", beside.name}
        # A run beside this one, of a process that lives, is left alone.
        with write_beside(target):
            assert beside.exists()
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is a folder"), write_beside(tmp_path):
        pytest.fail("a folder was opened")


def test_the_file_has_the_usual_rights(tmp_path: Path) -> None:
    with write_beside(tmp_path / "out.csv"):
        pass
    mask = os.umask(0)
    os.umask(mask)
    assert (tmp_path / "out.csv").stat().st_mode & 0o777 == 0o666 & ~mask
