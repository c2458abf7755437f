"""Steps to tolerance for every pair of two hyperparameters, and where theory says a rule is stable."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Array, Landscape
from optimizers.checks import checked_built, checked_steps, number, numbers
from optimizers.maps.lanes import CHUNK, chunks
from optimizers.maps.read_only import ReadOnly
from optimizers.maps.sweep import tuning_map
from optimizers.optimizer import Optimizer
from optimizers.runs.trajectory import Pace, Trajectory
from optimizers.schedules import Schedule
from optimizers.studies.watching import course, steps_to
from optimizers.verdicts.kinds import Kind, Kinds
from optimizers.verdicts.known import known_minima


@dataclass(frozen=True, eq=False)
class Tuning(ReadOnly):
    """What every pair of values of two hyperparameters comes to, and how soon.

    Attributes
    ----------
    field_x, values_x, field_y, values_y
        The hyperparameters and their values, (n,) and (m,).
    losses, kinds
        (m, n): the losses at the end and the verdicts.
    needed
        (m, n): from which step on the loss stays at or below ``level``; nan where that is never in time.
    """

    surface: Landscape
    rule: Optimizer
    steps: int
    field_x: str
    values_x: Array
    field_y: str
    values_y: Array
    losses: Array
    kinds: Kinds
    needed: Array
    level: float


def tuning(
    surface: Landscape,
    rule: Optimizer,
    start: ArrayLike,
    steps: int,
    field_x: str,
    values_x: ArrayLike,
    field_y: str,
    values_y: ArrayLike,
    tolerance: float = 1e-6,
    schedule: Schedule | None = None,
    pace: Pace | None = None,
) -> Tuning:
    """Run the rule from one start with every pair of values, and count the steps to the tolerance.

    That is a share of what the start lies above the known minimum; where none is known, above the lowest
    end of a run that does not diverge. Neither paths nor traces are kept. ``pace`` counts the steps of all
    cells, and then those of the cells that ended low enough once more.

    Raises
    ------
    ValueError
        As ``tuning_map``; and if the tolerance is not between 0 and 1.
    """
    share = number(tolerance)
    if not 0.0 < share < 1.0:
        raise ValueError(f"The tolerance must be a number between 0 and 1, not {tolerance!r}.")
    found = tuning_map(surface, rule, start, steps, field_x, values_x, field_y, values_y, schedule, pace)
    steps, first = checked_steps(steps), numbers(start)
    lowest = known_minima(surface).minimum
    if lowest is None:
        kept = found.losses[~np.isin(found.kinds, [Kind.DIVERGED, Kind.UNDEFINED])]
        lowest = float(np.min(kept[np.isfinite(kept)], initial=math.inf))
    level = float(lowest + share * (surface.value(first) - lowest)) if math.isfinite(lowest) else math.nan
    across, up = (grid.ravel() for grid in np.meshgrid(found.values_x, found.values_y))
    needed, done = np.full(across.size, np.nan), across.size * steps
    arrived = np.flatnonzero(found.losses.ravel() <= level)  # no other run can have stayed there to the end
    fields = {field_x: across[arrived], field_y: up[arrived]}
    for lanes, one, columns in chunks(rule, arrived.size, fields, CHUNK) if arrived.size else ():
        n = len(lanes)
        runs, starts = course(surface, one, steps, schedule, columns), np.broadcast_to(first, (n, 2)).copy()
        needed[arrived[lanes]] = steps_to(runs, starts, steps, np.full(n, level), _by(pace, n, done))
        done += n * steps
    return Tuning(
        surface, rule, steps, field_x, found.values_x, field_y, found.values_y, found.losses, found.kinds,
        needed.reshape(found.losses.shape), level,
    )  # fmt: skip


def _by(pace: Pace | None, lanes: int, before: int) -> Pace | None:
    """A pace for so many runs at once, which are asked for by the step."""
    return pace and (lambda done: max(1, pace(before + lanes * done) // lanes))


# --- theory -------------------------------------------------------------------------------------


def edge(rule: Optimizer, field: str, values: ArrayLike, curvature: float) -> Array | None:
    """The learning rate at which the rule stops being stable on a quadratic of this curvature, (n,).

    One for each value of another of its hyperparameters; None where no such bound is known. Gradient descent
    is stable for ηλ < 2, momentum for ηλ < 2(1 + μ), averaged momentum, whose path is that of momentum at
    η(1 − β), for ηλ < 2(1 + β)/(1 − β), Nesterov for ηλ < 2(1 + μ)/(1 + 2μ), Newton for η < 2.

    Source: the roots of each rule's recursion on a quadratic; for momentum Polyak, 1964, Some methods of
    speeding up the convergence of iteration methods.

    Raises
    ------
    ValueError
        If the rule has no such field, a value is not legal for it, or the curvature is not above 0.
    """
    rule, bend = checked_built(rule, Optimizer), number(curvature)
    if not (math.isfinite(bend) and bend > 0.0):
        raise ValueError(f"The curvature must be a number above 0, not {curvature!r}.")
    column = getattr(rule.varied(**{field: np.atleast_1d(numbers(values))}), field)
    limits = [replace(rule, **{field: float(value)}).rate_limit(bend) for value in column]
    known = [limit for limit in limits if limit is not None]
    return np.array(known) if len(known) == len(limits) else None


def terminal_velocity(rate: float, slope: float, momentum: float) -> float:
    """The velocity that momentum comes to on a plane: −ηg/(1 − μ), without bound for μ = 1.

    Source: Sutskever, Martens, Dahl, Hinton, 2013, On the importance of initialization and momentum.
    """
    if momentum >= 1.0:
        return -math.copysign(math.inf, slope) if rate * slope else 0.0
    return -rate * slope / (1.0 - momentum)


def conserved(t: Trajectory, curvatures: ArrayLike) -> Array:
    """v² − ηλwv + ηλw² at every step of a run of momentum, (steps + 1, 2), one for each coordinate.

    On a quadratic ½Σλᵢwᵢ², without noise and with μ = 1, it stays what it is, which for 0 < ηλ < 4 keeps
    the run on an ellipse: it never settles. With μ < 1 it shrinks by μ a step.

    Source: the determinant of the recursion's matrix is μ, so that at μ = 1 it is a rotation of that ellipse.

    Raises
    ------
    ValueError
        If the run is not one run of a rule with a velocity, at one rate.
    """
    rates = t.learning_rates
    if "velocity" not in t.states or t.points.ndim != 2 or np.ptp(rates) > 0.0:
        raise ValueError("This is a quantity of one run with a velocity, at a constant learning rate.")
    w, v, pull = t.points, t.states["velocity"], rates[0] * numbers(curvatures)
    with np.errstate(all="ignore"):  # of a run that is lost
        found: Array = v**2 - pull * w * v + pull * w**2
    return found
