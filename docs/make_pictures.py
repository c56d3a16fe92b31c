"""Take the pictures of README.md and docs/ from examples/nhs: `python docs/make_pictures.py`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

_DOCS = Path(__file__).resolve().parent
_FEEDBACK = _DOCS.parent / "examples" / "nhs" / "feedback.csv"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_WIDE, _PHONE = (1280, 1240), (390, 844)
_MAX_BYTES = 300 * 1024


def main() -> None:
    """Score the example, write its report, and take every picture of it."""
    browser_path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser_path is None:
        sys.exit("No Chromium was found. Install one first.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report = _make_report(Path(folder))
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for name, (size, take) in _PICTURES.items():
            width, height = size
            page = browser.new_page(viewport={"width": width, "height": height})
            page.emulate_media(color_scheme="light", reduced_motion="reduce")
            page.goto(report.as_uri())
            path = _DOCS / f"{name}.png"
            take(page, path)
            page.close()
            if path.stat().st_size > _MAX_BYTES:
                sys.exit(f"{path} is {path.stat().st_size >> 10} KiB, more than it may be.")
        browser.close()


def _make_report(folder: Path) -> Path:
    cxnlp = str(Path(sys.executable).parent / "cxnlp")
    scored, report = folder / "nhs.parquet", folder / "report.html"
    subprocess.run([cxnlp, "score", str(_FEEDBACK), "-o", str(scored)], check=True)
    subprocess.run([cxnlp, "report", str(scored), "-o", str(report)], check=True)
    return report


def _take_top(page: Page, path: Path) -> None:
    page.screenshot(path=path)


def _take_heatmap(page: Page, path: Path) -> None:
    page.select_option('#filters select[name="by.trust"]', "=NEAS")
    page.select_option("#heat-metric", "net_sentiment")
    # The filters and the heatmap in one picture: what stands between them is left out.
    page.evaluate("document.querySelectorAll('section:not(#journey)').forEach((s) => s.remove())")
    top, bottom = page.locator("#filters").bounding_box(), page.locator("#journey").bounding_box()
    if top is None or bottom is None:
        sys.exit("The report has no filters or no heatmap.")
    height = bottom["y"] + bottom["height"] + 24 - top["y"]
    clip = {"x": top["x"], "y": top["y"], "width": top["width"], "height": height}
    page.screenshot(path=path, clip=clip, full_page=True)


def _take_verbatims(page: Page, path: Path) -> None:
    page.select_option("#heat-metric", "net_sentiment")
    row = page.locator("#heat tbody tr", has_text="NHS 111")
    row.locator("td").last.click()
    page.locator("#reader").wait_for(state="visible")
    page.locator("#reader").screenshot(path=path)


_PICTURES: dict[str, tuple[tuple[int, int], Callable[[Page, Path], None]]] = {
    "report": (_WIDE, _take_top),
    "heatmap": ((1280, 900), _take_heatmap),
    "verbatims": ((1280, 900), _take_verbatims),
    "phone": (_PHONE, _take_top),
}

if __name__ == "__main__":
    main()
