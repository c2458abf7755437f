"""A tuning map of 40 × 40 cells and 300 steps, verdicts and steps to tolerance, against its runs by hand."""

from __future__ import annotations

from collections import defaultdict
from statistics import median
from time import perf_counter

import numpy as np

from benchmarks.figure import Figure
from landscapes import LANDSCAPES, Array
from optimizers import OPTIMIZERS
from optimizers.studies.tuning import tuning

_CELLS, _STEPS = 40, 300
_RATES, _MEMORIES = np.logspace(-3, 1, _CELLS), np.linspace(0.0, 0.99, _CELLS)


def by_hand(start: tuple[float, float]) -> tuple[Array, Array]:
    """Momentum on the quadratic bowl, every cell at once, nothing judged and nothing counted."""
    rate, memory = np.meshgrid(_RATES, _MEMORIES)
    x, y = np.full(rate.shape, start[0]), np.full(rate.shape, start[1])
    v_x, v_y = np.zeros_like(x), np.zeros_like(y)
    with np.errstate(all="ignore"):
        for _ in range(_STEPS):
            v_x, v_y = memory * v_x - rate * x, memory * v_y - rate * (20.0 * y)
            x, y = x + v_x, y + v_y
    return x, y


def measure(repeats: int = 15) -> list[Figure]:
    """The study and the hand-written runs in turn."""
    surface = LANDSCAPES["quadratic"]
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(repeats):
        begin = perf_counter()
        found = tuning(
            surface, OPTIMIZERS["momentum"](), surface.start, _STEPS,
            "learning_rate", _RATES, "momentum", _MEMORIES,
        )  # fmt: skip
        between = perf_counter()
        x, y = by_hand(surface.start)
        taken["map"].append(1000 * (between - begin))
        taken["by hand"].append(1000 * (perf_counter() - between))
    with np.errstate(all="ignore"):
        losses = (x**2 + 20.0 * y**2) / 2.0
    kept = losses < 1e6
    np.testing.assert_allclose(found.losses[kept], losses[kept], rtol=1e-6, atol=1e-12)
    ours, theirs = median(taken["map"]), median(taken["by hand"])
    return [
        Figure(
            "tuning map of momentum, 40 × 40 × 300 / its runs by hand", ours / theirs, bound=10.0,
            note=f"{ours:.0f} ms, by hand {theirs:.1f} ms", samples=dict(taken),
        )
    ]  # fmt: skip
