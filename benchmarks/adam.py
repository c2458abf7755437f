"""One run of 1,000 steps on Rosenbrock against the same loop written by hand on Python floats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from math import sqrt
from statistics import median
from time import perf_counter

import numpy as np

from benchmarks.figure import Figure
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, Optimizer, run

Path = list[tuple[float, float]]
_STEPS = 1_000
_START = (-1.2, 1.0)


def by_hand_adam(rule: Optimizer) -> Path:
    """Adam with Rosenbrock's gradient written into the loop."""
    rate, beta1, beta2, epsilon, _ = rule.settings.values()
    (x, y), b = _START, 100.0
    m_x = m_y = s_x = s_y = 0.0
    path = [(x, y)]
    for k in range(1, _STEPS + 1):
        across = y - x * x
        g_x = -4.0 * b * x * across + 2.0 * x - 2.0
        g_y = 2.0 * b * across
        m_x = beta1 * m_x + (1.0 - beta1) * g_x
        s_x = beta2 * s_x + (1.0 - beta2) * g_x * g_x
        x = x - rate * (m_x / (1.0 - beta1**k)) / (sqrt(s_x / (1.0 - beta2**k)) + epsilon)
        m_y = beta1 * m_y + (1.0 - beta1) * g_y
        s_y = beta2 * s_y + (1.0 - beta2) * g_y * g_y
        y = y - rate * (m_y / (1.0 - beta1**k)) / (sqrt(s_y / (1.0 - beta2**k)) + epsilon)
        path.append((x, y))
    return path


def by_hand_gradient_descent(rule: Optimizer) -> Path:
    """Gradient descent with Rosenbrock's gradient written into the loop."""
    (rate,) = rule.settings.values()
    (x, y), b = _START, 100.0
    path = [(x, y)]
    for _ in range(_STEPS):
        across = y - x * x
        g_x = -4.0 * b * x * across + 2.0 * x - 2.0
        g_y = 2.0 * b * across
        x, y = x - rate * g_x, y - rate * g_y
        path.append((x, y))
    return path


def by_hand_momentum(rule: Optimizer) -> Path:
    """Momentum with Rosenbrock's gradient written into the loop."""
    rate, kept = rule.settings.values()
    (x, y), b = _START, 100.0
    v_x = v_y = 0.0
    path = [(x, y)]
    for _ in range(_STEPS):
        across = y - x * x
        v_x = kept * v_x - rate * (-4.0 * b * x * across + 2.0 * x - 2.0)
        v_y = kept * v_y - rate * (2.0 * b * across)
        x, y = x + v_x, y + v_y
        path.append((x, y))
    return path


_CASES: tuple[tuple[str, float, Callable[[Optimizer], Path], float], ...] = (
    ("adam", 0.05, by_hand_adam, 2.5),
    ("gradient_descent", 0.001, by_hand_gradient_descent, 2.5),
    ("momentum", 0.0005, by_hand_momentum, 2.5),
)


def measure(repeats: int = 101) -> list[Figure]:
    """Each rule and its hand-written loop in turn; both return the same path."""
    surface = LANDSCAPES["rosenbrock"]
    figures = []
    for key, rate, by_hand, bound in _CASES:
        rule = OPTIMIZERS[key](learning_rate=rate)  # type: ignore[call-arg]
        np.testing.assert_allclose(
            run(surface, rule, _START, _STEPS).points, by_hand(rule), rtol=1e-6, atol=1e-6
        )
        taken: dict[str, list[float]] = defaultdict(list)
        for _ in range(repeats):
            begin = perf_counter()
            run(surface, rule, _START, _STEPS)
            between = perf_counter()
            by_hand(rule)
            taken["run"].append(1000 * (between - begin))
            taken["by hand"].append(1000 * (perf_counter() - between))
        ours, theirs = median(taken["run"]), median(taken["by hand"])
        figures.append(
            Figure(
                f"{rule.name}, 1,000 steps, run() / loop by hand", ours / theirs,
                bound=bound, note=f"{ours:.2f} ms, by hand {theirs:.2f} ms", samples=dict(taken),
            )
        )  # fmt: skip
    return figures
