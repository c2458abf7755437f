"""Basins of several rules: where each start ends, after how many steps, and where two rules differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from landscapes import Landscape, Point
from optimizers.maps.arrivals import arrivals
from optimizers.maps.basins import Basins, basins
from optimizers.maps.read_only import ReadOnly
from optimizers.optimizer import Optimizer
from optimizers.runs.trajectory import Pace
from optimizers.schedules import Schedule
from optimizers.verdicts.kinds import Kind
from optimizers.verdicts.known import known_minima
from optimizers.verdicts.window import close_to


@dataclass(frozen=True, eq=False)
class Attraction(ReadOnly):
    """A rule's basins, and how long the way was.

    Attributes
    ----------
    basins
        Where each start ends.
    needed
        (n, n): after how many steps each run was, and stayed, within 1e-4 window widths of its end; −1
        where it did not come to rest, so that there is nothing to arrive at.
    """

    basins: Basins
    needed: NDArray[np.int64]


RESTING = (Kind.GLOBAL_MINIMUM, Kind.LOCAL_MINIMUM, Kind.SADDLE, Kind.MAXIMUM, Kind.STATIONARY, Kind.PLATEAU)
"""What a run can have come to that is a place."""


def attraction(
    surface: Landscape,
    rule: Optimizer,
    resolution: int,
    steps: int,
    schedule: Schedule | None = None,
    pace: Pace | None = None,
) -> Attraction:
    """The basins of a rule, and how many steps each start of the grid needed.

    ``pace`` counts the steps of all runs, which are made twice: 2 · resolution² · steps in the end.

    Raises
    ------
    ValueError
        As ``basins``.
    """
    found = basins(surface, rule, resolution, steps, schedule, pace)
    starts = np.stack(np.meshgrid(found.x, found.y), axis=-1).reshape(-1, 2)
    resting = np.isin(found.kinds, RESTING)
    ends = np.where(resting[..., None], found.ends, np.nan).reshape(-1, 2)
    done = len(starts) * steps
    later = None if pace is None else lambda made: pace(done + made)
    needed = arrivals(surface, rule, starts, ends, steps, schedule, later)
    return Attraction(found, needed.reshape(resting.shape))


class Share(NamedTuple):
    """How many of the starts came to one place: what kind it is, where it lies if it is a minimum."""

    kind: Kind
    point: Point | None
    share: float


OTHER = Kind.DESCENDING
"""What stands for all that is neither a minimum, a saddle nor a divergence: still moving, or elsewhere."""


def named(found: Sequence[Basins]) -> tuple[Basins, ...]:
    """The same basins of one surface with one list of minima: a number means one place in all of them.

    The surface's known minima come first, in its own order and whether or not anybody reached them, so that
    a number stays while a rate moves.

    Raises
    ------
    ValueError
        If they are not of one surface.
    """
    first, *others = found
    if any(one.surface != first.surface for one in others):
        raise ValueError("Only basins of one surface share its minima.")
    known = known_minima(first.surface)
    minima = [*known.minimizers, *known.local_minimizers]
    renumbered = []
    for one in found:
        numbers = np.full(len(one.minima) + 1, -1)  # the last is that of no minimum
        for i, point in enumerate(one.minima):
            near = np.flatnonzero(close_to(first.surface, np.reshape(minima, (-1, 2)), [point]))
            numbers[i] = near[0] if near.size else len(minima)
            minima += [] if near.size else [point]
        renumbered.append(numbers[one.basin])
    return tuple(
        replace(one, minima=tuple(minima), basin=basin) for one, basin in zip(found, renumbered, strict=True)
    )


def shares(found: Basins) -> tuple[Share, ...]:
    """The share of starts by where they end; the shares add up to 1.

    Every minimum that was reached, the most visited before the others, then saddles together, then
    divergence, then the rest under ``OTHER``.
    """
    total = found.basin.size
    counts = np.bincount(found.basin[found.basin >= 0], minlength=len(found.minima))
    minima = [
        Share(found.kinds[found.basin == i][0], found.minima[i], float(counts[i] / total))
        for i in np.argsort(-counts, kind="stable")
        if counts[i]
    ]
    others = [(kind, float(np.mean(found.kinds == kind))) for kind in (Kind.SADDLE, Kind.DIVERGED)]
    missing = 1.0 - sum(one.share for one in minima) - sum(share for _, share in others)
    rest = (OTHER, max(0.0, float(round(missing * total) / total)))
    return (*minima, *(Share(kind, None, share) for kind, share in (*others, rest) if share))


class Agreement(IntEnum):
    """How the ends of two rules from one start compare."""

    SAME = 0
    """The same minimum, or none by either."""
    DIFFERENT = 1
    """Two different minima."""
    ONLY_FIRST = 2
    """A minimum by the first rule only."""
    ONLY_SECOND = 3
    """A minimum by the second rule only."""


def difference(one: Basins, other: Basins) -> NDArray[np.int8]:
    """How two rules' ends compare from every start, (n, n), in codes of ``Agreement``.

    Raises
    ------
    ValueError
        If they are not of one surface and one grid.
    """
    if one.surface != other.surface or one.basin.shape != other.basin.shape:
        raise ValueError("Two maps can be compared only on one surface and one grid.")
    first, second = (both.basin for both in named((one, other)))
    codes = np.where(first != second, Agreement.DIFFERENT, Agreement.SAME)
    codes[(first >= 0) & (second < 0)] = Agreement.ONLY_FIRST
    codes[(first < 0) & (second >= 0)] = Agreement.ONLY_SECOND
    return codes.astype(np.int8)
