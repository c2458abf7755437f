"""Take the README's picture from the real app: `python -m scripts.screenshot`."""

from benchmarks.browser import chromium, fresh_page
from benchmarks.servers import PLAYGROUND, ROOT, serve

LINK = (
    "landscape=rosenbrock&steps=400&A=gradient_descent&A.learning_rate=0.0016"
    "&B=momentum&B.learning_rate=0.0005&C=adam"
)

with serve(PLAYGROUND) as server, chromium() as browser, fresh_page(browser) as page:
    page.goto(f"{server.url}/?{LINK}")
    page.wait_for_selector('.stage:not([data-painted="0"])')
    page.screenshot(path=ROOT / "docs" / "playground.png")
