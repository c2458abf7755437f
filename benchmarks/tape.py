"""What the page computes by itself while a hand moves: six runs of 300 steps, the contours, and the bytes.

The machine runs alone on an empty page, so that what is measured is arithmetic and no painting.
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from playwright.sync_api import Page

from benchmarks.browser import chromium, fresh_page
from benchmarks.figure import Figure
from landscapes import LANDSCAPES, Landscape
from optimizers import OPTIMIZERS, Constant, run, tape

_SOURCE = Path(__file__).resolve().parent.parent / "ui" / "stage" / "tape.js"
_RULES = ("gradient_descent", "momentum", "nesterov", "rmsprop", "adam", "newton")
_SURFACES = ("rosenbrock", "ackley", "cliff", "logistic_regression")
_STEPS = 300
_GRID = 155
_IMPORT = """async (source) => {
    window.tape = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
}"""
_MARCH = """(jobs) => {
    const begin = performance.now();
    for (let i = 0; i < 10; i++) for (const { tape, given } of jobs) window.tape.march(tape, given);
    return (performance.now() - begin) / 10;
}"""
_VALUES = """([{ tape, given }, xs, ys]) => {
    const begin = performance.now();
    window.tape.values(tape, given.parameters, xs, ys);
    return performance.now() - begin;
}"""


def _jobs(surface: Landscape) -> list[dict[str, Any]]:
    x, y = surface.start
    own = {"x": x, "y": y, "steps": _STEPS, "parameters": dict(surface.settings), "schedule": {}}
    rules = [OPTIMIZERS[key]() for key in _RULES]
    return [
        {"tape": tape(surface, rule, Constant()), "given": own | {"settings": rule.settings}}
        for rule in rules
    ]


def _on_the_server(surface: Landscape) -> float:
    begin = perf_counter()
    for key in _RULES:
        t = run(surface, OPTIMIZERS[key](), surface.start, _STEPS)
        assert t.values.shape == t.gradients.shape[:1]
    return 1000 * (perf_counter() - begin)


def _of(page: Page, surface: Landscape, repeats: int) -> list[Figure]:
    jobs = _jobs(surface)
    edges = [[lo + (hi - lo) * i / (_GRID - 1) for i in range(_GRID)] for lo, hi in surface.window]
    here, there, grids = [], [], []
    for _ in range(repeats):
        here.append(page.evaluate(_MARCH, jobs))
        there.append(_on_the_server(surface))
        grids.append(page.evaluate(_VALUES, [jobs[0], *edges]))
    six = f"{surface.name}: 6 runs of {_STEPS} steps"
    sent = {
        "surface": {},
        "rules": [job["tape"]["rule"] for job in jobs],
        "schedule": jobs[0]["tape"]["schedule"],
    }
    for job in jobs:
        sent["surface"] |= job["tape"]["surface"]
    size = len(json.dumps(sent, separators=(",", ":"))) / 1000
    return [
        Figure(
            f"{six}, the page / run()", median(here) / median(there),
            note=f"{1000 * median(here):.0f} µs, run() {1000 * median(there):.0f} µs",
            samples={"page": here, "run": there},
        ),
        Figure(f"{surface.name}: {_GRID} × {_GRID} losses for contours", median(grids), " ms", bound=50.0),
        Figure(f"{six}, all their tapes", size, " kB", bound=20.0),
    ]  # fmt: skip


def measure(repeats: int = 21) -> list[Figure]:
    """Each surface in turn; page and ``run`` alternate."""
    with chromium() as browser, fresh_page(browser) as page:
        page.evaluate(_IMPORT, _SOURCE.read_text(encoding="utf-8"))
        return [figure for key in _SURFACES for figure in _of(page, LANDSCAPES[key], repeats)]
