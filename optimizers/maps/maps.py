"""Maps over many runs: where every start ends, and what every setting comes to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from landscapes import Array, Landscape, Point
from optimizers.checks import numbers
from optimizers.maps.lanes import Ends, follow_ends
from optimizers.optimizer import Optimizer
from optimizers.runs.run import checked_rule, checked_start, checked_steps
from optimizers.schedules import Schedule
from optimizers.verdicts.classify import CODES, STATIONARY, Kind, close_to
from optimizers.verdicts.ending import Kinds

LARGEST = 500
"""Rows and columns of a map at most."""


class _ReadOnly:
    """A result whose arrays cannot be written to."""

    def __post_init__(self) -> None:
        for part in vars(self).values():
            if isinstance(part, np.ndarray):
                part.flags.writeable = False


@dataclass(frozen=True, eq=False)
class Basins(_ReadOnly):
    """From which start the rule ends where.

    Attributes
    ----------
    x, y
        (n,): the columns and rows of starts over the window.
    ends, losses, kinds
        (n, n, 2), (n, n), (n, n), row by row in y: the last points, their losses, the verdicts.
    minima
        The minima that were reached: the surface's known ones first, then others as they were found.
    basin
        (n, n): which of ``minima`` each start came to; −1 for none.
    """

    surface: Landscape
    rule: Optimizer
    steps: int
    x: Array
    y: Array
    ends: Array
    losses: Array
    kinds: Kinds
    minima: tuple[Point, ...]
    basin: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sweep(_ReadOnly):
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
class TuningMap(_ReadOnly):
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


def basins(
    surface: Landscape, rule: Optimizer, resolution: int, steps: int, schedule: Schedule | None = None
) -> Basins:
    """Run the rule from every point of a ``resolution`` × ``resolution`` grid over the window.

    Raises
    ------
    ValueError
        If the resolution is not a whole number from 2 to 500, or the steps are not from 1 to 5,000.
    """
    if not (float(resolution).is_integer() and 2 <= resolution <= LARGEST):
        raise ValueError(f"resolution must be a whole number from 2 to {LARGEST}, not {resolution}.")
    n, steps = int(resolution), checked_steps(steps)
    x, y = (np.linspace(low, high, n) for low, high in surface.window)
    starts = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    found = follow_ends(surface, rule, starts, steps, schedule)
    minima, basin = _minima(surface, found)
    return Basins(
        surface, rule, steps, x, y, found.points.reshape(n, n, 2), found.losses.reshape(n, n),
        found.kinds.reshape(n, n), minima, basin.reshape(n, n),
    )  # fmt: skip


def sweep(
    surface: Landscape,
    rule: Optimizer,
    start: ArrayLike,
    steps: int,
    field: str,
    values: ArrayLike,
    schedule: Schedule | None = None,
) -> Sweep:
    """Run the rule from one start with each value of one of its hyperparameters.

    Raises
    ------
    ValueError
        If the start is not finite, the steps are not from 1 to 5,000, the rule has no such
        hyperparameter, or a value is not legal for it.
    """
    point, steps = checked_start(start), checked_steps(steps)
    column = _column(rule, field, values)
    starts = np.broadcast_to(point, (len(column), 2)).copy()
    found = follow_ends(surface, rule, starts, steps, schedule, {field: column})
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
) -> TuningMap:
    """Run the rule from one start with every pair of values of two of its hyperparameters.

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
    found = follow_ends(surface, rule, starts, steps, schedule, {field_x: across, field_y: up})
    shape = (len(rows), len(columns))
    return TuningMap(
        surface, rule, steps, field_x, columns, field_y, rows,
        found.points.reshape(*shape, 2), found.losses.reshape(shape), found.kinds.reshape(shape),
    )  # fmt: skip


def _column(rule: Optimizer, field: str, values: ArrayLike) -> Array:
    given = np.atleast_1d(numbers(values))
    if given.ndim > 1:
        raise ValueError(f"values of {field} must stand in one row, not {values!r}.")
    column: Array = getattr(checked_rule(rule).varied(**{field: given}), field)
    return column


def _minima(surface: Landscape, found: Ends) -> tuple[tuple[Point, ...], NDArray[np.int64]]:
    """The minima that runs came to, and which one each came to."""
    basin = np.full(len(found.last), -1)
    minimal = [CODES[kind] for kind in (Kind.GLOBAL_MINIMUM, Kind.LOCAL_MINIMUM)]
    left = np.flatnonzero(np.isin(found.codes, minimal))
    minima: list[Point] = []
    for known in (*surface.minimizers, *surface.local_minimizers):
        near = close_to(surface, found.last[left], [known])
        if near.any():
            basin[left[near]] = len(minima)
            minima.append(known)
            left = left[~near]
    # Ends at one minimum share a few tiny cells: one end stands for all in its cell.
    cells = np.floor(found.last[left] / (STATIONARY * surface.spans)).view(np.complex128).ravel()
    _, first, cell = np.unique(cells, return_index=True, return_inverse=True)
    ends, of_cell, unnamed = found.last[left[first]], np.full(len(first), -1), np.argsort(first)
    while unnamed.size:
        point = float(ends[unnamed[0], 0]), float(ends[unnamed[0], 1])
        near = close_to(surface, ends[unnamed], [point])
        of_cell[unnamed[near]] = len(minima)
        minima.append(point)
        unnamed = unnamed[~near]
    basin[left] = of_cell[cell]
    return tuple(minima), basin
