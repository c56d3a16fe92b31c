"""The benchmark of the report's page, on a small file."""

from __future__ import annotations

import os
import shutil

import pytest

from benchmarks.report_page import main

pytestmark = pytest.mark.browser


def test_it_says_how_long_writing_showing_and_filtering_take(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = ("chromium", "chromium-browser", "google-chrome")
    if not os.environ.get("CXNLP_CHROMIUM") and not any(map(shutil.which, names)):
        pytest.skip("NO BROWSER FOUND: install chromium or set CXNLP_CHROMIUM")
    main(["--rows", "300", "--rounds", "1"])
    said = capsys.readouterr().out
    for what in ("300 interactions", "file size", "first contentful paint", "a filter followed"):
        assert what in said
