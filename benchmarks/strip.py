"""The strips under six learning-rate sliders: making every stop's run, its labels, and the picture of each.

On the playground's own page and by its own modules: first the arithmetic alone, then from a slider that moves
what a strip depends on to the last of six that is drawn, made only while nothing else is to be done.
"""

from __future__ import annotations

from statistics import median

from playwright.sync_api import Page

from benchmarks.browser import chromium, fresh_page
from benchmarks.figure import Figure
from benchmarks.servers import PLAYGROUND, SIX_RUNS, serve
from charts import all_marked, marks
from optimizers import Constant, tape
from ui.grids import log_grid
from ui.link import decode

_RATES = list(log_grid(1e-5, 10.0))
_IMPORT = """async () => {
    const files = performance.getEntriesByType("resource").map(({ name }) => name);
    const of = (file) => import(files.find((name) => name.endsWith(`/${file}`)));
    const wanted = ["tape.js", "lanes.js", "labels.js"];
    [window.tape, window.lanes, window.labels] = await Promise.all(wanted.map(of));
}"""
_MADE = """([jobs, rates, known]) => {
    const begin = performance.now();
    for (const { tape, given } of jobs) {
        const going = window.lanes.sweep(tape, given, Float64Array.from(rates));
        let part = going.next();
        while (!part.done) part = going.next();
        const height = window.tape.height(tape, given.parameters);
        window.labels.labelled(part.value, rates, given.steps, { ...known, height });
    }
    return performance.now() - begin;
}"""
_DRAWN = (
    """() => Array.from(document.querySelectorAll(".rate-strip"), ({ dataset }) => dataset.labels ?? "")"""
)
_REMADE = """(steps) => new Promise((resolve) => {
    const places = [...document.querySelectorAll(".rate-strip")], field = document.querySelector(
        '[class*="st-key-steps-"] input[type="text"]');
    const words = () => places.map((place) => place.ariaLabel), before = words(), begin = performance.now();
    const look = () => {
        if (words().every((said, i) => said !== before[i])) resolve(performance.now() - begin);
        else requestAnimationFrame(look);
    };
    field.focus();
    field.value = steps;
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    requestAnimationFrame(look);
})"""


def _arithmetic(page: Page, repeats: int) -> list[float]:
    scenario, _ = decode(dict(part.split("=") for part in SIX_RUNS.split("&")))
    surface, (x, y) = scenario.surface, scenario.start
    alike = {"x": x, "y": y, "steps": scenario.steps, "parameters": dict(surface.settings), "schedule": {}}
    jobs = [
        {"tape": tape(surface, e.rule, Constant()), "given": alike | {"settings": e.rule.settings}}
        for e in scenario.entries
    ]
    signs = [{"name": name, "points": points} for name, points in marks(surface).items()]
    known = {"window": surface.window, "signs": signs, "all": all_marked(surface)}
    page.evaluate(_IMPORT)
    return [page.evaluate(_MADE, [jobs, _RATES, known]) for _ in range(repeats + 3)][3:]


def measure(repeats: int = 11) -> list[Figure]:
    """A warm page, as after the first seconds of a lesson."""
    with serve(PLAYGROUND) as server, chromium() as browser, fresh_page(browser) as page:
        page.goto(f"{server.url}/?{SIX_RUNS}")
        page.wait_for_selector("section.stage[data-tapes]", state="attached")
        page.wait_for_function(f"({_DRAWN})().filter(Boolean).length === 6")
        page.wait_for_timeout(1_500)
        made = _arithmetic(page, repeats)
        drawn = []
        for i in range(3):
            drawn.append(page.evaluate(_REMADE, f"{301 + i % 2}"))
            page.wait_for_function("document.querySelector('section.stage').dataset.hand === ''")
    six = f"six strips of {len(_RATES)} rates, 300 steps"
    return [
        Figure(f"{six}: made", median(made), " ms", bound=50.0, samples={"page": made}),
        Figure(f"{six}: from a typed number to the last one drawn", median(drawn), " ms"),
    ]
