"""One weight: the valleys of a curve, the one that each start reaches, and how a run moves in its own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from landscapes import Array, Landscape
from optimizers.checks import checked_built, checked_steps, checked_whole, numbers
from optimizers.maps.read_only import ReadOnly
from optimizers.optimizer import Optimizer
from optimizers.runs.trajectory import Pace
from optimizers.schedules import Schedule
from optimizers.studies.watching import course

SAMPLES = 801
"""Places of a window at which a curve is looked at for its valleys."""
NEAR = 0.01
"""Share of the window's width within which a run is at a minimum."""
STAY = 10
"""Last steps for which it must be there to have arrived: one that leaps to and fro may hit upon it."""
_TOGETHER = 200
"""Steps that are made in a row."""
MAX_STARTS = 1_000
"""Starts of a line at most."""


class Valley(NamedTuple):
    """A minimum on the line, its curvature λ = f″ there, and from where to where it goes down to it."""

    minimum: float
    curvature: float
    low: float
    high: float


def valleys(surface: Landscape) -> tuple[Valley, ...]:
    """The valleys within the window of a surface that depends on its first weight only, from left to right.

    A valley ends at the highest place between two minima, or where the curve falls towards the window's edge.

    Raises
    ------
    ValueError
        If the surface has two weights.
    """
    if not surface.is_line:
        raise ValueError(f"{surface.name} has two weights, so it is no curve.")
    x = np.linspace(*surface.window[0], SAMPLES)
    f = surface.value(_on_line(x))
    bottoms = [i for i in range(1, SAMPLES - 1) if f[i] < f[i - 1] and f[i] <= f[i + 1]]
    shown = np.where(np.isfinite(f), f, np.inf)
    ends = [0, *bottoms, SAMPLES - 1]
    tops = [a + int(shown[a : b + 1].argmax()) for a, b in pairwise(ends)]
    found = []
    for i, left, right in zip(bottoms, tops[:-1], tops[1:], strict=True):
        minimum = _bisected(surface, x[i - 1], x[i + 1])
        curvature = float(surface.hessian((minimum, 0.0))[0, 0])
        found.append(Valley(minimum, curvature, float(x[left]), float(x[right])))
    return tuple(found)


def _on_line(x: ArrayLike) -> Array:
    column = np.asarray(x, dtype=np.float64)
    return np.stack([column, np.zeros_like(column)], axis=-1)


def _bisected(surface: Landscape, low: float, high: float) -> float:
    """Where the slope turns from down to up."""
    middle = (low + high) / 2.0
    while low < middle < high:
        slope = float(surface.gradient((middle, 0.0))[0])
        if slope == 0.0:
            return float(middle)
        low, high = (middle, high) if slope < 0.0 else (low, middle)
        middle = (low + high) / 2.0
    return float(middle)


@dataclass(frozen=True, eq=False)
class Fates(ReadOnly):
    """Where a rule is after its steps, from starts along the line.

    Attributes
    ----------
    starts, ends
        (n,): the middles of n cells of the window; the last points, nan after an overflow.
    codes
        (n,): 0 outside the window, 1 where no minimum is, 2 + 2i arrived at the minimum of valley i, 3 + 2i
        in that valley but not arrived.
    """

    valleys: tuple[Valley, ...]
    starts: Array
    ends: Array
    codes: NDArray[np.uint8]

    def share(self, place: int) -> float:
        """The share of starts that end in a valley."""
        return float(np.isin(self.codes, (2 + 2 * place, 3 + 2 * place)).mean())


def fates(
    surface: Landscape,
    rule: Optimizer,
    steps: int,
    schedule: Schedule | None = None,
    count: int = 300,
    pace: Pace | None = None,
) -> Fates:
    """Run a rule from ``count`` starts along the line; ``pace`` counts the steps of all together.

    Raises
    ------
    ValueError
        As ``valleys``, and if steps, count or rule are no such things.
    """
    found, rule, steps = valleys(surface), checked_built(rule, Optimizer), checked_steps(steps)
    n = checked_whole("The number of starts", count, 2, MAX_STARTS)
    low, high = surface.window[0]
    starts = low + (np.arange(n) + 0.5) * (high - low) / n
    runs = course(surface, rule, steps, schedule)
    now = runs.begin((starts.copy(), np.zeros(n)))
    path: list[Array] = []
    with np.errstate(all="ignore"):
        while now.k < steps:
            more = _TOGETHER if pace is None else max(1, min(_TOGETHER, pace(now.k)))
            del path[: -2 * STAY]  # two numbers a step
            now = runs.advance(now, min(steps, now.k + more), path)
    last = np.array(path).reshape(-1, 2, n)[-STAY:, 0]
    return Fates(found, starts, last[-1].copy(), _codes(surface, found, last))


def _codes(surface: Landscape, found: tuple[Valley, ...], last: Array) -> NDArray[np.uint8]:
    """The codes of runs whose last places are (m, n)."""
    ends = last[-1]
    low, high = surface.window[0]
    codes = np.where((ends >= low) & (ends <= high), 1, 0).astype(np.uint8)
    for i, valley in enumerate(found):
        inside = (ends >= valley.low) & (ends <= valley.high)
        there = (np.abs(last - valley.minimum) <= NEAR * (high - low)).all(axis=0)
        codes[inside] = 3 + 2 * i
        codes[inside & there] = 2 + 2 * i
    return codes


class Gait(StrEnum):
    """How a run moves about the minimum of its valley."""

    MONOTONE = "monotone"
    OSCILLATING = "oscillating"
    RESTLESS = "never settling"
    DIVERGING = "diverging"


class Motion(NamedTuple):
    """A run against a minimum: its ``gait``, and by what a step multiplies its error in the end.

    The ``factor`` is the median of the last ten steps whose error is above rounding, negative where each
    step crosses the minimum; nan where there is no such step.
    """

    valley: Valley
    gait: Gait
    factor: float


def motion(surface: Landscape, found: tuple[Valley, ...], x: ArrayLike) -> Motion | None:
    """How the run x (steps + 1,) moves about the minimum of the valley it ends in, else of that it began in.

    None where it does neither.
    """
    path = numbers(x)
    low, high = surface.window[0]
    last = float(path[-1])
    home = next((v for at in (last, float(path[0])) for v in found if v.low <= at <= v.high), None)
    if home is None:
        return None
    error = path - home.minimum
    rounding = 1e-9 * (high - low)
    counted = np.flatnonzero(np.abs(error) > rounding)
    counted = counted[counted + 1 < len(path)]
    with np.errstate(all="ignore"):
        factors = error[counted + 1] / error[counted]
    tail = factors[np.isfinite(factors)][-10:]
    factor = float(np.median(tail)) if tail.size else math.nan
    away = not low <= last <= high and not abs(factor) < 1.0
    if away or (tail.size and (np.abs(tail) > 1.0 + 1e-9).all()):
        return Motion(home, Gait.DIVERGING, factor)
    crossings = int(np.count_nonzero(factors < 0.0))
    if crossings < 2 and not (tail < 0.0).all():
        return Motion(home, Gait.MONOTONE, factor)
    half, quarter = len(error) // 2, max(1, len(error) // 4)
    before, after = (float(np.abs(part).max()) for part in (error[half - quarter : half], error[-quarter:]))
    settles = after < 0.999 * before or after <= rounding
    return Motion(home, Gait.OSCILLATING if settles else Gait.RESTLESS, factor)


def left_after_step(surface: Landscape, rule: Optimizer, valley: Valley, rates: ArrayLike) -> Array:
    """What one step leaves of a small error beside a minimum, for every learning rate (n,), by running it.

    On a quadratic, gradient descent leaves 1 − ηλ of it, however large it is.
    """
    column = np.atleast_1d(numbers(rates))
    small = 1e-6 * float(surface.spans[0])
    runs = course(surface, rule, 1, fields={"learning_rate": column})
    start = np.full(len(column), valley.minimum + small)
    now = runs.advance(runs.begin((start, np.zeros(len(column)))), 1)
    ends: Array = (np.asarray(now.point[0]) - valley.minimum) / (start - valley.minimum)
    return ends
