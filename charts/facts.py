"""What the pictures say, as numbers: heights, axis ranges, where a path left the map."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from landscapes import Array, Landscape, Point
from optimizers import Trajectory, known_minima, left_for_good, stationary_points

_MOST_MARKS = 40
"""More stationary points than this would hide the map: the lowest minima and what is declared are drawn."""


def marks(surface: Landscape) -> dict[str, tuple[Point, ...]]:
    """The stationary points to draw, by what they are: those that are known, then those that are found."""
    lowest = known_minima(surface)
    known = {
        "minimum": lowest.minimizers[:_MOST_MARKS],
        "local minimum": () if lowest.found else lowest.local_minimizers,
        "saddle": surface.saddles,
    }
    found = stationary_points(surface)
    if all_marked(surface):
        other = {"minimum": "local minimum", "degenerate": "degenerate point"}
        taken = np.array([p for points in known.values() for p in points]).reshape(-1, 2)
        for one in found:
            if (np.abs(taken - one.point) > 1e-3 * surface.spans).any(axis=-1).all():
                name = other.get(one.nature, one.nature.value)
                known[name] = (*known.get(name, ()), one.point)
    return {name: points for name, points in known.items() if points}


def all_marked(surface: Landscape) -> bool:
    """Whether the points of ``marks`` are all that are found."""
    return len(stationary_points(surface)) <= _MOST_MARKS


class Axis(NamedTuple):
    """The range of a trace's vertical axis, in decades where it is logarithmic."""

    low: float
    high: float
    logarithmic: bool
    title: str


def heights(surface: Landscape, t: Trajectory) -> Array:
    """The loss above the known minimum, declared or found, (steps + 1,); else the loss itself."""
    return t.values - (known_minima(surface).minimum or 0.0)


def gradient_norms(t: Trajectory) -> Array:
    """The length of the exact gradient at every point, (steps + 1,)."""
    with np.errstate(over="ignore"):
        norms: Array = np.hypot(t.gradients[:, 0], t.gradients[:, 1])
    return norms


def loss_axis(surface: Landscape, traces: Sequence[Array]) -> Axis:
    """The range that holds all loss traces, but not a run's way to infinity."""
    known = known_minima(surface)
    if known.minimum is not None:
        ceiling = max([surface.loss_range, *(float(trace[0]) for trace in traces)])
        title = "loss above minimum found" if known.found else "loss above minimum"
        return Axis(*_decades(traces, 10.0 * ceiling), True, title)
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
    """Where and when the path left the map for good; None if it did not, or never was there."""
    step = left_for_good(surface, t.points)
    if not step:
        return None
    low, high = np.array(surface.window).T
    a, b = t.points[step - 1], t.points[step]
    if not np.isfinite(b).all():
        move = -t.gradients[step - 1]
        if not np.isfinite(move).all() or not move.any():
            return None  # it ended there, on the map
    else:
        move = b - a
    direction = move / np.abs(move).max()
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        reach = np.where(direction > 0.0, high - a, low - a) / direction
    edge = a + direction * np.min(reach, where=direction != 0.0, initial=np.inf)
    unit = direction / np.linalg.norm(direction)
    return Exit(step, (float(edge[0]), float(edge[1])), (float(unit[0]), float(unit[1])))
