"""Where a slope grows without bound: no such point is a place because its curvature is larger still."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from landscapes import Array, Landscape

_RADII = np.array([1e-7, 1e-5, 1e-3])
"""Circles to compare with, in window widths, a hundredfold apart."""
_WAYS = np.array([(np.cos(a), np.sin(a)) for a in np.arange(8) * np.pi / 4 + 0.2])
_STEEPER = 3.0
_FALLS_ON = 0.9


def _around(surface: Landscape, p: Array) -> Array:
    """Points on the circles around each point of (n, 2): (n, radii, ways, 2)."""
    around: Array = p[:, None, None] + _RADII[:, None, None] * _WAYS * surface.spans
    return around


def _middle(found: Array) -> Array:
    """The median of those of each circle that have a value, (n, radii); nan where none has."""
    ordered = np.sort(np.where(np.isnan(found), np.inf, found), axis=-1)
    some = (~np.isnan(found)).sum(axis=-1)
    middle = np.take_along_axis(ordered, np.maximum(some - 1, 0)[..., None] // 2, axis=-1)[..., 0]
    return np.where(some > 0, middle, np.nan)


def steep(surface: Landscape, p: Array) -> NDArray[np.bool_]:
    """Whether the slope at each point of (n, 2) is far larger than on every circle around it.

    At a stationary place it is smaller. So it is not at a pole, at the tip of a cusp, or at a border of
    the domain where it grows without bound, although g/H is as short there as at the best of minima.
    """
    with np.errstate(all="ignore"):
        here = np.hypot(*(surface.gradient(p) * surface.spans).T)
        there = surface.gradient(_around(surface, p)) * surface.spans
        lanes: NDArray[np.bool_] = (
            here[:, None] > _STEEPER * _middle(np.hypot(there[..., 0], there[..., 1]))
        ).all(-1)
    return lanes


def bottomless(surface: Landscape, p: Array) -> NDArray[np.bool_]:
    """Whether the loss towards each steep point of (n, 2) changes by no less from circle to smaller circle.

    So it does towards a pole, the logarithm's included; towards a cusp it changes by less and less.
    """
    with np.errstate(all="ignore"):
        inner, middle, outer = _middle(surface.value(_around(surface, p))).T
        lanes: NDArray[np.bool_] = ~(np.abs(middle - inner) < _FALLS_ON * np.abs(outer - middle))
    return lanes
