"""The lab of ravines: what a condition number costs every rule, and what the angle."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from charts import Look, thumbnail
from charts.labs.conditioning import steps_against_angle, steps_against_condition
from landscapes.once import once
from optimizers import OPTIMIZERS, Optimizer, run
from optimizers.studies.convergence import QUADRATIC, Convergence, convergence
from ui.grids import even_grid, log_grid
from ui.lab import Lab, Question
from ui.rates import suited
from ui.scenario import SLOTS, Entry, Scenario
from ui.study import study

SHARE = 0.01
"""Of the loss at the start: what is left where a rule counts as arrived."""
KAPPAS = log_grid(1.0, 1000.0)
"""The condition numbers of the slider."""
ANGLES = even_grid(0.0, 90.0, 1.0)
"""The angles of the slider."""
SURFACES = ("quadratic", "regression_raw_units", "regression_off_centre", "rosenbrock", "booth", "beale")
"""Where there is a ravine."""

STEPS = 2_000
"""How long a rule may take to arrive."""


def _entries(**rules: Mapping[str, float]) -> tuple[Entry, ...]:
    made = [OPTIMIZERS[key](**settings) for key, settings in rules.items()]
    return tuple(Entry(slot, rule) for slot, rule in zip("ABCDEF", made, strict=False))


SETS: Mapping[str, tuple[Entry, ...]] = {
    "Four ideas": _entries(
        gradient_descent={"learning_rate": 0.018},
        momentum={"learning_rate": 0.01, "momentum": 0.8},
        adam={"learning_rate": 0.4},
        newton={},
    ),
    "The lecture’s five": _entries(
        gradient_descent={"learning_rate": 0.018},
        momentum={"learning_rate": 0.01, "momentum": 0.8},
        adagrad={"learning_rate": 1.0},
        rmsprop={"learning_rate": 0.1},
        adam={"learning_rate": 0.4},
    ),
    "Made for ravines": _entries(
        exact_line_search={},
        normalised={"learning_rate": 0.1},
        full_matrix_adagrad={"learning_rate": 1.0},
        adagrad={"learning_rate": 1.0},
    ),
}
"""Rules to compare, by what they have in common."""


def _opening() -> Scenario:
    ravine = QUADRATIC.with_parameters(condition_number=100.0)
    return Scenario(ravine, ravine.start, SETS["Four ideas"], steps=200)


def comparing(name: str) -> Callable[[Scenario], Scenario]:
    """An edit to one of the ``SETS``; on another surface than the lab's own at rates that suit it."""

    def edit(s: Scenario) -> Scenario:
        entries = SETS[name]
        if s.surface.key != QUADRATIC.key:
            entries = tuple(replace(e, rule=suited(s.surface, e.rule)) for e in entries)
        return replace(s, entries=entries)

    return edit


def stretched(s: Scenario) -> bool:
    """Whether the scenario is on the quadratic whose κ and angle the curves are about."""
    return s.surface.key == QUADRATIC.key and not s.surface.settings["whiten"]


def at_best(s: Scenario) -> Scenario:
    """Every rule at the settings with which it arrives first on this quadratic; as it is where none does."""
    kappa, angle = s.surface.settings["condition_number"], s.surface.settings["angle"]
    for entry in s.entries:
        found = counted(entry.rule, (kappa,), angle)
        for key, column in (found.settings if found else {}).items():
            if math.isfinite(value := float(column[0])):
                s = s.with_setting(entry.slot, key, float(f"{value:.3g}"))
    return s


def costs(s: Scenario, look: Look) -> tuple[Any, Any]:
    """Steps of the rules against κ, at the scenario's angle, and against the angle, at its κ."""
    kappa, angle = s.surface.settings["condition_number"], s.surface.settings["angle"]
    styles, along, across = [], [], []
    for entry in s.entries:
        one, other = counted(entry.rule, KAPPAS[::3], angle), counted(entry.rule, (kappa,), ANGLES[::5])
        if one and other:
            styles.append(look.runs[SLOTS.index(entry.slot)])
            along.append(one)
            across.append(other)
    return (
        steps_against_condition(along, SHARE, look, styles),
        steps_against_angle(across, SHARE, look, styles),
    )


def counted(rule: Optimizer, kappas: Any, angles: Any) -> Convergence | None:
    """Steps of a rule on these quadratics at its best rates; None, with a sentence, where that takes long."""
    if "learning_rate" in rule.settings:  # the best one is sought, whatever is set
        rule = replace(rule, **{"learning_rate": type(rule)().settings["learning_rate"]})
    return study(
        f"the steps of {rule.name}", (rule, kappas, angles),
        lambda pace: convergence(rule, kappas, angles, STEPS, SHARE, pace), STEPS,
    )  # fmt: skip


def count(steps: float, most: int = STEPS) -> str:
    """A number of steps in words; where there is none, more than there was time for."""
    return f"{steps:,.0f}" if math.isfinite(steps) else f"over {most:,}"


_ASKED = ("rmsprop", "gradient_descent", "momentum", "adam")
_INFLUENCE = (("gradient_descent",), ("momentum",), ("rmsprop", "adam"))


@once()
def _needed(key: str) -> tuple[float, ...]:
    """Steps at κ = 10 and 1,000 along the axes, and at 1,000 turned by 45°; infinite for none in time."""
    found = convergence(OPTIMIZERS[key](), (10.0, 1000.0, 1000.0), (0.0, 0.0, 45.0), STEPS, SHARE)
    return tuple(float(v) for v in np.nan_to_num(found.steps, nan=np.inf))


def _least() -> int:
    return max(range(len(_ASKED)), key=lambda i: min(_needed(_ASKED[i])[1:]))


def _because_least() -> str:
    said = (f"{OPTIMIZERS[key].name} {count(_needed(key)[1])} and {count(_needed(key)[2])}" for key in _ASKED)
    return (
        "Steps to 1 % of the loss at κ = 1,000, along the axes and turned by 45°, each at its best rate: "
        f"{'; '.join(said)}."
    )


def _growth(keys: Sequence[str]) -> float:
    return max(_needed(key)[1] / _needed(key)[0] for key in keys)


def _cope() -> int:
    return min(range(len(_INFLUENCE)), key=lambda i: _growth(_INFLUENCE[i]))


def _because_cope() -> str:
    said = (
        f"{OPTIMIZERS[key].name} from {count(_needed(key)[0])} to {count(_needed(key)[1])}"
        for keys in _INFLUENCE
        for key in keys
    )
    return (
        "They scale each weight’s step by its own gradients. Steps as κ grows from 10 to 1,000: "
        f"{'; '.join(said)}."
    )


def _picture(look: Look) -> str:
    s = _opening()
    t = run(s.surface, s.entries[0].rule, s.start, s.steps)
    return thumbnail(s.surface, "Gradient descent zigzags across a narrow ravine", t.points, look)


RAVINES = Lab(
    key="ravines",
    title="Ravines and conditioning",
    question="Why does a narrow valley cost so many steps?",
    look_for="Raise κ: each at its best rate, gradient descent and momentum need more and more steps, Adam "
    "hardly any more. Turn the ravine: now Adam pays too, the first two do not. Newton notices neither. The "
    "rates that are set suit κ = 100; at another press “Best rates for this ravine”.",
    opening=_opening,
    picture=_picture,
    questions=(
        Question(
            "least", "Which of these is least successful in a ravine?",
            tuple(OPTIMIZERS[key].name for key in _ASKED), _least, _because_least,
        ),
        Question(
            "influence", "Two weights of very different influence: which rules cope best?",
            tuple(" and ".join(OPTIMIZERS[key].name for key in keys) for keys in _INFLUENCE),
            _cope, _because_cope,
        ),
    ),
)  # fmt: skip
