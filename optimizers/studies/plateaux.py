"""Where the slope is next to nothing far from any minimum, and which rules get across."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Array, Landscape
from optimizers.checks import checked_start, checked_whole
from optimizers.maps.read_only import ReadOnly
from optimizers.optimizer import Optimizer
from optimizers.runs.run import run
from optimizers.runs.trajectory import Pace
from optimizers.studies.watching import after
from optimizers.verdicts.kinds import Kind
from optimizers.verdicts.known import known_minima
from optimizers.verdicts.verdict import judge

MAX_POINTS = 2_000
"""Points of a line at most."""


@dataclass(frozen=True, eq=False)
class Slopes(ReadOnly):
    """A surface along a straight line: the points (n, 2), their losses and gradients' lengths (n,)."""

    points: Array
    losses: Array
    norms: Array


def slopes(surface: Landscape, first: ArrayLike, last: ArrayLike, count: int = 201) -> Slopes:
    """The length of the gradient along the line from one point to another.

    Raises
    ------
    ValueError
        If a point is not two finite numbers, or the count is not 2 to 2,000.
    """
    a, b = checked_start(first), checked_start(last)
    n = checked_whole("The number of points", count, 2, MAX_POINTS)
    points = a + np.linspace(0.0, 1.0, n)[:, None] * (b - a)
    gradients = surface.gradient(points)
    return Slopes(points, surface.value(points), np.hypot(gradients[:, 0], gradients[:, 1]))


def _logistic(z: Array) -> tuple[Array, Array]:
    output = 0.5 * (1.0 + np.tanh(z / 2.0))
    return output, output * (1.0 - output)


def _tanh(z: Array) -> tuple[Array, Array]:
    output = np.tanh(z)
    return output, 1.0 - output**2


def _rectifier(z: Array) -> tuple[Array, Array]:
    return np.maximum(z, 0.0), (z > 0.0).astype(np.float64)


UNITS: Mapping[str, Callable[[Array], tuple[Array, Array]]] = MappingProxyType(
    {"logistic": _logistic, "tanh": _tanh, "rectifier": _rectifier}
)
"""What a unit answers to an input z, φ(z), and how fast that changes, φ′(z)."""


def backprop_term(unit: str, z: ArrayLike, target: ArrayLike) -> Array:
    """What squared error sends back through a unit: h̄φ′(z) with h̄ = φ(z) − t, of any shape.

    The gradient of a weight is this times its input. Where a logistic unit is saturated it is next to 0
    however wrong the answer; below 0 a rectifier's is exactly 0.

    Source: Rumelhart, Hinton, Williams, 1986, Learning representations by back-propagating errors.

    Raises
    ------
    ValueError
        If there is no such unit.
    """
    if unit not in UNITS:
        raise ValueError(f"There is no unit {unit!r}; there are: {', '.join(UNITS)}.")
    output, slope = UNITS[unit](np.asarray(z, dtype=np.float64))
    term: Array = (output - np.asarray(target, dtype=np.float64)) * slope
    return term


@dataclass(frozen=True, eq=False)
class Crossing(ReadOnly):
    """Runs of several rules from one start on flat ground.

    Attributes
    ----------
    losses, norms
        (m, steps + 1): the loss, above ``lowest`` where a minimum is known, and the gradient's length.
    kinds
        What became of each run.
    """

    rules: tuple[Optimizer, ...]
    losses: Array
    norms: Array
    kinds: tuple[Kind, ...]
    lowest: float | None


def crossing(
    surface: Landscape, rules: Sequence[Optimizer], start: ArrayLike, steps: int, pace: Pace | None = None
) -> Crossing:
    """Run every rule from one start. ``pace`` counts the steps, run after run.

    Raises
    ------
    ValueError
        As ``run``, and if there is no rule.
    """
    if not rules:
        raise ValueError("A comparison needs at least one rule.")
    lowest = known_minima(surface).minimum
    losses: list[Array] = []
    norms: list[Array] = []
    kinds: list[Kind] = []
    for rule in rules:
        t = run(surface, rule, start, steps, pace=after(pace, len(kinds) * steps))
        losses.append(t.values - (lowest or 0.0))
        with np.errstate(over="ignore", invalid="ignore"):
            norms.append(np.hypot(t.gradients[:, 0], t.gradients[:, 1]))
        kinds.append(judge(surface, t).kind)
    return Crossing(tuple(rules), np.stack(losses), np.stack(norms), tuple(kinds), lowest)
