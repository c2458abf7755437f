"""Learning rates that suit a surface, found by a sweep: what its opening picture shows."""

from __future__ import annotations

import math
from dataclasses import replace

from landscapes import Landscape
from landscapes.once import once
from optimizers import Kind, Optimizer, sweep
from ui.grids import log_grid
from ui.scenario import Scenario, default_scenario

_STEPS = 300
_LOST = {Kind.DIVERGED, Kind.UNDEFINED}


def suited(surface: Landscape, rule: Optimizer) -> Optimizer:
    """The rule at the smallest of the slider's rates that reaches the global minimum, else ends lowest.

    The rule itself where it has no rate; the smallest rate where every one is lost.
    """
    if "learning_rate" not in rule.settings:
        return rule
    return replace(rule, **{"learning_rate": _rate(surface, rule)})


def opening(surface: Landscape) -> Scenario:
    """What a visitor sees of a surface first: the default pair of rules, at rates that suit it."""
    default = default_scenario()
    if surface == default.surface:
        return default
    entries = tuple(replace(entry, rule=suited(surface, type(entry.rule)())) for entry in default.entries)
    return replace(default.on(surface), entries=entries)


@once()
def _rate(surface: Landscape, rule: Optimizer) -> float:
    (declared,) = (h for h in rule.hyperparameters() if h.key == "learning_rate")
    rates = [v for v in log_grid(declared.low, declared.high) if f"{v:e}"[0] in "125"]
    found = sweep(surface, rule, surface.start, _STEPS, "learning_rate", rates)
    arrived = [v for v, kind in zip(rates, found.kinds, strict=True) if kind == Kind.GLOBAL_MINIMUM]
    if arrived:
        return arrived[0]
    kept = [
        (float(loss), v)
        for v, loss, kind in zip(rates, found.losses, found.kinds, strict=True)
        if kind not in _LOST and math.isfinite(loss)
    ]
    return min(kept)[1] if kept else rates[0]
