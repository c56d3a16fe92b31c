"""The rejects file appears whole or not at all."""

from __future__ import annotations

import contextlib

import pytest

from cxnlp.errors import OutputError
from cxnlp.importers.rejects import RejectLog


def test_it_stands_beside_the_output_and_counts_by_reason(tmp_path):
    with RejectLog.beside(tmp_path / "o.parquet") as log:
        log.add("a.csv", 3, "NPS", "nps outside 0-10")
        log.add("=b.csv", 4, "@x", "nps outside 0-10")
        assert not (tmp_path / "o.rejects.csv").exists()
    assert (tmp_path / "o.rejects.csv").read_text() == (
        "file,row,field,reason\na.csv,3,NPS,nps outside 0-10\n'=b.csv,4,'@x,nps outside 0-10\n"
    )
    assert log.counts == {"nps outside 0-10": 2}
    assert log.total == 2
    assert [p.name for p in tmp_path.iterdir()] == ["o.rejects.csv"]


def test_none_means_no_file_and_an_older_one_goes(tmp_path):
    path = tmp_path / "o.rejects.csv"
    path.write_text("file,row,field,reason\nold,1,,x\n")
    with RejectLog(path):
        pass
    assert not path.exists()


def test_a_file_that_is_something_else_stays(tmp_path):
    path = tmp_path / "o.rejects.csv"
    path.write_text("mine\n")
    with RejectLog(path):
        pass
    assert path.read_text() == "mine\n"


def test_an_exception_leaves_what_was_there(tmp_path):
    path = tmp_path / "o.rejects.csv"
    path.write_text("old")
    with contextlib.suppress(ZeroDivisionError), RejectLog(path) as log:
        log.add("a.csv", 1, "", "x")
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_without_a_path_it_only_counts():
    with RejectLog() as log:
        log.add("a.csv", 1, "", "x")
    assert log.total == 1


def test_an_unwritable_place_is_an_output_error(tmp_path):
    with (
        pytest.raises(OutputError, match="nowhere"),
        RejectLog(tmp_path / "nowhere" / "r.csv") as log,
    ):
        log.add("a.csv", 1, "", "x")
