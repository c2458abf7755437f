"""The lab of momentum: which rate and memory go together, and what memory does by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from charts import Look, number
from charts.labs.momentum import tuning_figure
from charts.labs.small import small
from landscapes import LANDSCAPES, Array, Landscape, parse_landscape
from optimizers import OPTIMIZERS, Hyperparameter, Kind, Optimizer, Trajectory, judge, known_minima, run
from optimizers.studies.tuning import Tuning, conserved, terminal_velocity, tuning
from ui.lab import Lab, Question
from ui.scenario import Entry, Scenario
from ui.study import study

CELLS = 40
"""Columns and rows of the map."""

_BESIDE = ("momentum", "decay", "beta1", "beta2", "weight_decay")
"""What is set against the learning rate, if the rule has it; else its next number."""


def _opening() -> Scenario:
    surface = LANDSCAPES["quadratic"]
    rule = OPTIMIZERS["momentum"](learning_rate=0.02, momentum=0.6)  # type: ignore[call-arg]
    return Scenario(surface, surface.start, (Entry("A", rule),), steps=300)


def beside(rule: Optimizer) -> Hyperparameter | None:
    """The number that is set against the learning rate; None where a rule has not two that vary."""
    varied = {h.key: h for h in rule.hyperparameters() if not (h.switch or h.whole)}
    if "learning_rate" not in varied:
        return None
    others = [varied[key] for key in _BESIDE if key in varied]
    others += [h for key, h in varied.items() if key not in (*_BESIDE, "learning_rate", "epsilon")]
    return others[0] if others else None


def grids(other: Hyperparameter) -> tuple[Array, Array]:
    """The rates and the values of the other number at the middles of the map's columns and rows."""
    rates = np.array([float(f"{v:.3g}") for v in np.logspace(-4.0, 1.0, CELLS)])
    low, high = other.low, min(other.high, other.below)
    even = np.linspace(low, high, CELLS)
    return rates, np.array([float(f"{v:.3g}") for v in even if v < other.below])


def mapped(s: Scenario) -> Tuning | None:
    """What every pair comes to for the scenario's run; None where there is none, or that takes too long."""
    entry = s.entries[0]
    other = beside(entry.rule)
    if other is None:
        return None
    rates, values = grids(other)
    usual = {"learning_rate": float(rates[0]), other.key: float(values[0])}
    rule = replace(entry.rule, **usual)  # where it is now does not matter
    return study(
        "every pair", (s.surface, rule, s.start, s.steps, entry.schedule),
        lambda pace: tuning(
            s.surface, rule, s.start, s.steps, "learning_rate", rates, other.key, values,
            schedule=entry.schedule, pace=pace,
        ),
        2 * len(rates) * len(values) * s.steps,
    )  # fmt: skip


def curvature(s: Scenario) -> float | None:
    """The largest curvature of a quadratic; None on any other surface, whose runs no such edge bounds."""
    surface, known = s.surface, known_minima(s.surface).minimizers
    if not surface.is_quadratic or len(known) != 1 or s.entries[0].scheduled:
        return None
    largest = float(np.linalg.eigvalsh(surface.hessian(known[0]))[-1])
    return largest if largest > 0.0 else None


class Rolling(NamedTuple):
    """Momentum on a plane: its velocity along the slope at every step, and what theory says it comes to."""

    velocity: Array
    terminal: float


def rolling(s: Scenario) -> Rolling:
    """The scenario's rate and memory on the plane f = x, whose slope is 1."""
    rule = _heavy_ball(s)
    t = run(parse_landscape("x"), rule, (0.0, 0.0), 100)
    return Rolling(t.states["velocity"][:, 0], terminal_velocity(rule.learning_rate, 1.0, rule.momentum))


def told_rolling(s: Scenario, found: Rolling) -> str:
    """What the velocity came to, in numbers."""
    rule, last = _heavy_ball(s), float(found.velocity[-1])
    if rule.learning_rate == 0.0:
        return "At η = 0 no slope adds to the velocity: it stays 0, whatever μ is."
    if not np.isfinite(found.terminal):
        return f"μ = 1: the velocity grows by ηg at every step, after 100 steps it is {number(last)}."
    return (
        f"On a plane of slope 1 the velocity approaches −ηg/(1 − μ) = {number(found.terminal)}: "
        f"{number(1.0 / (1.0 - rule.momentum))} times a step of gradient descent. "
        f"After 100 steps it is {number(last)}."
    )


class Endless(NamedTuple):
    """A run at μ = 1 on the quadratic bowl, and the quantity that it keeps, (steps + 1, 2)."""

    run: Trajectory
    kept: Array


def endless(s: Scenario) -> Endless:
    """The scenario's rate at μ = 1 on the default bowl."""
    surface = LANDSCAPES["quadratic"]
    rule = replace(_heavy_ball(s), momentum=1.0)
    t = run(surface, rule, surface.start, 300)
    return Endless(t, conserved(t, _curvatures(surface)))


def _curvatures(surface: Landscape) -> Array:
    """Of a quadratic, ascending, (2,)."""
    return np.asarray(np.linalg.eigvalsh(surface.hessian(surface.start)))


def told_endless(found: Endless) -> str:
    """How constant the quantity is, and what became of the run."""
    kept, surface = found.kept, found.run.surface
    rate, steepest = float(found.run.learning_rates[0]), float(_curvatures(surface)[-1])
    if rate == 0.0:
        return "At η = 0 the run stays at its start, with μ = 1 too: there is nothing to keep."
    head = "At μ = 1 the run never settles: v² − ηλwv + ηλw² keeps its value"
    if not np.isfinite(kept).all() or rate * steepest >= 4.0:
        return (
            f"η = {number(rate)} is past ηλ = 4 in the steep direction, so this run at μ = 1 is thrown out."
        )
    off = float((np.ptp(kept, axis=0) / np.abs(kept[0])).max())
    said = judge(surface, found.run).kind
    return (
        f"{head} over {found.run.steps} steps to within {number(max(off, 1e-16), 2)} of it. Verdict: {said}."
    )


def _heavy_ball(s: Scenario) -> Optimizer:
    """Momentum at the scenario's rate, with its memory if its rule has one."""
    settings = s.entries[0].rule.settings
    kept = {key: settings[key] for key in ("learning_rate", "momentum") if key in settings}
    return OPTIMIZERS["momentum"](**kept)


def _picture(look: Look) -> str:
    s = _opening()
    rates, values = grids(beside(s.entries[0].rule))  # type: ignore[arg-type]
    found = tuning(s.surface, s.entries[0].rule, s.start, s.steps, "learning_rate", rates, "momentum", values)
    return small(
        tuning_figure(found, curvature(s), look), "Steps to converge for every rate and memory", look
    )


def _settling() -> list[Kind]:
    """What runs on the bowl come to at μ = 0.9, and at 1."""
    surface = LANDSCAPES["quadratic"]
    rules = [OPTIMIZERS["momentum"](learning_rate=0.02, momentum=m) for m in (0.9, 1.0)]  # type: ignore[call-arg]
    return [judge(surface, run(surface, rule, surface.start, 1000)).kind for rule in rules]


_WHY_NOT_ONE = (
    "It never settles: nothing is ever forgotten.",
    "Nothing: it is the fastest setting.",
    "It becomes plain gradient descent.",
)


def _right() -> int:
    forgetful, endless = _settling()
    return 0 if forgetful == Kind.GLOBAL_MINIMUM and endless != Kind.GLOBAL_MINIMUM else 1


def _because() -> str:
    forgetful, endless = _settling()
    return f"Run for 1000 steps at η = 0.02: μ = 0.9 ends as {forgetful}, μ = 1 as {endless}."


MOMENTUM = Lab(
    key="momentum",
    title="Momentum",
    question="How much of the last step should be kept?",
    look_for="A larger μ wants a smaller η: the best pairs lie on a slope, and beyond the edge of stability "
    "everything is thrown out. Rest on a cell to see its path, click to keep it.",
    opening=_opening,
    picture=_picture,
    questions=(Question("one", "Why not μ = 1?", _WHY_NOT_ONE, _right, _because),),
)
