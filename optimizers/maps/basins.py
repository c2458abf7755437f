"""From which start a rule ends where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landscapes import Array, Landscape, Point
from optimizers.checks import checked_built, checked_steps, checked_whole
from optimizers.maps.lanes import Ends, follow_ends
from optimizers.maps.read_only import ReadOnly
from optimizers.optimizer import Optimizer
from optimizers.runs.trajectory import Pace
from optimizers.schedules import Schedule
from optimizers.verdicts.classify import STATIONARY
from optimizers.verdicts.kinds import CODES, Kind, Kinds
from optimizers.verdicts.known import known_minima
from optimizers.verdicts.window import close_to

MAX_RESOLUTION = 500
"""Rows and columns of a map at most."""


@dataclass(frozen=True, eq=False)
class Basins(ReadOnly):
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


def basins(
    surface: Landscape,
    rule: Optimizer,
    resolution: int,
    steps: int,
    schedule: Schedule | None = None,
    pace: Pace | None = None,
) -> Basins:
    """Run the rule from every point of a ``resolution`` × ``resolution`` grid over the window.

    ``pace`` counts the steps of all runs, as ``follow_ends`` does: resolution² · steps in the end.

    Raises
    ------
    ValueError
        If the resolution is not a whole number from 2 to 500, the steps are not from 1 to 5,000, or rule
        or schedule is a class.
    """
    rule = checked_built(rule, Optimizer)
    n, steps = checked_whole("Resolution", resolution, 2, MAX_RESOLUTION), checked_steps(steps)
    x, y = (np.linspace(low, high, n) for low, high in surface.window)
    starts = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    found = follow_ends(surface, rule, starts, steps, schedule, pace=pace)
    minima, basin = _minima(surface, found)
    return Basins(
        surface, rule, steps, x, y, found.points.reshape(n, n, 2), found.losses.reshape(n, n),
        found.kinds.reshape(n, n), minima, basin.reshape(n, n),
    )  # fmt: skip


def _minima(surface: Landscape, found: Ends) -> tuple[tuple[Point, ...], NDArray[np.int64]]:
    """The minima that runs came to, and which one each came to."""
    basin = np.full(len(found.last), -1)
    minimal = [CODES[kind] for kind in (Kind.GLOBAL_MINIMUM, Kind.LOCAL_MINIMUM)]
    left = np.flatnonzero(np.isin(found.codes, minimal))
    minima: list[Point] = []
    of_surface = known_minima(surface)
    for known in (*of_surface.minimizers, *of_surface.local_minimizers):
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
