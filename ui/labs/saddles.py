"""The lab of saddles and plateaux: how long a ridge holds a run, and flat ground that teaches nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from charts import Line, Look, number, thumbnail
from landscapes import LANDSCAPES, Array, Point
from optimizers import OPTIMIZERS, Verdict, run
from optimizers.studies.escape import Escape, escape, growth
from optimizers.studies.plateaux import Crossing, Slopes, backprop_term, crossing, slopes
from ui.grids import log_grid
from ui.lab import Lab
from ui.scenario import SLOTS, Entry, Scenario
from ui.study import study

SURFACES = ("walled_saddle", "saddle")
"""Saddles at the origin whose ridge is y = 0."""
DISTANCES = tuple(d for d in log_grid(1e-12, 0.1) if f"{d:e}"[0] in "125")
"""The distances that are tried: the stops of the slider, beside 0."""
RULES = ("gradient_descent", "momentum", "adam", "rprop")
UNIT, DEAD = LANDSCAPES["saturated_unit"], LANDSCAPES["dead_relu"]
_WRONG, _PLATEAU = 6.0, (-9.0, 1.0)
_BUDGET = 300


def _rules() -> tuple[Entry, ...]:
    built = (OPTIMIZERS[key](learning_rate=0.1) for key in RULES)  # type: ignore[call-arg]
    return tuple(Entry(slot, rule) for slot, rule in zip(SLOTS, built, strict=False))


def _opening() -> Scenario:
    return Scenario(LANDSCAPES[SURFACES[0]], (-1.5, 1e-6), _rules(), steps=400)


def on(s: Scenario, key: str) -> Scenario:
    """The same runs from the same start on the other saddle."""
    return replace(s.on(LANDSCAPES[key]), start=s.start)


def escaped(s: Scenario) -> Escape | None:
    """When every rule leaves the ridge, against the distance.

    None on a surface without such a ridge, and where noise or a schedule has a say, too.
    """
    if s.surface.key not in SURFACES or s.noise or any(entry.scheduled for entry in s.entries):
        return None
    rules, along = [entry.rule for entry in s.entries], abs(s.start[0])
    return study(
        "runs from every distance", (s.surface, tuple(rules), along, s.steps),
        lambda pace: escape(s.surface, rules, (0.0, 0.0), DISTANCES, s.steps, along=along, pace=pace),
        len(rules) * s.steps,
    )  # fmt: skip


def told(s: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict]) -> list[str]:
    """Each run's verdict, when it left the ridge, and what a tenth of the distance would cost it."""
    found = escaped(s)
    if found is None:
        return [verdict.sentence for verdict in verdicts]
    return [
        f"{_left(found, line)} {_cost(found, place) if s.start[1] else ''}{verdict.sentence}"
        for place, (line, verdict) in enumerate(zip(lines, verdicts, strict=True))
    ]


def _left(found: Escape, line: Line) -> str:
    y = line.trajectory.points[:, 1]
    outside = np.flatnonzero(~(np.abs(y) <= found.radius))
    if outside.size:
        return f"It is off the ridge, further than {number(found.radius)}, at step {outside[0]}."
    if not y.any():
        return f"Stuck: after {len(y) - 1} steps y is still exactly 0."
    return f"After {len(y) - 1} steps it is still on the ridge, at y = {number(float(y[-1]), 2)}."


def _cost(found: Escape, place: int) -> str:
    """What a tenfold nearer start costs: measured, and by theory where there is one."""
    rule, slope = found.rules[place], found.slopes[place]
    if math.isnan(slope):
        return ""
    theory = ""
    if rule.key in ("gradient_descent", "momentum"):
        own = rule.settings
        each = growth(own["learning_rate"], found.curvature, own.get("momentum", 0.0))
        theory = f" (theory: {math.log(10.0) / math.log(each):.1f})" if each > 1.0 else ""
    return f"A tenth of the distance costs it {slope * math.log(10.0) + 0.0:.1f} steps more{theory}. "


def saturated() -> tuple[Slopes, Slopes]:
    """The gradient's length across a saturated unit, and across a rectifier that dies, along b."""
    return slopes(UNIT, (-10.0, _WRONG), (10.0, _WRONG)), slopes(DEAD, (0.5, -3.0), (0.5, 3.0), 601)


def faint(unit: Slopes, dead: Slopes) -> str:
    """What the two show, in numbers."""
    steepest = int(unit.norms.argmax())
    silent = dead.norms == 0.0
    worst = int(np.flatnonzero(silent)[0])
    return (
        f"Left, a logistic unit with b = {number(_WRONG)}: at w = −10 its loss is "
        f"{number(unit.losses[0], 3)} and its slope {number(unit.norms[0], 2)}; at "
        f"w = {number(unit.points[steepest, 0], 2)} the loss is only {number(unit.losses[steepest], 3)}, but "
        f"the slope {number(unit.norms[steepest], 2)}. Right, a rectifier with w = 0.5: below "
        f"b = {number(float(dead.points[~silent, 1].min()), 3)} its slope is exactly 0, at a loss of "
        f"{number(dead.losses[worst], 3)}; the line begins where there is any."
    )


INPUTS = np.linspace(-10.0, 10.0, 401)
"""Inputs z at which units are asked what squared error sends back."""


def sent_back() -> dict[str, Array]:
    """What squared error sends back through each unit, |h̄φ′(z)|, where the answer should be 1."""
    return {unit: np.abs(backprop_term(unit, INPUTS, 1.0)) for unit in ("logistic", "tanh", "rectifier")}


def compared() -> str:
    """What the units send back at a few inputs, in numbers."""

    def at(unit: str, z: float) -> str:
        return number(float(np.abs(backprop_term(unit, z, 1.0))), 2)

    return (
        "Squared error sends back h̄φ′(z). Wrong and sure, at z = −10, a logistic unit gets "
        f"{at('logistic', -10.0)} of a signal, a rectifier exactly {at('rectifier', -10.0)}. At z = 0 tanh "
        f"gets {at('tanh', 0.0)}, the logistic unit {at('logistic', 0.0)}: tanh helps where inputs are "
        f"centred; at z = −10 it gets {at('tanh', -10.0)}."
    )


def crossed() -> Crossing | None:
    """Every rule from flat ground of the saturated unit."""
    rules = [entry.rule for entry in _rules()]
    return study(
        "runs across the plateau", (UNIT, tuple(rules)),
        lambda pace: crossing(UNIT, rules, _PLATEAU, _BUDGET, pace), len(rules) * _BUDGET,
    )  # fmt: skip


def race(found: Crossing) -> str:
    """Who gets across, in numbers."""
    parts = []
    for rule, losses in zip(found.rules, found.losses, strict=True):
        last = int(np.flatnonzero(~(losses < 1e-3 * losses[0]))[-1])
        if last < _BUDGET:
            parts.append(f"{rule.name} is down to a thousandth of its loss, for good, from step {last + 1}")
        else:
            parts.append(f"{rule.name} still has {100 * losses[-1] / losses[0]:.0f} % at the end")
    norm = number(float(found.norms[0, 0]), 2)
    return (
        f"From w = −9, b = 1, where the slope is {norm}, every rule with η = 0.1, for {_BUDGET} steps: "
        f"{'; '.join(parts)}. Rprop goes by the slope's sign, and its steps grow."
    )


def _picture(look: Look) -> str:
    s = _opening()
    start: Point = (s.start[0], 1e-2)
    t = run(s.surface, s.entries[0].rule, start, 120)
    return thumbnail(s.surface, "A run that leaves a saddle's ridge", t.points, look)


SADDLES = Lab(
    key="saddles",
    title="Saddles and plateaux",
    question="How long does a ridge hold a run?",
    look_for="Every tenfold nearer start costs gradient descent and momentum the same number of steps more, "
    "and Adam and Rprop hardly any; from d = 0 exactly none of them ever leaves.",
    opening=_opening,
    picture=_picture,
)
