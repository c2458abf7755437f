"""Adam on Rosenbrock against torch.optim with autograd, where torch is installed; alone it is not needed."""

from __future__ import annotations

from collections import defaultdict
from importlib import import_module
from importlib.util import find_spec
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.figure import Figure
from landscapes import LANDSCAPES, Array
from optimizers import OPTIMIZERS, run

_STEPS = 1_000
_START = (-1.2, 1.0)
_RATE = 0.05


def measure(repeats: int = 11) -> list[Figure]:
    """Both in turn; they return the same path."""
    if find_spec("torch") is None:
        print("  torch is not installed: nothing to compare with")
        return []
    surface, rule = LANDSCAPES["rosenbrock"], OPTIMIZERS["adam"](learning_rate=_RATE)  # type: ignore[call-arg]
    np.testing.assert_allclose(run(surface, rule, _START, _STEPS).points, _by_torch(), rtol=1e-6)
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(repeats):
        begin = perf_counter()
        run(surface, rule, _START, _STEPS)
        between = perf_counter()
        _by_torch()
        taken["run"].append(1000 * (between - begin))
        taken["torch"].append(1000 * (perf_counter() - between))
    ours, theirs = median(taken["run"]), median(taken["torch"])
    what = "Adam, 1,000 steps, torch.optim with autograd / run()"
    note = f"{ours:.2f} ms, torch {theirs:.0f} ms"
    return [Figure(what, theirs / ours, bound=50, at_least=True, note=note, samples=dict(taken))]


def _by_torch() -> Array:
    torch: Any = import_module("torch")
    torch.set_num_threads(1)
    w = torch.tensor(_START, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([w], lr=_RATE, eps=OPTIMIZERS["adam"]().settings["epsilon"])
    path = [w.detach().numpy().copy()]
    for _ in range(_STEPS):
        optimizer.zero_grad()
        loss = (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2
        loss.backward()
        optimizer.step()
        path.append(w.detach().numpy().copy())
    return np.array(path)
