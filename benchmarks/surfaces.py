"""Compiling every built-in surface in a process of its own, and values on a grid against NumPy by hand."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.figure import Figure
from benchmarks.servers import ROOT
from landscapes import LANDSCAPES, Array

_FIRST_USE = """
import sys
from time import process_time
from landscapes import LANDSCAPES
surface = LANDSCAPES[sys.argv[1]]
taken = []
for _ in range(2):
    begin = process_time()
    for function in (surface.value, surface.gradient, surface.hessian):
        function(surface.start)
    taken.append(1000 * (process_time() - begin))
print(*taken)
"""


def _rosenbrock(p: Array) -> Any:
    x, y = p[..., 0], p[..., 1]
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _himmelblau(p: Array) -> Any:
    x, y = p[..., 0], p[..., 1]
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def _ackley(p: Array) -> Any:
    x, y = p[..., 0], p[..., 1]
    waves = np.exp((np.cos(2 * np.pi * x) + np.cos(2 * np.pi * y)) / 2)
    return 20 + np.e - 20 * np.exp(-0.2 * np.sqrt((x**2 + y**2) / 2)) - waves


_BY_HAND: dict[str, Callable[[Array], Any]] = {
    "rosenbrock": _rosenbrock,
    "himmelblau": _himmelblau,
    "ackley": _ackley,
}


def measure(repeats: int = 101) -> list[Figure]:
    """The slowest first use of all, the slowest second one, and three ratios on a grid of 160 × 160."""
    return [*_first_uses(), *(_on_a_grid(key, by_hand, repeats) for key, by_hand in _BY_HAND.items())]


def _first_uses() -> list[Figure]:
    firsts, seconds = {}, {}
    for key in LANDSCAPES:
        command = [sys.executable, "-c", _FIRST_USE, key]
        out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        firsts[key], seconds[key] = map(float, out.split())
    slowest = max(firsts, key=firsts.__getitem__)
    note = f"{slowest}; median {median(firsts.values()):.0f} ms"
    return [
        Figure("first use of the slowest surface, derivatives too", firsts[slowest], " ms", 250, note=note),
        Figure("second use of the slowest surface", max(seconds.values()), " ms"),
    ]


def _on_a_grid(key: str, by_hand: Callable[[Array], Any], repeats: int) -> Figure:
    surface = LANDSCAPES[key]
    axes = (np.linspace(low, high, 160) for low, high in surface.window)
    points = np.stack(np.meshgrid(*axes), axis=-1)
    np.testing.assert_allclose(surface.value(points), by_hand(points), rtol=1e-9, atol=1e-9)
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(repeats):
        begin = perf_counter()
        surface.value(points)
        between = perf_counter()
        by_hand(points)
        taken["value"].append(1000 * (between - begin))
        taken["by hand"].append(1000 * (perf_counter() - between))
    ours, theirs = median(taken["value"]), median(taken["by hand"])
    note = f"{ours:.2f} ms, by hand {theirs:.2f} ms"
    what = f"{surface.name} on 160 × 160, value() / NumPy by hand"
    return Figure(what, ours / theirs, bound=1.5, note=note, samples=dict(taken))
