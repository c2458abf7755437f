"""Six maps side by side: from the key press on a learning-rate slider until all of them are repainted.

Against a plain page of six ``st.plotly_chart`` maps that are all drawn anew, timed as in ``latency``.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack
from statistics import median

from benchmarks.browser import chromium, fresh_page
from benchmarks.figure import Figure, milliseconds
from benchmarks.latency import STAGE, press
from benchmarks.servers import PLAIN, PLAYGROUND, SIX_RUNS, serve

_CHARTS = """() => {
    const charts = [...document.querySelectorAll(".js-plotly-plot")];
    if (charts.length !== 6) return null;
    const shown = charts.map((chart) => {
        const curves = [...chart.querySelectorAll("path.js-line")].map((p) => p.getAttribute("d"));
        return curves.length < 1 || curves.some((d) => d === null) ? null
            : JSON.stringify(chart._fullLayout?.meta) + curves.join();
    });
    return shown.includes(null) ? null : shown;
}"""
_MAPS = "document.querySelectorAll('.own-map > .map canvas').length === 6"


def measure(rounds: int = 4) -> list[Figure]:
    """Every slider one notch up per round, on one page and then on the other."""
    taken: dict[str, list[float]] = defaultdict(list)
    with ExitStack() as stack:
        browser, sides = stack.enter_context(chromium()), []
        for side, script, picture, ready in (
            ("playground", PLAYGROUND, STAGE, f"() => {_MAPS}"),
            ("plain", PLAIN, _CHARTS, _CHARTS),
        ):
            server, page = stack.enter_context(serve(script)), stack.enter_context(fresh_page(browser))
            page.goto(f"{server.url}/?{SIX_RUNS}&maps=apart")
            page.wait_for_function(ready)
            page.wait_for_timeout(2_000)
            press(page, picture, 0, "ArrowRight")  # a first one to warm up
            sides.append((side, page, picture))
        for _ in range(rounds):
            for slider in range(6):
                for side, page, picture in sides:
                    taken[side].append(press(page, picture, slider, "ArrowRight"))
    note = ", ".join(f"{side} {milliseconds(taken[side])}" for side in taken)
    return [
        Figure(
            "six maps, key press to painted, st.plotly_chart / playground",
            median(taken["plain"]) / median(taken["playground"]),
            bound=3.0, at_least=True, note=note, samples=dict(taken),
        )
    ]  # fmt: skip
