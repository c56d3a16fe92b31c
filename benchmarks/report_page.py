"""How long the report of a large file takes to write, to show itself, and to follow a filter."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.scored_rows import write_scored_rows
from cxnlp.report.build import write_report

# Until the next frame is on screen after the filter was changed.
_FILTER = """
() => new Promise((done) => {
  const select = document.querySelector('#filters select[name=touchpoint]');
  const start = performance.now();
  select.value = select.options[1].value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})
"""
_LOADED = """
() => {
  const [page] = performance.getEntriesByType('navigation');
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  return { ready: page.domContentLoadedEventEnd, paint: paint ? paint.startTime : null };
}
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Write one synthetic file and its report, open it a few times, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        scored = write_scored_rows(Path(folder) / "scored.parquet", options.rows)
        start = time.perf_counter()
        facts = write_report(scored, Path(folder) / "report.html")
        written_s = time.perf_counter() - start
        opened = _open(facts.output, options.rounds)
    print(f"{options.rows:,} interactions: report written in {written_s:.1f} s")
    print(f"file size {facts.n_bytes / 1e6:.2f} MB")
    for name, what in (
        ("paint", "first contentful paint"),
        ("ready", "page ready (DOMContentLoaded)"),
        ("filter", "a filter followed"),
    ):
        times = [opening[name] for opening in opened]
        print(f"{what}: median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms")


def _open(report: Path, rounds: int) -> list[dict[str, Any]]:
    """Return milliseconds of each opening, each in a fresh page."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CXNLP_CHROMIUM") or next(filter(None, map(shutil.which, names)))
    openings = []
    with sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        for _ in range(rounds):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(report.as_uri())
            page.wait_for_timeout(300)
            openings.append({**page.evaluate(_LOADED), "filter": page.evaluate(_FILTER)})
            page.close()
        browser.close()
    return openings


if __name__ == "__main__":
    main()
