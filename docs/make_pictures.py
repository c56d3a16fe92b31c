"""Take the pictures of the documentation: `python docs/make_pictures.py out/report.html`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")


def main(report: Path) -> None:
    """Write docs/report.png, the top of a report at 1280 pixels."""
    browser_path = next(filter(None, map(shutil.which, _NAMES)), None)
    if browser_path is None:
        sys.exit("No Chromium was found. Install one first.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1240})
        page.goto(report.resolve().as_uri())
        page.screenshot(path=Path(__file__).parent / "report.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("out/report.html"))
