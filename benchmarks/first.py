"""The first picture after opening the page, against an empty app's slider; servers warm, caches empty."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from statistics import median

from benchmarks.figure import Figure, milliseconds
from benchmarks.latency import STAGE
from benchmarks.quiet import quiet_chromium
from benchmarks.servers import EMPTY, PLAYGROUND, serve

_SLIDER = """() => document.querySelector("[data-testid=stSlider] input[type=range]")?.offsetParent != null"""

_WATCH = """{
    const shown = %s;
    const watcher = new MutationObserver(() => {
        if (!shown()) return;
        watcher.disconnect();
        requestAnimationFrame(() => {
            const title = `= ${performance.now()}`;
            setInterval(() => (document.title = title), 50); // the app sets a title of its own
        });
    });
    watcher.observe(document, { subtree: true, childList: true, attributes: true });
}"""


def measure(repeats: int = 9) -> list[Figure]:
    """Milliseconds from the start of the navigation, in a fresh browser context each time, in turn."""
    taken: dict[str, list[float]] = defaultdict(list)
    with serve(PLAYGROUND) as playground, serve(EMPTY) as empty:
        pages = {"playground": (playground.url, _WATCH % STAGE), "empty": (empty.url, _WATCH % _SLIDER)}
        asyncio.run(_open_in_turn(pages, repeats, taken))
    return [
        Figure(
            "first picture, playground / empty app",
            median(taken["playground"]) / median(taken["empty"]),
            bound=3.0,
            note=", ".join(f"{side} {milliseconds(samples)}" for side, samples in taken.items()),
            samples=dict(taken),
        )
    ]


async def _open_in_turn(
    pages: dict[str, tuple[str, str]], repeats: int, taken: dict[str, list[float]]
) -> None:
    async with quiet_chromium() as browser:
        for repeat in range(repeats + 1):
            for side, (url, script) in pages.items():
                shown = await browser.milliseconds(url, script)
                if repeat:  # the first of each warms the server and the browser
                    taken[side].append(shown)
