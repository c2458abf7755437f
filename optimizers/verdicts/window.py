"""Where points lie against a surface's window, and its known points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from landscapes import Array, Landscape, Point
from optimizers.verdicts.classify import STATIONARY, Lanes


def distances(surface: Landscape, p: Array) -> Array:
    """The larger of both coordinates' distances from the window's centre, in window widths."""
    (x, y), (across, up) = np.mean(surface.window, axis=1), surface.spans
    apart: Array = np.maximum(np.abs(p[..., 0] - x) / across, np.abs(p[..., 1] - y) / up)
    return apart


def left_for_good(surface: Landscape, points: Array) -> int | None:
    """The first step of points (steps + 1, 2) after which none is in the window; None if the last one is.

    0 if none ever was.
    """
    low, high = np.array(surface.window).T
    inside = ((points >= low) & (points <= high)).all(axis=-1)
    if inside[-1]:
        return None
    within = np.flatnonzero(inside)
    return int(within[-1]) + 1 if within.size else 0


def close_to(surface: Landscape, p: Array, known: Sequence[Point]) -> Lanes:
    """Whether each point of (n, 2) is one of the known ones."""
    across, up = surface.spans
    x, y = p[:, 0] / across, p[:, 1] / up
    near = np.zeros(len(p), dtype=bool)
    with np.errstate(over="ignore"):
        for a, b in known:
            near |= (x - a / across) ** 2 + (y - b / up) ** 2 <= (10.0 * STATIONARY) ** 2
    return near
