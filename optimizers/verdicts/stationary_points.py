"""Every stationary point over a surface's window: found by Newton's method from a grid, and classified."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

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
    UNTOLD,
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
_SHARE = 1e8
"""Bytes of compiled code times points that a part of the search may cost: about a tenth of a second."""
_GRIDS, _TURNS = 3.0 * _SHARE, 2.0 * _SHARE
"""The same for all grids of starts together, and for telling single places from a valley's."""
_OF_A_LOOK = 200.0
"""What it costs to look at one more point around a place, besides the surface's own code, in bytes."""
_CLOSE_LOOK, _FOLLOWED = 3_000, 5_000
"""Points that a place costs that is told by circles, and a dip that is followed down to a tip."""
_CELLS, _DIPS = 80, 64
"""Cells a side of a grid, and low places of it from which minima without a slope are looked for, at most."""


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
    of which there is no end, are left out, and of more than 500 the lowest are listed. Every part of the
    work is bounded before it begins, and where that leaves something out, ``more`` says so.
    """
    listed = np.array([*surface.minimizers, *surface.local_minimizers, *surface.saddles]).reshape(-1, 2)
    found, spent, more = listed, 0.0, False
    for starts in _STARTS:
        cost = starts**2 * _STEPS * _weight(surface)
        if spent and spent + cost > _GRIDS:
            more = True
            break
        spent += cost
        found, beyond = _standing_alone(surface, np.concatenate([found, _ends(surface, starts)]))
        if len(found) * _PER_POINT <= starts**2:
            more = beyond
            break
    else:
        more = True
    if len(found) > min(MOST, _affordable(surface, _CLOSE_LOOK)):
        found = found[np.argsort(surface.value(found), kind="stable")]
    smooth, untold = _smooth(surface, found[:MOST])
    tips, unseen = _tips(surface, smooth)
    points = sorted([*smooth, *tips], key=lambda one: (one.value, one.point))
    listing = StationaryPoints(points[:MOST])
    listing.more = more or untold or unseen or max(len(found), len(points)) > MOST
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
    return _length(surface, functions.gradient) + _length(surface, functions.hessian)


def _length(surface: Landscape, function: Callable[..., Any]) -> float:
    rows = len(surface.data) if surface.data else 16 if surface.samples else 1
    code = getattr(function, "__code__", None)
    return float((len(code.co_code) if code else 200) * rows)


def _affordable(surface: Landscape, each: int) -> int:
    """How many places a share of the work pays for, at so many losses each."""
    return int(_SHARE / (each * (_length(surface, surface.compiled.on_arrays.value) + _OF_A_LOOK)))


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


def _standing_alone(surface: Landscape, p: Array) -> tuple[Array, bool]:
    """Each of the points (n, 2) once, without those of a valley or a plain, of which there is no end.

    Also whether there were more places without a clear curvature than the work allows to tell.
    """
    p = p[np.isfinite(surface.gradient(p)).all(axis=-1)]
    p = p[_first_of_each(p / surface.spans)]
    _, bend = derivatives(surface, p)
    low, high, angle = eigen(bend)
    clear = np.minimum(np.abs(low), np.abs(high)) > 1e-6 * np.maximum(np.abs(low), np.abs(high))
    level, angle, spent = p[~clear], angle[~clear], 0.0
    for turn in (0.0, np.pi, *np.arange(1, 8) * np.pi / 4):
        spent += len(level) * _STEPS * _weight(surface)
        if spent > _TURNS:
            return p[clear], True
        alone = _nothing_beside(surface, level, angle + turn)
        level, angle = level[alone], angle[alone]
    # How exactly such a place is found is a matter of rounding: those that lie close together are one.
    steepness = np.hypot(*(surface.gradient(level) * surface.spans).T)
    level = level[np.argsort(steepness, kind="stable")]
    level = level[_first_of_each(level / surface.spans, _SAME_LEVEL)]
    kept: Array = np.concatenate([p[clear], level if len(level) <= _MOST_LEVEL else level[:0]])
    return kept, False


def _nothing_beside(surface: Landscape, p: Array, angle: Array) -> NDArray[np.bool_]:
    """Whether no stationary point lies a hundredth beside each point (n, 2), at a right angle to this one."""
    beside = p + 1e-2 * np.stack([-np.sin(angle), np.cos(angle)], axis=-1) * surface.spans
    ends, moved = follow_newton(surface, beside, _STEPS, longest=1e-2)
    apart = np.hypot(*((ends - p) / surface.spans).T)
    nothing: NDArray[np.bool_] = ~((moved <= 1e-11) & (apart > 3e-3) & (apart < 3e-2))
    return nothing


def _smooth(surface: Landscape, p: Array) -> tuple[list[StationaryPoint], bool]:
    """Those of the points (n, 2) that are stationary, and whether there were more than could be told."""
    if not len(p):
        return [], False
    places = classify(surface, p, _affordable(surface, _CLOSE_LOOK))
    told = places.codes != UNTOLD
    keep = (
        told
        & (places.codes != SLOPE)
        & (places.codes != FLAT)
        & places.smooth
        & _inside(surface, places.points)
    )
    ends, codes = places.points[keep], places.codes[keep]
    first = _first_of_each(ends / surface.spans)
    return _points(surface, ends[first], [NATURES[code] for code in codes[first]]), not told.all()


def _tips(surface: Landscape, smooth: list[StationaryPoint]) -> tuple[list[StationaryPoint], bool]:
    """Minima that come to a point or a crease: listed ones, and low places of a grid, followed down.

    Also whether there were more low places than the work allows to follow.
    """
    listed = np.array([*surface.minimizers, *surface.local_minimizers]).reshape(-1, 2)
    listed = listed[~np.isfinite(surface.gradient(listed)).all(axis=-1)]
    known = np.array([one.point for one in smooth]).reshape(-1, 2)
    dips, most = _dips(surface), _affordable(surface, _FOLLOWED)
    if len(dips) > most:  # then first of all those that no smooth minimum explains
        explained = _near(surface, dips, known, 1.0 / _CELLS)
        dips = dips[np.argsort(explained, kind="stable")]
    unseen = len(dips) > most and not _near(surface, dips[most:], known, 1.0 / _CELLS).all()
    lowest = np.concatenate([listed, _followed_down(surface, dips[:most])])
    lowest = lowest[_inside(surface, lowest) & ~_near(surface, lowest, known, 10.0 * STATIONARY)]
    lowest = lowest[_first_of_each(lowest / surface.spans, 10.0 * STATIONARY)]
    if not len(lowest):
        return [], unseen
    sharp = lowest[(classify(surface, lowest).codes == MINIMUM) & rises_all_around(surface, lowest)]
    return _points(surface, sharp, [Nature.MINIMUM] * len(sharp)), unseen


def _near(surface: Landscape, p: Array, known: Array, distance: float) -> NDArray[np.bool_]:
    """Whether each of the points (n, 2) lies that near to one of the known ones, (m, 2), in window widths."""
    apart = np.hypot(*np.moveaxis((p[:, None] - known) / surface.spans, -1, 0))
    near: NDArray[np.bool_] = (apart <= distance).any(axis=-1)
    return near


def _dips(surface: Landscape) -> Array:
    """The lowest cells of a grid that no neighbour lies below, (n, 2)."""
    columns, rows, loss = surface.grid(_CELLS + 1)
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


def _points(surface: Landscape, p: Array, natures: Iterable[Nature]) -> list[StationaryPoint]:
    """The places (n, 2), each of its nature, with their losses and eigenvalues."""
    if not len(p):
        return []
    hessians = surface.hessian(p)
    # At a kink the slope around jumps by what the whole map rises.
    curved = off_hessian(surface, p, _SAME) <= 1e-4 * relief(surface)
    curved &= np.isfinite(hessians).all(axis=(-1, -2))
    eigenvalues = np.full((len(p), 2), math.nan)
    eigenvalues[curved] = np.linalg.eigvalsh(hessians[curved])
    largest = np.abs(eigenvalues).max(axis=-1, keepdims=True)
    rounding = 1e-13 * np.maximum(largest, relief(surface) / surface.spans.max() ** 2)
    eigenvalues[np.abs(eigenvalues) <= rounding] = 0.0
    columns = (natures, p.tolist(), surface.value(p).tolist(), eigenvalues.tolist())
    return [
        StationaryPoint(nature, (x, y), value, (low, high))
        for nature, (x, y), value, (low, high) in zip(*columns, strict=True)
    ]


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
