"""Labs: pictures a second while a scrubber is dragged, and how soon every page is there.

Scrubbers are swept as those of ``benchmarks.hand``. Every page is opened first by a fresh process, then again
in turn with the playground; a page is there when its last element is and the script has ended.
"""

from __future__ import annotations

from collections import defaultdict
from statistics import median
from time import perf_counter

from playwright.sync_api import Browser, Page

from benchmarks.browser import chromium, fresh_page
from benchmarks.figure import Figure
from benchmarks.hand import SLIDER, swept
from benchmarks.servers import PLAYGROUND, serve
from ui.labs import LABS

_ENDED = """() => {
    const app = document.querySelector('[data-testid="stApp"]')?.dataset, main = document.querySelector("h1");
    const stage = document.querySelector("section.stage");
    return app?.testScriptState === "notRunning" && main && (!stage || Number(stage.dataset.painted) > 0);
}"""
_PANEL = """() => {
    const root = document.querySelector("section.stage .panel"), box = root.getBoundingClientRect();
    const { xaxis, yaxis } = root.querySelector(".plot")._fullLayout;
    const left = box.left + xaxis._offset, top = box.top + yaxis._offset;
    return [left + xaxis._length / 2, top + yaxis._length / 2, left, left + xaxis._length];
}"""
_PAGES = ("", *LABS, "labs", "rules", "surfaces")


def measure(repeats: int = 3) -> list[Figure]:
    """Scrubbers first, then pages."""
    with chromium() as browser:
        return [*_scrubbers(browser), *_pages(browser, repeats)]


def _scrubbers(browser: Browser) -> list[Figure]:
    figures = []
    with serve(PLAYGROUND) as server:
        for what, key, place in (
            ("along the curve of rates", "learning_rate", None),
            ("rate of the lab", "learning_rate", "A-learning_rate-slider"),
            ("memory of the lab", "momentum", "A-momentum-slider"),
        ):
            with fresh_page(browser) as page:
                page.goto(f"{server.url}/{key}")
                page.wait_for_selector("section.stage[data-tapes]", state="attached")
                page.wait_for_timeout(1_500)
                painted, frames = swept(page, *_grip(page, place))
                said = f"the browser offered {frames:.0f} frames a second"
                name = f"dragged {what}: pictures a second"
                figures.append(Figure(name, painted, unit="/s", bound=50.0, at_least=True, note=said))
    return figures


def _grip(page: Page, key: str | None) -> tuple[float, float, float, float]:
    x, y, left, right = page.evaluate(SLIDER, key) if key else page.evaluate(_PANEL)
    return x, y, left, right


def _pages(browser: Browser, repeats: int) -> list[Figure]:
    first: dict[str, float] = {}
    for name in _PAGES:
        with serve(PLAYGROUND) as server:
            first[name] = _opened(browser, f"{server.url}/{name}")
    later: dict[str, list[float]] = defaultdict(list)
    with serve(PLAYGROUND) as server:
        for repeat in range(repeats + 1):
            for name in _PAGES:
                taken = _opened(browser, f"{server.url}/{name}")
                if repeat:
                    later[name].append(taken)
    slowest = max(first, key=first.__getitem__)
    ratios = {name: median(later[name]) / median(later[""]) for name in _PAGES if name}
    worst = max(ratios, key=ratios.__getitem__)
    return [
        Figure(
            "first visit to a page of a fresh process, the slowest", first[slowest], unit=" s", bound=3.0,
            note=f"{slowest or 'playground'}; playground {first['']:.2f} s",
        ),
        Figure(
            "later visits / the playground's, the slowest", ratios[worst], bound=1.5,
            note=f"{worst}: {median(later[worst]):.2f} s, playground {median(later['']):.2f} s",
            samples=dict(later),
        ),
    ]  # fmt: skip


def _opened(browser: Browser, url: str) -> float:
    """Seconds from the beginning of the navigation until the page is there."""
    with fresh_page(browser) as page:
        begun = perf_counter()
        page.goto(url, wait_until="commit")
        page.wait_for_function(_ENDED)
        return perf_counter() - begun
