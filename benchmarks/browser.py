"""A headless Chromium and pages in it, each with a fresh cache."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def executable() -> str:
    """The browser that ``CHROMIUM`` names, or else one that is installed."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        print("Install Chromium, or set CHROMIUM to the path of a Chromium or Chrome.", file=sys.stderr)
        raise SystemExit(2)
    return path


@contextmanager
def chromium() -> Iterator[Browser]:
    """That browser under Playwright, ended with the block."""
    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def fresh_page(browser: Browser, script: str = "") -> Iterator[Page]:
    """A page of 1280 × 800 with an empty cache; ``script`` runs before the page's own."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.set_default_timeout(60_000)
        yield page
    finally:
        context.close()
