"""Basin maps of 200 × 200 starts and 200 steps, with verdicts and steps needed, against NumPy by hand."""

from __future__ import annotations

from collections import defaultdict
from statistics import median
from time import perf_counter

import numpy as np

from benchmarks.figure import Figure
from landscapes import LANDSCAPES, Array
from optimizers import OPTIMIZERS, Optimizer, basins
from optimizers.studies.attraction import attraction

_RESOLUTION, _STEPS = 200, 200
_CASES = (("gradient_descent", 0.01, 0.85, 3.0), ("adam", 0.05, 3.5, None))
"""Key, rate, and the bounds of the map alone and of the map with the steps that every start needed."""


def by_hand(rate: float) -> tuple[Array, Array]:
    """Gradient descent on Himmelblau, every start of the grid at once, nothing judged."""
    (x_low, x_high), (y_low, y_high) = LANDSCAPES["himmelblau"].window
    x, y = np.meshgrid(np.linspace(x_low, x_high, _RESOLUTION), np.linspace(y_low, y_high, _RESOLUTION))
    for _ in range(_STEPS):
        a, b = x * x + y - 11.0, x + y * y - 7.0
        x, y = x - rate * (4.0 * x * a + 2.0 * b), y - rate * (2.0 * a + 4.0 * y * b)
    return x, y


def measure(repeats: int = 7) -> list[Figure]:
    """Every rule's map and the hand-written grid in turn."""
    surface = LANDSCAPES["himmelblau"]
    figures = []
    for key, rate, bound, with_needed in _CASES:
        rule: Optimizer = OPTIMIZERS[key](learning_rate=rate)  # type: ignore[call-arg]
        taken: dict[str, list[float]] = defaultdict(list)
        for _ in range(repeats):
            begin = perf_counter()
            attraction(surface, rule, _RESOLUTION, _STEPS)
            taken["with steps needed"].append(1000 * (perf_counter() - begin))
            begin = perf_counter()
            found = basins(surface, rule, _RESOLUTION, _STEPS)
            between = perf_counter()
            x, y = by_hand(0.01)
            taken["map"].append(1000 * (between - begin))
            taken["by hand"].append(1000 * (perf_counter() - between))
        if key == "gradient_descent":
            np.testing.assert_allclose(found.ends, np.stack([x, y], axis=-1), rtol=1e-6, atol=1e-6)
        theirs = median(taken["by hand"])
        for what, most in (("map", bound), ("with steps needed", with_needed)):
            ours = median(taken[what])
            name = "basin map" if what == "map" else f"basin map {what}"
            figures.append(
                Figure(
                    f"{name}, {rule.name} / gradient descent by hand", ours / theirs,
                    bound=most, note=f"{ours:.0f} ms, by hand {theirs:.0f} ms", samples=dict(taken),
                )
            )  # fmt: skip
    return figures
