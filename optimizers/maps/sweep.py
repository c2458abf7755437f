"""What every value of one hyperparameter, or every pair of values of two, comes to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Array, Landscape
from optimizers.checks import checked_built, checked_start, checked_steps, numbers
from optimizers.maps.lanes import follow_ends
from optimizers.maps.read_only import ReadOnly
from optimizers.optimizer import Optimizer
from optimizers.runs.trajectory import Pace
from optimizers.schedules import Schedule
from optimizers.verdicts.kinds import Kinds


@dataclass(frozen=True, eq=False)
class Sweep(ReadOnly):
    """What the values of one hyperparameter come to, from one start.

    Attributes
    ----------
    field, values
        The hyperparameter and its values (n,).
    ends, losses, kinds
        (n, 2), (n,), (n,): the last points, their losses, the verdicts.
    """

    surface: Landscape
    rule: Optimizer
    steps: int
    field: str
    values: Array
    ends: Array
    losses: Array
    kinds: Kinds


@dataclass(frozen=True, eq=False)
class TuningMap(ReadOnly):
    """What every pair of values of two hyperparameters comes to, from one start.

    Attributes
    ----------
    field_x, values_x, field_y, values_y
        The hyperparameters and their values, (n,) and (m,).
    ends, losses, kinds
        (m, n, 2), (m, n), (m, n): the last points, their losses, the verdicts.
    """

    surface: Landscape
    rule: Optimizer
    steps: int
    field_x: str
    values_x: Array
    field_y: str
    values_y: Array
    ends: Array
    losses: Array
    kinds: Kinds


def sweep(
    surface: Landscape,
    rule: Optimizer,
    start: ArrayLike,
    steps: int,
    field: str,
    values: ArrayLike,
    schedule: Schedule | None = None,
    pace: Pace | None = None,
) -> Sweep:
    """Run the rule from one start with each value of one of its hyperparameters.

    ``pace`` as in ``follow_ends``.

    Raises
    ------
    ValueError
        If the start is not finite, the steps are not from 1 to 5,000, the rule has no such
        hyperparameter, or a value is not legal for it.
    """
    point, steps = checked_start(start), checked_steps(steps)
    column = _column(rule, field, values)
    starts = np.broadcast_to(point, (len(column), 2)).copy()
    found = follow_ends(surface, rule, starts, steps, schedule, {field: column}, pace)
    return Sweep(surface, rule, steps, field, column, found.points, found.losses, found.kinds)


def tuning_map(
    surface: Landscape,
    rule: Optimizer,
    start: ArrayLike,
    steps: int,
    field_x: str,
    values_x: ArrayLike,
    field_y: str,
    values_y: ArrayLike,
    schedule: Schedule | None = None,
    pace: Pace | None = None,
) -> TuningMap:
    """Run the rule from one start with every pair of values of two of its hyperparameters.

    ``pace`` as in ``follow_ends``.

    Raises
    ------
    ValueError
        As ``sweep``, and if both fields are the same.
    """
    if field_x == field_y:
        raise ValueError(f"A map needs two different fields, not {field_x!r} twice.")
    point, steps = checked_start(start), checked_steps(steps)
    columns, rows = _column(rule, field_x, values_x), _column(rule, field_y, values_y)
    across, up = (grid.ravel() for grid in np.meshgrid(columns, rows))
    starts = np.broadcast_to(point, (across.size, 2)).copy()
    fields = {field_x: across, field_y: up}
    found = follow_ends(surface, rule, starts, steps, schedule, fields, pace)
    shape = (len(rows), len(columns))
    return TuningMap(
        surface, rule, steps, field_x, columns, field_y, rows,
        found.points.reshape(*shape, 2), found.losses.reshape(shape), found.kinds.reshape(shape),
    )  # fmt: skip


def _column(rule: Optimizer, field: str, values: ArrayLike) -> Array:
    given = np.atleast_1d(numbers(values))
    if given.ndim > 1:
        raise ValueError(f"Values of {field} must stand in one row, not {values!r}.")
    column: Array = getattr(checked_built(rule, Optimizer).varied(**{field: given}), field)
    return column
