"""What the pictures say, as numbers: heights, axis ranges, where a path left the map."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from landscapes import Array, Landscape, Point
from optimizers import Trajectory, stationary_points

_LEVELS = 20
"""A multiple of four: else a contour would run, trembling, along a plateau at a quarter of the range."""


class Relief(NamedTuple):
    """The surface as heights to be coloured, and what loss each tick of the scale stands for.

    A height is the loss, or log₁₀(1 + (loss − lowest)/knee) where there is a ``knee``.
    """

    x: Array
    y: Array
    height: Array
    ticks: Array
    losses: Array
    lowest: float = 0.0
    knee: float | None = None

    @property
    def logarithmic(self) -> bool:
        """Whether heights are logarithms."""
        return self.knee is not None

    @property
    def span(self) -> tuple[float, float]:
        """The lowest and the highest height; (0, 1) where there is none."""
        return (
            (float(np.nanmin(self.height)), float(np.nanmax(self.height))) if self.ticks.size else (0.0, 1.0)
        )

    @property
    def spacing(self) -> float:
        """From one contour to the next, in height; the first lies half of it above the lowest height."""
        low, high = self.span
        return high / _LEVELS - low / _LEVELS or 1.0

    @property
    def levels(self) -> Array:
        """The losses at which contours are drawn."""
        heights: Array = self.span[0] + (np.arange(float(_LEVELS)) + 0.5) * self.spacing
        return heights if self.knee is None else self.lowest + self.knee * np.expm1(heights * math.log(10.0))


def relief(surface: Landscape, resolution: int = 141) -> Relief:
    """Heights (n, n) over the window: the loss, or its logarithm where the range is large.

    The logarithm is taken of 1 + (f − lowest)/knee, with the knee at the lowest hundredth of the map,
    so that a ravine's floor gets contours of its own; not on a surface with ``plain_heights``. nan where
    the loss has no value.
    """
    x, y, loss = surface.grid(resolution)
    loss[~np.isfinite(loss)] = np.nan
    finite = loss[np.isfinite(loss)]
    if not finite.size:
        return Relief(x, y, loss, np.zeros(0), np.zeros(0))
    lowest = float(finite.min()) if surface.minimum is None else surface.minimum
    top = float(finite.max()) - lowest
    knee = float(np.quantile(finite, 0.01)) - lowest
    if surface.plain_heights or knee <= 0.0 or top / knee < 200.0:
        losses = _round_ticks(float(finite.min()), float(finite.max()))
        return Relief(x, y, loss, losses, losses)
    height = np.log10(1.0 + np.maximum(loss - lowest, 0.0) / knee)
    losses = _spread_ticks(lowest, knee, top)
    return Relief(x, y, height, np.log10(1.0 + (losses - lowest) / knee), losses, lowest, knee)


def example_losses(surface: Landscape, numbers: int = 60_000) -> Array:
    """Every training example's own surface on a grid over the window, (N, n, n) with n ≤ 101.

    The mean over a batch's examples is the surface that this batch's gradient belongs to.
    ``numbers`` is how many to make at most.
    """
    assert surface.data is not None
    count = len(surface.data)
    columns, rows = (np.linspace(lo, hi, min(101, math.isqrt(numbers // count))) for lo, hi in surface.window)
    x, y = np.meshgrid(columns, rows)
    with np.errstate(all="ignore"):
        return np.stack([surface.batch(np.array([i])).on_arrays.value(x, y) for i in range(count)])


def _spread_ticks(lowest: float, knee: float, top: float, count: int = 7) -> Array:
    """Round losses from ``lowest + knee`` to ``lowest + top``, at most ``count``, apart on the log scale.

    Powers of ten if there are three of them, else 2 and 5 times those as well; if need be, the two ends.
    """
    powers = 10.0 ** np.arange(math.floor(math.log10(knee)), math.ceil(math.log10(abs(lowest) + top)) + 1.0)
    for digits in ((1.0,), (1.0, 2.0, 5.0)):
        sizes = np.outer(powers, digits).ravel()
        losses = np.unique(np.concatenate([-sizes, sizes]))
        losses = losses[(losses >= lowest + knee) & (losses <= lowest + top)]
        heights = np.log10(1.0 + (losses - lowest) / knee)
        kept: list[int] = []
        for i in range(len(losses))[::-1]:
            if not kept or heights[kept[-1]] - heights[i] > math.log10(1.0 + top / knee) / count:
                kept.append(i)
        if len(kept) >= 3:
            return losses[kept[::-1]]
    return lowest + np.array([knee, top])  # far from 0 against its range: none of them is round


def _round_ticks(low: float, high: float, count: int = 5) -> Array:
    """About ``count`` round numbers from low to high."""
    if not high > low:
        return np.array([low])
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m for m in (1.0, 2.0, 5.0, 10.0) if m * power >= raw) * power
    return np.arange(math.ceil(low / step), math.floor(high / step) + 1.0) * step


_MOST_MARKS = 40
"""More stationary points than this would hide the map: only those that are known by name are drawn."""


def marks(surface: Landscape) -> dict[str, tuple[Point, ...]]:
    """The stationary points to draw, by what they are: those that are known, then those that are found."""
    known = {
        "minimum": surface.minimizers,
        "local minimum": surface.local_minimizers,
        "saddle": surface.saddles,
    }
    found = stationary_points(surface)
    if len(found) <= _MOST_MARKS:
        lowest = {"minimum": "local minimum", "degenerate": "degenerate point"}
        taken = np.array([p for points in known.values() for p in points]).reshape(-1, 2)
        for one in found:
            if (np.abs(taken - one.point) > 1e-3 * surface.spans).any(axis=-1).all():
                name = lowest.get(one.nature, one.nature.value)
                known[name] = (*known.get(name, ()), one.point)
    return {name: points for name, points in known.items() if points}


class Axis(NamedTuple):
    """The range of a trace's vertical axis, in decades where it is logarithmic."""

    low: float
    high: float
    logarithmic: bool
    title: str


def heights(surface: Landscape, t: Trajectory) -> Array:
    """The loss above the known minimum, (steps + 1,); the loss itself where none is known."""
    return t.values - (surface.minimum or 0.0)


def gradient_norms(t: Trajectory) -> Array:
    """The length of the exact gradient at every point, (steps + 1,)."""
    with np.errstate(over="ignore"):
        norms: Array = np.hypot(t.gradients[:, 0], t.gradients[:, 1])
    return norms


def loss_axis(surface: Landscape, traces: Sequence[Array]) -> Axis:
    """The range that holds all loss traces, but not a run's way to infinity."""
    if surface.minimum is not None:
        ceiling = max([surface.loss_range, *(float(trace[0]) for trace in traces)])
        return Axis(*_decades(traces, 10.0 * ceiling), True, "loss above minimum")
    # A run that leaves for ever would flatten every other: the axis shows the map's losses, twice over.
    _, _, loss = surface.grid(41)
    finite = loss[np.isfinite(loss)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    room = (high - low) or 1.0
    seen = np.concatenate([trace[np.isfinite(trace)] for trace in traces] or [finite])
    seen = seen[(seen >= low - room / 2) & (seen <= high + room / 2)]
    if seen.size:
        low, high = float(seen.min()), float(seen.max())
    # What is less than a thousandth of the map's range is drawn as flat as it is.
    slack = max(0.0, 1e-3 * room - (high - low)) / 2
    return Axis(low - slack, high + slack, False, "loss")


def gradient_axis(traces: Sequence[Array]) -> Axis:
    """The range that holds all gradient norms, up to a thousand times the first ones."""
    first = [float(trace[0]) for trace in traces if math.isfinite(trace[0])]
    return Axis(*_decades(traces, 1e3 * max([1e-9, *first])), True, "gradient norm")


def learning_rates(t: Trajectory) -> Array:
    """The learning rate that led to every point, (steps + 1,); nan at the start, and where none is used."""
    return np.concatenate([[np.nan], t.learning_rates])


def rate_axis(traces: Sequence[Array]) -> Axis:
    """The range that holds all learning rates, on a log axis."""
    return Axis(*_decades(traces, math.inf), True, "learning rate")


_DEEPEST = 16.0
"""Decades shown at most: a double has no more digits."""


def _decades(traces: Sequence[Array], ceiling: float) -> tuple[float, float]:
    """Whole decades around the positive values below the ceiling."""
    values = np.concatenate([np.zeros(0), *traces])
    values = values[(values > 0.0) & (values <= ceiling) & np.isfinite(values)]
    if not values.size:
        return -1.0, 1.0
    high = min(math.ceil(math.log10(float(values.max())) + 1e-9), sys.float_info.max_10_exp)
    low = min(math.floor(math.log10(float(values.min()))), high - 1)
    return max(float(low), high - _DEEPEST), float(high)


class Exit(NamedTuple):
    """Where a path left the map for good: the step, the point on the edge and its direction."""

    step: int
    edge: Point
    direction: Point


def left_map(surface: Landscape, t: Trajectory) -> Exit | None:
    """The last step at which the path went over the window's edge; None if it ends on the map."""
    low, high = np.array(surface.window).T
    inside = np.all((t.points >= low) & (t.points <= high), axis=-1)
    if inside[-1]:
        return None
    within = np.flatnonzero(inside)
    step = int(within[-1]) + 1 if within.size else 0
    if step == 0:
        return None
    a, b = t.points[step - 1], t.points[step]
    if not np.isfinite(b).all():
        move = -t.gradients[step - 1]
        if not np.isfinite(move).all() or not move.any():
            return None  # it ended there, on the map
    else:
        move = b - a
    direction = move / np.abs(move).max()
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.where(direction > 0.0, high - a, low - a) / direction
    edge = a + direction * np.min(reach, where=direction != 0.0, initial=np.inf)
    unit = direction / np.linalg.norm(direction)
    return Exit(step, (float(edge[0]), float(edge[1])), (float(unit[0]), float(unit[1])))
