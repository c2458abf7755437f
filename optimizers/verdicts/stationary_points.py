"""Every stationary point over a surface's window: found by Newton's method from a grid, and classified."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from landscapes import Array, Landscape, Point
from landscapes.once import once

_STARTS = (33, 66, 132)
"""Starts a side: the next finer grid where the last one found a point from every few starts."""
_PER_POINT = 12
"""Starts for every point found that make it unlikely that one was missed."""
_STEPS = 60
_LONGEST = 0.1
"""Window widths that one Newton step may cover: a longer one would leave the basin it starts in."""
_STILL = 1e-9
"""Slope across the window, as a share of the loss range, that is rounding."""
_SAME = 1e-5
"""Window widths within which two ends are one point."""
_SINGULAR = 1e-7
"""A curvature across the window below this share of the loss range says nothing."""
_MOST_DEGENERATE = 8
"""More degenerate points than this are a valley or a plain, not points."""


class Nature(StrEnum):
    """What a stationary point is, from the eigenvalues of the Hessian."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    SADDLE = "saddle"
    DEGENERATE = "degenerate"


@dataclass(frozen=True)
class StationaryPoint:
    """A point where the gradient is zero: its loss, and the Hessian's eigenvalues, the lower one first.

    A listed minimum that comes to a point has none: they are nan there.
    """

    nature: Nature
    point: Point
    value: float
    eigenvalues: tuple[float, float]

    @property
    def condition_number(self) -> float:
        """κ, the larger curvature over the smaller one in size; inf where one is no more than rounding."""
        small, large = sorted(map(abs, self.eigenvalues))
        return math.inf if self.nature is Nature.DEGENERATE else large / small


@once(maxsize=64)
def stationary_points(surface: Landscape) -> tuple[StationaryPoint, ...]:
    """The stationary points inside the window, by value.

    The surface's listed points, refined, come first, so that none of them is missed; the rest is found
    from a grid, so a feature much narrower than a cell may be. Points of a valley or of flat ground,
    of which there is no end, are left out.
    """
    tips = [
        StationaryPoint(Nature.MINIMUM, p, float(surface.value(p)), (math.nan, math.nan))
        for p in (*surface.minimizers, *surface.local_minimizers)
        if not np.isfinite(surface.gradient(p)).all()
    ]
    for starts in _STARTS:
        found = _found(surface, starts)
        clear = [one for one in found if one.nature is not Nature.DEGENERATE]
        if len(clear) * _PER_POINT <= starts**2:
            break
    listed = clear if len(found) - len(clear) > _MOST_DEGENERATE else found
    return tuple(sorted([*tips, *listed], key=lambda one: (one.value, one.point)))


def _found(surface: Landscape, starts: int) -> list[StationaryPoint]:
    """The points that Newton's method reaches from the listed ones and from a grid."""
    low, high = np.array(surface.window).T
    shares = (np.arange(starts) + 0.5) / starts
    grid = np.stack(np.meshgrid(shares, shares), axis=-1).reshape(-1, 2)
    known = [*surface.minimizers, *surface.local_minimizers, *surface.saddles]
    ends = _ends(surface, np.concatenate([np.array(known).reshape(-1, 2), low + grid * surface.spans]))
    inside = ((ends >= low) & (ends <= high)).all(axis=-1)
    slopes = np.abs(surface.gradient(ends) * surface.spans).max(axis=-1)
    found = _apart(ends[inside & (slopes <= _STILL * surface.loss_range)] / surface.spans) * surface.spans
    if not len(found):
        return []
    hessians = surface.hessian(found)
    scaled = np.linalg.eigvalsh(hessians * np.outer(surface.spans, surface.spans))
    singular = np.abs(scaled).min(axis=-1) <= _SINGULAR * surface.loss_range
    return [
        StationaryPoint(_nature(e, bad), (float(p[0]), float(p[1])), float(v), (float(e[0]), float(e[1])))
        for p, v, e, bad in zip(
            found, surface.value(found), np.linalg.eigvalsh(hessians), singular, strict=True
        )
    ]


def _nature(eigenvalues: Array, singular: bool) -> Nature:
    if singular:
        return Nature.DEGENERATE
    if eigenvalues[0] > 0.0:
        return Nature.MINIMUM
    return Nature.MAXIMUM if eigenvalues[1] < 0.0 else Nature.SADDLE


def _ends(surface: Landscape, p: Array) -> Array:
    """Where Newton's method leads from points (n, 2), with no step longer than its bound; nan where lost."""
    scale = np.outer(surface.spans, surface.spans)
    p, moving = p.copy(), np.arange(len(p))
    with np.errstate(all="ignore"):
        for _ in range(_STEPS):
            g = surface.gradient(p[moving]) * surface.spans
            h = surface.hessian(p[moving]) * scale
            sound = np.isfinite(g).all(axis=-1) & np.isfinite(h).all(axis=(-1, -2))
            p[moving[~sound]] = np.nan
            moving, g, h = moving[sound], g[sound], h[sound]
            step = -(np.linalg.pinv(h, hermitian=True) @ g[..., None])[..., 0]
            length = np.linalg.norm(step, axis=-1)
            step *= np.minimum(1.0, _LONGEST / np.where(length > 0.0, length, 1.0))[:, None]
            p[moving] += step * surface.spans
            moving = moving[length > 1e-14]
            if not moving.size:
                break
    return p


def _apart(points: Array) -> Array:
    """The points (n, 2), each cluster of them once."""
    _, first = np.unique(np.round(points / _SAME), axis=0, return_index=True)
    some = points[np.sort(first)]
    away = np.linalg.norm(some[:, None] - some, axis=-1) > _SAME
    apart: Array = some[np.tril(~away, -1).sum(axis=-1) == 0]
    return apart
