"""Every stationary point over a surface's window: found by Newton's method from a grid, and classified."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landscapes import Array, Landscape, Point
from landscapes.once import once
from optimizers.verdicts.classify import (
    FLAT,
    MINIMUM,
    NATURES,
    SLOPE,
    STATIONARY,
    Nature,
    classify,
    derivatives,
    eigen,
    follow_newton,
    off_hessian,
    rises_all_around,
)

MOST = 500
"""Stationary points that are listed at most: the lowest."""
_STARTS = (33, 66, 132)
"""Starts a side: the next finer grid where the last one found a point from every few starts."""
_PER_POINT = 12
"""Starts for every point found that make it unlikely that one was missed."""
_STEPS = 40
_LONGEST = 0.1
"""Window widths that one Newton step may cover: a longer one would leave the basin it starts in."""
_SAME = 1e-5
"""Window widths within which two ends are one point."""
_SAME_LEVEL = 5e-3
"""The same where a curvature is next to nothing, so that no place is sharp."""
_MOST_LEVEL = 8
"""More such places are a valley after all, whose floor is level only to rounding."""
_WORK = 4e8
"""Bytes of compiled code times points: about a quarter of a second."""
_DIPS = 64
"""Low places of a grid from which minima without a slope are looked for, at most."""


@dataclass(frozen=True)
class StationaryPoint:
    """A point where the gradient is zero: its loss, and the Hessian's eigenvalues, the lower one first.

    A minimum that comes to a point or a crease has none: they are nan there. Those that are no more than
    rounding are 0.
    """

    nature: Nature
    point: Point
    value: float
    eigenvalues: tuple[float, float]

    @property
    def condition_number(self) -> float:
        """κ, the larger curvature over the smaller one in size; inf where that is no more than rounding."""
        small, large = sorted(map(abs, self.eigenvalues))
        return math.inf if small == 0.0 else large / small


class StationaryPoints(tuple[StationaryPoint, ...]):
    """Stationary points by value; ``more`` says whether there are others that are not listed."""

    more: bool = False


@once()
def stationary_points(surface: Landscape) -> StationaryPoints:
    """The stationary points inside the window, by value.

    The surface's listed points, refined, come first, so that none of them is missed; the rest is found
    from a grid, so a feature much narrower than a cell may be. Points of a valley or of flat ground,
    of which there is no end, are left out, and of more than 500 the lowest are listed. The work is
    bounded beforehand: a finer grid is not begun where it would exceed the bound.
    """
    listed = np.array([*surface.minimizers, *surface.local_minimizers, *surface.saddles]).reshape(-1, 2)
    found, spent, more = listed, 0.0, False
    for starts in _STARTS:
        cost = starts**2 * _STEPS * _weight(surface)
        if spent and spent + cost > _WORK:
            more = True
            break
        spent += cost
        found = _standing_alone(surface, np.concatenate([found, _ends(surface, starts)]))
        if len(found) * _PER_POINT <= starts**2:
            break
    else:
        more = True
    if len(found) > MOST:
        more, found = True, found[np.argsort(surface.value(found), kind="stable")[:MOST]]
    smooth = _smooth(surface, found)
    points = sorted([*smooth, *_tips(surface, smooth)], key=lambda one: (one.value, one.point))
    listing = StationaryPoints(points[:MOST])
    listing.more = more or len(points) > MOST
    return listing


@once()
def relief(surface: Landscape) -> float:
    """How far half of the map rises above its lowest place: a size of the loss that no corner decides."""
    losses = surface.grid(41)[2]
    losses = losses[np.isfinite(losses)]
    return float(np.median(losses) - losses.min()) if losses.size else 0.0


def _weight(surface: Landscape) -> float:
    """What a gradient and a Hessian cost at one point: the length of their code."""
    functions = surface.compiled.on_arrays
    codes = (getattr(f, "__code__", None) for f in (functions.gradient, functions.hessian))
    rows = len(surface.data) if surface.data else 16 if surface.samples else 1
    return float(sum(len(code.co_code) if code else 200 for code in codes) * rows)


def _inside(surface: Landscape, p: Array) -> NDArray[np.bool_]:
    low, high = np.array(surface.window).T
    inside: NDArray[np.bool_] = ((p >= low) & (p <= high)).all(axis=-1)
    return inside


def _ends(surface: Landscape, starts: int) -> Array:
    """The places inside the window that Newton's method reaches from a grid of ``starts`` × ``starts``."""
    low, _ = np.array(surface.window).T
    shares = (np.arange(starts) + 0.5) / starts
    grid = np.stack(np.meshgrid(shares, shares), axis=-1).reshape(-1, 2)
    ends, moved = follow_newton(surface, low + grid * surface.spans, _STEPS, longest=_LONGEST)
    kept: Array = ends[(moved <= 1e-8) & _inside(surface, ends)]
    return kept


def _standing_alone(surface: Landscape, p: Array) -> Array:
    """Each of the points (n, 2) once, without those of a valley or a plain, of which there is no end."""
    p = p[np.isfinite(surface.gradient(p)).all(axis=-1)]
    p = p[_first_of_each(p / surface.spans)]
    _, bend = derivatives(surface, p)
    low, high, angle = eigen(bend)
    clear = np.minimum(np.abs(low), np.abs(high)) > 1e-6 * np.maximum(np.abs(low), np.abs(high))
    level, angle = p[~clear], angle[~clear]
    for turn in (0.0, np.pi, *np.arange(1, 8) * np.pi / 4):
        alone = _nothing_beside(surface, level, angle + turn)
        level, angle = level[alone], angle[alone]
    # How exactly such a place is found is a matter of rounding: those that lie close together are one.
    steepness = np.hypot(*(surface.gradient(level) * surface.spans).T)
    level = level[np.argsort(steepness, kind="stable")]
    level = level[_first_of_each(level / surface.spans, _SAME_LEVEL)]
    kept: Array = np.concatenate([p[clear], level if len(level) <= _MOST_LEVEL else level[:0]])
    return kept


def _nothing_beside(surface: Landscape, p: Array, angle: Array) -> NDArray[np.bool_]:
    """Whether no stationary point lies a hundredth beside each point (n, 2), at a right angle to this one."""
    beside = p + 1e-2 * np.stack([-np.sin(angle), np.cos(angle)], axis=-1) * surface.spans
    ends, moved = follow_newton(surface, beside, _STEPS, longest=1e-2)
    apart = np.hypot(*((ends - p) / surface.spans).T)
    nothing: NDArray[np.bool_] = ~((moved <= 1e-11) & (apart > 3e-3) & (apart < 3e-2))
    return nothing


def _smooth(surface: Landscape, p: Array) -> list[StationaryPoint]:
    """Those of the points (n, 2) that are stationary."""
    if not len(p):
        return []
    places = classify(surface, p)
    keep = (places.codes != SLOPE) & (places.codes != FLAT) & places.smooth & _inside(surface, places.points)
    ends, codes = places.points[keep], places.codes[keep]
    first = _first_of_each(ends / surface.spans)
    return [_point(surface, ends[i], NATURES[codes[i]]) for i in first]


def _tips(surface: Landscape, smooth: list[StationaryPoint]) -> list[StationaryPoint]:
    """Minima that come to a point or a crease: listed ones, and low places of a grid, followed down."""
    listed = np.array([*surface.minimizers, *surface.local_minimizers]).reshape(-1, 2)
    listed = listed[~np.isfinite(surface.gradient(listed)).all(axis=-1)]
    lowest = np.concatenate([listed, _followed_down(surface, _dips(surface))])
    known = np.array([one.point for one in smooth]).reshape(-1, 2)
    near = np.hypot(*np.moveaxis((lowest[:, None] - known) / surface.spans, -1, 0)) <= 10.0 * STATIONARY
    lowest = lowest[_inside(surface, lowest) & ~near.any(axis=-1)]
    lowest = lowest[_first_of_each(lowest / surface.spans, 10.0 * STATIONARY)]
    if not len(lowest):
        return []
    sharp = lowest[(classify(surface, lowest).codes == MINIMUM) & rises_all_around(surface, lowest)]
    return [_point(surface, p, Nature.MINIMUM) for p in sharp]


def _dips(surface: Landscape) -> Array:
    """The lowest cells of a grid that no neighbour lies below, (n, 2)."""
    columns, rows, loss = surface.grid(81)
    loss = np.where(np.isfinite(loss), loss, np.inf)
    edged = np.pad(loss, 1, constant_values=-np.inf)
    inner = np.isfinite(loss)
    for i, j in ((0, 1), (1, 0), (1, 2), (2, 1), (0, 0), (0, 2), (2, 0), (2, 2)):
        inner &= loss <= edged[i : i + len(rows), j : j + len(columns)]
    at = np.argwhere(inner)
    at = at[np.argsort(loss[tuple(at.T)], kind="stable")[:_DIPS]]
    return np.stack([columns[at[:, 1]], rows[at[:, 0]]], axis=-1)


_COMPASS = np.array([(np.cos(a), np.sin(a)) for a in np.arange(16) * np.pi / 8])


def _followed_down(surface: Landscape, p: Array) -> Array:
    """Where a pattern search leads from points (n, 2): it needs no slope."""
    p, size = p.copy(), np.full(len(p), 1.0 / 160.0)
    value = surface.value(p)
    for _ in range(120):
        if not len(p) or not (size > 1e-9).any():
            break
        trials = p[:, None] + size[:, None, None] * _COMPASS * surface.spans
        losses = surface.value(trials)
        losses = np.where(np.isfinite(losses), losses, np.inf)
        best = np.argmin(losses, axis=-1)[:, None]
        lower = np.take_along_axis(losses, best, axis=-1)[:, 0] < value
        p[lower] = np.take_along_axis(trials, best[..., None], axis=1)[lower, 0]
        value[lower] = np.take_along_axis(losses, best, axis=-1)[lower, 0]
        size = np.where(lower, size, 0.5 * size)
    return p


def _point(surface: Landscape, p: Array, nature: Nature) -> StationaryPoint:
    eigenvalues, hessian = np.array([math.nan, math.nan]), surface.hessian(p)
    # At a kink the slope around jumps by what the whole map rises.
    kink = ~(off_hessian(surface, p[None], _SAME)[0] <= 1e-4 * relief(surface))
    if np.isfinite(hessian).all() and not kink:
        eigenvalues = np.linalg.eigvalsh(hessian)
        rounding = 1e-13 * np.maximum(np.abs(eigenvalues).max(), relief(surface) / surface.spans.max() ** 2)
        eigenvalues[np.abs(eigenvalues) <= rounding] = 0.0
    return StationaryPoint(
        nature,
        (float(p[0]), float(p[1])),
        float(surface.value(p)),
        (float(eigenvalues[0]), float(eigenvalues[1])),
    )


def _first_of_each(p: Array, same: float = _SAME) -> NDArray[np.int64]:
    """The first of every cluster among points (n, 2), in the order in which they stand.

    Points share a cluster where they share a cell of one of four grids, each shifted by half a cell.
    """
    kept = np.arange(len(p))
    for shift in ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5)):
        cells = np.floor(p[kept] / same + shift)
        _, first = np.unique(cells, axis=0, return_index=True)
        kept = kept[np.sort(first)]
    return kept
