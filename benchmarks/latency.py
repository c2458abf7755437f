"""From the key press on a learning-rate slider to the picture: the playground against plain charts.

On both pages a press is timed alike, in the page: from the ``keydown`` event until the document shows
the new picture whole, and then to the next animation frame. A picture is new when its signature
differs from the one before the key: on the stage the link that it was painted from and the numbers under
the hand (``data-link`` and ``data-hand``, set together with ``data-painted``), on the plain page for each of
its three charts the rates that it was drawn from *and* the drawn curves themselves. The stage paints inside
an animation frame, so waiting for the next one counts a whole frame against it. The server's own picture,
for which the hand once waited, is timed beside it.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack
from statistics import median

from playwright.sync_api import Page

from benchmarks.browser import chromium, fresh_page
from benchmarks.figure import Figure, milliseconds
from benchmarks.servers import PLAIN, PLAYGROUND, SIX_RUNS, serve

STAGE = """() => {
    const { painted, link, hand } = document.querySelector("section.stage")?.dataset ?? {};
    return Number(painted) > 0 ? [`${link} ${hand}`] : null;
}"""

SERVED = """() => {
    const { painted, link } = document.querySelector("section.stage")?.dataset ?? {};
    return Number(painted) > 0 ? [link] : null;
}"""

CHARTS = """() => {
    const charts = [...document.querySelectorAll(".js-plotly-plot")];
    if (charts.length !== 3) return null;
    const shown = charts.map((chart) => {
        const curves = [...chart.querySelectorAll("path.js-line")].map((p) => p.getAttribute("d"));
        return curves.length < 6 || curves.some((d) => d === null) ? null
            : JSON.stringify(chart._fullLayout?.meta) + curves.join();
    });
    return shown.includes(null) ? null : shown;
}"""
"""Each returns one signature for every picture on the page, or null while the page is not complete."""

_PRESS = """(picture) => {
    const before = picture();
    window.painted = new Promise((resolve) => addEventListener("keydown", () => {
        const pressed = performance.now();
        const watcher = new MutationObserver(() => {
            const now = picture();
            if (!now || now.some((signature, i) => signature === before[i])) return;
            watcher.disconnect();
            requestAnimationFrame(() => resolve(performance.now() - pressed));
        });
        watcher.observe(document, { subtree: true, childList: true, attributes: true });
    }, { capture: true, once: true }));
}"""

_SLIDERS = 6


def open_six_runs(page: Page, url: str, picture: str) -> None:
    """Show the scenario of the comparison and wait until its picture is there and the page at rest."""
    page.goto(f"{url}/?{SIX_RUNS}")
    page.wait_for_function(picture)
    page.wait_for_timeout(2_000)


def press(page: Page, picture: str, slider: int, key: str) -> float:
    """Milliseconds from a key on a learning-rate slider to the new picture."""
    page.get_by_role("slider", name="learning rate").nth(slider).focus()
    page.evaluate(f"({_PRESS})({picture})")
    page.keyboard.press(key)
    taken = float(page.evaluate("window.painted"))
    page.wait_for_timeout(250)
    return taken


def measure(rounds: int = 4) -> list[Figure]:
    """Every slider one notch up per round, on one page and then on the other."""
    taken: dict[str, list[float]] = defaultdict(list)
    received: dict[str, list[int]] = defaultdict(list)
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        sides = []
        for side, script, picture in (
            ("playground", PLAYGROUND, STAGE),
            ("its server", PLAYGROUND, SERVED),
            ("plain", PLAIN, CHARTS),
        ):
            server, page = stack.enter_context(serve(script)), stack.enter_context(fresh_page(browser))
            sizes = received[side]
            page.on("websocket", lambda s, n=sizes: s.on("framereceived", lambda f: n.append(len(f))))
            open_six_runs(page, server.url, picture)
            press(page, picture, 0, "ArrowRight")  # a first one to warm up
            sizes.clear()
            sides.append((side, page, picture))
        for _ in range(rounds):
            for slider in range(_SLIDERS):
                for side, page, picture in sides:
                    taken[side].append(press(page, picture, slider, "ArrowRight"))
    note = ", ".join(f"{side} {milliseconds(taken[side])}" for side in taken)
    presses = rounds * _SLIDERS
    size = {side: sum(sizes) / presses for side, sizes in received.items()}
    return [
        Figure(
            "key press to painted, st.plotly_chart / playground",
            median(taken["plain"]) / median(taken["playground"]),
            bound=8.0, at_least=True, note=note, samples=dict(taken),
        ),
        Figure("key press to painted", median(taken["playground"]), unit=" ms", bound=33.0),
        Figure(
            "key press to the server's picture, st.plotly_chart / playground",
            median(taken["plain"]) / median(taken["its server"]), bound=3.0, at_least=True,
        ),
        Figure(
            "size of one answer, st.plotly_chart / playground",
            size["plain"] / size["playground"],
            note=", ".join(f"{side} {n / 1000:.0f} kB" for side, n in size.items()),
        ),
    ]  # fmt: skip
