"""Frames a second while six paths play: 300 steps, and 1,000 steps on one map and on six.

At speed 1 a run of 300 steps takes six seconds, 50 steps a second, so that no more than 50 pictures differ.
At speed 2 there are 100 steps a second, more than a screen's 60 frames: every frame has a new picture,
and what is counted is what the browser can paint.
"""

from __future__ import annotations

from statistics import median

from playwright.sync_api import Browser

from benchmarks.browser import chromium, fresh_page
from benchmarks.figure import Figure
from benchmarks.latency import STAGE
from benchmarks.servers import PLAYGROUND, SIX_RUNS, Server, serve

_COUNT = """async () => {
    const stage = document.querySelector("section.stage");
    const speed = stage.querySelector("select.speed");
    speed.value = "2";
    speed.dispatchEvent(new Event("change"));
    const frame = () => new Promise(requestAnimationFrame);
    stage.querySelector("button.play").click();
    for (let i = 0; i < 10; i++) await frame();
    const begin = performance.now(), painted = Number(stage.dataset.painted);
    let frames = 0, now = begin;
    while (now - begin < 2000) {
        await frame();
        now = performance.now();
        frames += 1;
    }
    const seconds = (now - begin) / 1000;
    return [(Number(stage.dataset.painted) - painted) / seconds, frames / seconds];
}"""


def measure(repeats: int = 5) -> list[Figure]:
    """Pictures painted and animation frames offered, each per second over two seconds of playing."""
    with serve(PLAYGROUND) as server, chromium() as browser:
        return [
            _figure(browser, server, what, query, steps, repeats)
            for what, query, steps in (
                ("6 runs of 300 steps", "", 300),
                ("6 runs of 1,000 steps", "&steps=1000", 1000),
                ("6 runs of 1,000 steps on 6 maps", "&steps=1000&maps=apart", 1000),
            )
        ]


def _figure(browser: Browser, server: Server, what: str, query: str, steps: int, repeats: int) -> Figure:
    painted, offered = [], []
    with fresh_page(browser) as page:
        page.goto(f"{server.url}/?{SIX_RUNS}{query}")
        page.wait_for_function(STAGE)
        if "apart" in query:
            page.wait_for_function("document.querySelectorAll('.own-map > .map canvas').length === 6")
        page.wait_for_timeout(2_000)
        for _ in range(repeats):
            pictures, frames = page.evaluate(_COUNT)
            painted.append(pictures)
            offered.append(frames)
            page.wait_for_function(f"document.querySelector('section.stage').dataset.step === '{steps}'")
            page.wait_for_timeout(500)
    return Figure(
        f"playback, {what}: pictures a second", median(painted), unit="/s",
        bound=50.0, at_least=True, note=f"the browser offered {median(offered):.0f} frames a second",
        samples={"painted": painted, "frames": offered},
    )  # fmt: skip
