"""How long a run takes to leave a saddle's ridge, against how far from the ridge it began."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Array, Landscape, Point
from optimizers.checks import checked_built, checked_start, checked_steps, number, numbers
from optimizers.maps.read_only import ReadOnly
from optimizers.optimizer import Optimizer
from optimizers.runs.trajectory import Pace
from optimizers.studies.watching import course

_EVERY = 10
"""Steps between two looks for runs that have left."""


@dataclass(frozen=True, eq=False)
class Escape(ReadOnly):
    """The step at which runs left a saddle's ridge.

    Attributes
    ----------
    distances
        (n,): how far from the ridge the starts are, in the direction in which the surface falls.
    steps
        (m, n): for every rule the first step further than ``radius`` from the ridge; nan for none in time.
    slopes
        (m,): steps that one e-fold less of distance costs, by least squares over the runs that left; nan
        where fewer than two did.
    curvature
        The saddle's negative eigenvalue.
    """

    surface: Landscape
    rules: tuple[Optimizer, ...]
    saddle: Point
    distances: Array
    steps: Array
    slopes: Array
    radius: float
    curvature: float


def escape(
    surface: Landscape,
    rules: Sequence[Optimizer],
    saddle: ArrayLike,
    distances: ArrayLike,
    steps: int,
    radius: float | None = None,
    along: float = 0.0,
    pace: Pace | None = None,
) -> Escape:
    """Run every rule from starts at these distances from a saddle's ridge.

    The ridge is the line through the saddle along which the surface curves up; starts stand ``along`` it
    from the saddle. To escape is to be further than ``radius`` from it, a tenth of the shorter side of the
    window unless said otherwise. From a distance of 0 no rule escapes that looks at gradients only.
    ``pace`` counts the steps of all starts together, rule after rule.

    Raises
    ------
    ValueError
        If the surface does not curve both ways at the saddle, a distance is not from 0 to the radius, there
        is no rule, or steps or radius are no such numbers.
    """
    point, steps = checked_start(saddle), checked_steps(steps)
    column = np.atleast_1d(numbers(distances))
    reach = float(0.1 * surface.spans.min()) if radius is None else number(radius)
    if not (math.isfinite(reach) and reach > 0.0):
        raise ValueError(f"The radius must be a number above 0, not {radius!r}.")
    if column.ndim > 1 or not column.size or not ((column >= 0.0) & (column < reach)).all():
        raise ValueError(f"Distances must stand in one row, from 0 to below {reach:g}, not {distances!r}.")
    hessian = surface.hessian(point)
    values, axes = np.linalg.eigh(hessian) if np.isfinite(hessian).all() else (np.zeros(2), np.eye(2))
    if not values[0] < 0.0 < values[1]:
        raise ValueError(f"{surface.name} has no saddle at {tuple(point.tolist())}.")
    down, up = axes.T
    if not math.isfinite(number(along)):
        raise ValueError(f"The way along the ridge must be a number, not {along!r}.")
    starts = point + number(along) * up + column[:, None] * down
    if not rules:
        raise ValueError("A comparison needs at least one rule.")
    built = [checked_built(rule, Optimizer) for rule in rules]
    left = np.stack(
        [
            _left(surface, rule, starts, steps, point, down, reach, pace, before)
            for before, rule in enumerate(built)
        ]
    )
    slopes = np.array([_slope(column, row) for row in left])
    place = (float(point[0]), float(point[1]))
    return Escape(surface, tuple(rules), place, column, left, slopes, reach, float(values[0]))


def _left(
    surface: Landscape, rule: Optimizer, starts: Array, steps: int, saddle: Array, down: Array,
    radius: float, pace: Pace | None, before: int,
) -> Array:  # fmt: skip
    """The first step of every run that is further than the radius from the ridge, (n,)."""
    found, staying = np.full(len(starts), np.nan), np.arange(len(starts))
    runs, asked = course(surface, rule, steps), 0
    now = runs.begin((starts[:, 0].copy(), starts[:, 1].copy()))
    while now.k < steps and staying.size:
        if pace is not None and now.k >= asked:
            asked = now.k + max(1, pace(before * steps + now.k))
        until = min(steps, now.k + _EVERY, *([asked] if pace is not None else []))
        path: list[Array] = []
        first = now.k + 1
        with np.errstate(all="ignore"):
            now = runs.advance(now, until, path)
            x, y = np.array(path).reshape(-1, 2, len(staying)).swapaxes(0, 1)
            outside = np.abs((x - saddle[0]) * down[0] + (y - saddle[1]) * down[1]) > radius
        left = outside.any(axis=0)
        found[staying[left]] = first + outside.argmax(axis=0)[left]
        if left.any():  # whoever has left would only run on to infinity
            staying, now = staying[~left], now.of(np.flatnonzero(~left))
    return found


def _slope(distances: Array, steps: Array) -> float:
    left = np.isfinite(steps) & (distances > 0.0)
    folds = -np.log(distances[left])
    if np.unique(folds).size < 2:
        return math.nan
    away = folds - folds.mean()
    return float((away * steps[left]).sum() / (away**2).sum())


def growth(rate: float, curvature: float, momentum: float = 0.0) -> float:
    """By what factor each step of gradient descent, or of momentum, carries a run off a ridge in the end.

    On a quadratic with negative curvature −|λ| it is the larger root r of r² − (1 + μ + η|λ|)r + μ = 0,
    which is 1 + η|λ| without momentum; an e-fold of distance costs 1/ln r steps.

    Source: O'Neill, Wright, 2019, Behavior of accelerated gradient methods near critical points of
    nonconvex functions.
    """
    middle = (1.0 + momentum + rate * abs(curvature)) / 2.0
    return middle + math.sqrt(middle**2 - momentum)


def descent_steps(rate: float, curvature: float, distances: ArrayLike, radius: float) -> Array:
    """Steps of gradient descent on a quadratic until it is beyond the radius: ln(radius/d)/ln(1 + η|λ|).

    inf where that is never, at a rate of 0 or from a distance of 0.
    """
    with np.errstate(divide="ignore"):
        folds = np.log(radius / np.asarray(distances, dtype=np.float64))
        found: Array = folds / np.log1p(rate * abs(curvature))
    return found
