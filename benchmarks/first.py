"""The first picture after opening the page, against an empty app's slider; servers warm, caches empty."""

from __future__ import annotations

from collections import defaultdict
from statistics import median

from benchmarks.browser import chromium, fresh_page
from benchmarks.figure import Figure, milliseconds
from benchmarks.latency import STAGE
from benchmarks.servers import EMPTY, PLAYGROUND, serve

_SLIDER = """() => document.querySelector("[data-testid=stSlider] input[type=range]")?.offsetParent != null"""

_WATCH = """(() => {
    const shown = %s;
    window.shown = new Promise((resolve) => {
        const watcher = new MutationObserver(() => {
            if (!shown()) return;
            watcher.disconnect();
            requestAnimationFrame(() => resolve(performance.now()));
        });
        watcher.observe(document, { subtree: true, childList: true, attributes: true });
    });
})()"""


def measure(repeats: int = 9) -> list[Figure]:
    """Milliseconds from the start of the navigation, in a fresh browser context each time, in turn."""
    taken: dict[str, list[float]] = defaultdict(list)
    with serve(PLAYGROUND) as playground, serve(EMPTY) as empty, chromium() as browser:
        for _ in range(repeats + 1):
            for side, server, shown in (("playground", playground, STAGE), ("empty", empty, _SLIDER)):
                with fresh_page(browser, _WATCH % shown) as page:
                    page.goto(server.url, wait_until="commit")
                    taken[side].append(float(page.evaluate("window.shown")))
    for side in taken.values():
        del side[0]  # warmed the server and the browser
    return [
        Figure(
            "first picture, playground / empty app",
            median(taken["playground"]) / median(taken["empty"]),
            bound=3.0,
            note=", ".join(f"{side} {milliseconds(samples)}" for side, samples in taken.items()),
            samples=dict(taken),
        )
    ]
