"""Take the README's picture from the real app: `python -m scripts.screenshot`."""

from benchmarks.browser import chromium, fresh_page
from benchmarks.servers import PLAYGROUND, ROOT, serve

with serve(PLAYGROUND) as server, chromium() as browser, fresh_page(browser) as page:
    page.goto(server.url)
    page.wait_for_selector('.stage:not([data-painted="0"])')
    page.screenshot(path=ROOT / "docs" / "playground.png")
