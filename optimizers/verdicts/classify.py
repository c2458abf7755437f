"""What kind of place a point is: the only classifier, for runs, for maps and for stationary points.

All lengths are in window widths, and losses are only compared with losses near by and with their own
rounding: neither units, nor a constant, nor what the surface does elsewhere decides what a place is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from landscapes import Array, Landscape
from optimizers.verdicts.poles import bottomless, steep

Lanes: TypeAlias = NDArray[np.bool_]

STATIONARY = 1e-4
"""A place closer than this share of the window is where the run is (0.06 pixel on a 600-pixel map)."""


class Nature(StrEnum):
    """What a place is, in the order of the codes of ``Places``."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    SADDLE = "saddle"
    FLAT = "flat ground"
    DEGENERATE = "degenerate"
    """Stationary, but what it is cannot be told."""


NATURES = tuple(Nature)
MINIMUM, MAXIMUM, SADDLE, FLAT, DEGENERATE = range(len(NATURES))
SLOPE = -1
"""The code of a point that is no place at all: the surface leads on from there."""
UNTOLD = -2
"""The code of a point that was not looked at closely enough to say."""


@dataclass(frozen=True, eq=False)
class Places:
    """The stationary places nearest to n points.

    Attributes
    ----------
    points
        (n, 2): where they are; the given point itself where none is near.
    codes
        (n,): what they are, as positions in ``NATURES``; −1 on a slope, −2 where that was not asked.
    smooth
        (n,): whether Newton's method leads to them, as it does not to a kink's lowest point.
    """

    points: Array
    codes: NDArray[np.int8]
    smooth: Lanes

    def of(self, lanes: NDArray[np.int64]) -> Places:
        """Some of them, in this order."""
        return Places(self.points[lanes], self.codes[lanes], self.smooth[lanes])


def classify(surface: Landscape, p: Array, most: int | None = None) -> Places:
    """The stationary place within a thousandth of the window of each point of (n, 2), and what it is.

    Newton's method leads from the point to the place. Where the gradient around it follows one clear
    Hessian, the signs of the eigenvalues say what it is. Elsewhere, at a kink or where a curvature is
    next to nothing, the surface does: on circles from small to large the lowest and the highest
    direction are found, refined, and compared with the place; the smallest circle on which they tell
    the cases apart decides. A place that rises or stays level in all directions is a minimum.
    Such a look around is taken at the first ``most`` places that need one, if that is given.
    """
    points, moved, settled, sharp = _polished(surface, p)
    codes = np.full(len(points), DEGENERATE, dtype=np.int8)
    told = _by_eigenvalues(surface, points, moved, settled, codes)
    open_ = np.flatnonzero(~settled)
    slopes = open_[_follows_hessian(surface, points[open_], STATIONARY) <= 0.1]
    codes[slopes], told[slopes] = SLOPE, True
    rest = np.flatnonzero(~told)
    if most is not None:
        codes[rest[most:]] = UNTOLD
        rest = rest[:most]
    for first in range(0, len(rest), _AT_ONCE):
        some = rest[first : first + _AT_ONCE]
        codes[some] = _by_circles(surface, points[some], moved[some], settled[some])
    # Neither flat ground nor what cannot be told is so steep; a cusp is what its surroundings say.
    sharp = sharp[codes[sharp] >= 0]
    level = (codes[sharp] == FLAT) | (codes[sharp] == DEGENERATE)
    codes[sharp[level | bottomless(surface, points[sharp])]] = SLOPE
    return Places(points, codes, settled)


_REACH = 1e-3
"""How far Newton's method may lead away: a place further off is another one."""
_POLISHING = 40
_EXACT = 1e-12
"""A step that is shorter is rounding."""


def _polished(surface: Landscape, p: Array) -> tuple[Array, Array, Lanes, NDArray[np.int64]]:
    """Where Newton's method leads, how far off that may be, and whether it led to a place at all.

    Also which points are steep: next to a pole its step is short for want of way, not of slope.
    """
    points, moved = follow_newton(surface, p, _POLISHING, reach=_REACH)
    # Beside a valley's floor its bend gives a little curvature and slope along it too.
    again = np.flatnonzero(moved > 1e-6)
    points[again], moved[again] = follow_newton(surface, p[again], _POLISHING, reach=_REACH, level=1e-9)
    settled = moved <= 1e-6
    points[~settled] = p[~settled]
    sharp = np.flatnonzero(steep(surface, points))
    points[sharp], settled[sharp] = p[sharp], False
    return points, np.where(settled, moved, STATIONARY), settled, sharp


def follow_newton(
    surface: Landscape,
    p: Array,
    steps: int,
    longest: float = np.inf,
    reach: float = np.inf,
    level: float = 1e-15,
) -> tuple[Array, Array]:
    """Where Newton's method leads from points (n, 2), and how long its last step was, (n,).

    A step that shortens by the same factor again and again, as it does towards a place of higher order,
    is followed to its limit. No step is longer than ``longest``; a point that would come further than
    ``reach`` from where it began, or to where there is no slope, stops there, its last step infinite.
    ``level`` is the share of the larger curvature below which slope and curvature count as none.
    """
    points, moved = p.copy(), np.full(len(p), np.inf)
    going, before, ratio = np.arange(len(p)), np.zeros_like(p), np.zeros(len(p))
    for _ in range(steps):
        here = points[going]
        step = newton_step(*derivatives(surface, here), level)
        with np.errstate(all="ignore"):
            length = np.hypot(step[:, 0], step[:, 1])
            last = np.hypot(before[:, 0], before[:, 1])
            now = np.where(last > 0.0, (step * before).sum(axis=-1) / last**2, 0.0)
            steady = (now > 0.3) & (now < 0.97) & (np.abs(now - ratio) < 0.02)
            steady &= now * last > 0.999 * length
            step *= np.where(steady, 1.0 / (1.0 - now), np.minimum(1.0, longest / length))[:, None]
            there = here + step * surface.spans
            near = np.isfinite(length) & (np.hypot(*((there - p[going]) / surface.spans).T) <= reach)
        points[going[near]] = there[near]
        moved[going] = np.where(near, length, np.inf)
        floor = _EXACT + 4.0 * np.finfo(float).eps * np.abs(here / surface.spans).max(axis=-1)
        on = near & (length > floor)
        before = np.where(steady[:, None], 0.0, step)[on]
        ratio, going = np.where(steady, 0.0, now)[on], going[on]
        if not going.size:
            break
    return points, moved


_CLEAR = 1e-9
"""An eigenvalue below this share of the other one is not told from rounding."""
_NEARBY = 1e-5
"""Where the gradient is compared with what the Hessian promises."""


def _by_eigenvalues(
    surface: Landscape, p: Array, moved: Array, settled: Lanes, codes: NDArray[np.int8]
) -> Lanes:
    """Fill in the codes of the places that their Hessian tells; which ones those are."""
    _, bend = derivatives(surface, p)
    low, high, _ = eigen(bend)
    smallest, largest = np.minimum(np.abs(low), np.abs(high)), np.maximum(np.abs(low), np.abs(high))
    clear = settled & (smallest > _CLEAR * largest) & (moved <= 0.03 * _NEARBY)
    some = np.flatnonzero(clear)
    if some.size:
        off = off_hessian(surface, p[some], _NEARBY)
        clear[some] = off <= 0.1 * smallest[some] * _NEARBY
    some = np.flatnonzero(clear)
    codes[some] = np.where(low[some] > 0.0, MINIMUM, np.where(high[some] < 0.0, MAXIMUM, SADDLE))
    return clear


def off_hessian(surface: Landscape, p: Array, radius: float) -> Array:
    """By how much the gradient on a circle around points (n, 2) is not what gradient and Hessian promise."""
    slope, (xx, xy, yy) = derivatives(surface, p)
    a, b = radius * _EIGHT.T
    with np.errstate(all="ignore"):
        turned = np.stack([np.outer(xx, a) + np.outer(xy, b), np.outer(xy, a) + np.outer(yy, b)], axis=-1)
    around = surface.gradient(p[:, None] + radius * _EIGHT * surface.spans) * surface.spans
    with np.errstate(all="ignore"):
        off: Array = np.abs(around - slope.T[:, None] - turned).max(axis=(-1, -2))
    return off


def _follows_hessian(surface: Landscape, p: Array, radius: float) -> Array:
    """The same as a share of the gradient and of its change, (n,): small on a slope, large beside a kink."""
    slope, bend = derivatives(surface, p)
    size = np.hypot(slope[0], slope[1]) + radius * np.abs(bend).max(axis=0)
    off = off_hessian(surface, p, radius)
    with np.errstate(all="ignore"):
        return np.where(np.isfinite(off), off / np.where(size > 0.0, size, 1.0), np.inf)


_EIGHT = np.array([(np.cos(a), np.sin(a)) for a in np.arange(8) * np.pi / 4 + 0.2])
_RADII = 10.0 ** np.arange(-7.0, -1.75, 0.5)
"""Circles around a place, from small to large, up to a hundredth of the window's width."""
_ANGLES = np.linspace(0.0, 2.0 * np.pi, 48, endpoint=False) + 0.01
_WAYS = 3
"""How many of the lowest, and of the highest, directions on a circle are refined."""
_GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0
_NARROWINGS = 32
_NOISE = 8.0 * np.finfo(float).eps
_AT_ONCE = 256


def _by_circles(surface: Landscape, p: Array, moved: Array, settled: Lanes) -> NDArray[np.int8]:
    """What the surface around each place of (n, 2) says that it is."""
    codes, undecided = np.full(len(p), DEGENERATE, dtype=np.int8), np.arange(len(p))
    rises, falls, told = (np.zeros(len(p), dtype=bool) for _ in range(3))
    value = surface.value(p)
    noise = _rounding(surface, p, value)
    # What falls within the distance that the place itself may be off does not count.
    unsure = np.maximum(0.0, -np.fmin.reduce(_on_circle(surface, p, moved) - value[:, None], axis=-1))
    resolved = 1e3 * np.finfo(float).eps * np.abs(p / surface.spans).max(axis=-1)
    for radius in _RADII:
        some = undecided[radius >= np.maximum(30.0 * moved, resolved)[undecided]]
        if not some.size:
            continue
        lowest, highest, whole, arcs = _extremes(surface, p[some], radius, value[some])
        slack = 4.0 * unsure[some] + np.maximum(noise[some], _NOISE * np.abs(value[some]))
        slack += _extreme_rounding(surface, p[some], radius, lowest, highest)
        low, high = lowest[1], highest[1]
        told[some] |= whole
        falls_here, rises_here = whole & (low < -slack), whole & (high > slack)
        sharp = 1e-9 * np.maximum(np.abs(low), np.abs(high))
        up = whole & (low > slack + sharp)
        down = whole & (high < -slack - sharp)
        rises[some] |= rises_here
        falls[some] |= falls_here
        both = falls_here & rises_here
        # Between a kink's two sides the slope has no value: what leads on in one direction only is a slope.
        slope = both & ~settled[some] & (arcs < 2)
        codes[some[up]], codes[some[down]] = MINIMUM, MAXIMUM
        codes[some[both]] = SADDLE
        codes[some[slope]] = SLOPE
        undecided = np.setdiff1d(undecided, some[up | down | both], assume_unique=True)
    codes[undecided[rises[undecided] & ~falls[undecided]]] = MINIMUM
    codes[undecided[falls[undecided] & ~rises[undecided]]] = MAXIMUM
    codes[undecided[falls[undecided] & rises[undecided]]] = SADDLE
    codes[undecided[told[undecided] & ~falls[undecided] & ~rises[undecided]]] = FLAT
    # Too far out to be looked around: only the derivatives are left.
    slope, bend = derivatives(surface, p)
    level = (slope == 0.0).all(axis=0) & (bend == 0.0).all(axis=0) & (resolved > _RADII[-1])
    codes[undecided[(~told & level)[undecided]]] = FLAT
    codes[undecided[(~told & ~level & ~settled)[undecided]]] = SLOPE
    return codes


def rises_all_around(surface: Landscape, p: Array, radius: float = 1e-3) -> Lanes:
    """Whether the surface rises in every direction from each point of (n, 2), on a circle of this radius."""
    (_, low), (_, high), whole, _ = _extremes(surface, p, radius, surface.value(p))
    lanes: Lanes = whole & (low > 1e-6 * high)
    return lanes


def _at(surface: Landscape, p: Array, radius: Array | float, angles: Array) -> Array:
    """The losses at these angles (n, m) on circles around points (n, 2)."""
    there, radius = np.empty((*angles.shape, 2)), np.asarray(radius).reshape(-1, 1)
    for axis, ways in enumerate((np.cos(angles), np.sin(angles))):
        there[..., axis] = p[:, axis, None] + radius * ways * surface.spans[axis]
    return surface.value(there)


def _on_circle(surface: Landscape, p: Array, radius: Array) -> Array:
    return _at(surface, p, radius, np.broadcast_to(_ANGLES, (len(p), len(_ANGLES))))


def _extremes(
    surface: Landscape, p: Array, radius: float, value: Array
) -> tuple[tuple[Array, Array], tuple[Array, Array], Lanes, NDArray[np.int64]]:
    """The lowest and the highest direction on a circle: angles and rises above the place, (n,) each.

    Also whether the whole circle has values, and how many separate arcs of it lie below the place.
    """
    rise = _on_circle(surface, p, np.full(len(p), radius)) - value[:, None]
    whole: Lanes = np.logical_and.reduce(np.isfinite(rise), axis=-1)
    rise = np.where(whole[:, None], rise, 0.0)
    below = rise < 0.0
    arcs: NDArray[np.int64] = (below & ~np.roll(below, 1, axis=-1)).sum(axis=-1)
    angles, heights = np.full((2, len(p)), _ANGLES[0]), np.stack([rise[:, 0]] * 2)
    uneven = np.flatnonzero((rise != rise[:, :1]).any(axis=-1))
    if uneven.size:  # a circle that is level, to the bit, has no direction to look for
        found = _refined(surface, p[uneven], radius, value[uneven], rise[uneven])
        angles[:, uneven], heights[:, uneven] = found
    return (angles[0], heights[0]), (angles[1], heights[1]), whole, arcs


def _refined(surface: Landscape, p: Array, radius: float, value: Array, rise: Array) -> tuple[Array, Array]:
    """The lowest and the highest direction, by golden sections around the best few: angles, rises, (2, n)."""
    p, value, signed = np.concatenate([p, p]), np.concatenate([value, value]), np.concatenate([rise, -rise])
    sign = np.repeat([[1.0], [-1.0]], len(rise), axis=0)
    dip = (signed <= np.roll(signed, 1, axis=-1)) & (signed <= np.roll(signed, -1, axis=-1))
    ranked = np.argsort(np.where(dip, signed, np.inf), axis=-1, kind="stable")[:, :_WAYS]
    width = _ANGLES[1] - _ANGLES[0]
    a, d = _ANGLES[ranked] - width, _ANGLES[ranked] + width

    def height(angles: Array) -> Array:
        found = sign * (_at(surface, p, radius, angles) - value[:, None])
        return np.where(np.isfinite(found), found, np.inf)

    b, c = d - _GOLDEN * (d - a), a + _GOLDEN * (d - a)
    at_b, at_c = height(b), height(c)
    for _ in range(_NARROWINGS):
        left = at_b < at_c
        a, d = np.where(left, a, b), np.where(left, c, d)
        new = np.where(left, d - _GOLDEN * (d - a), a + _GOLDEN * (d - a))
        at_new = height(new)
        b, at_b, c, at_c = (
            np.where(left, new, c),
            np.where(left, at_new, at_c),
            np.where(left, b, new),
            np.where(left, at_b, at_new),
        )
    angles = np.concatenate([b, c, _ANGLES[ranked[:, :1]]], axis=-1)
    heights = np.concatenate([at_b, at_c, np.take_along_axis(signed, ranked[:, :1], axis=-1)], axis=-1)
    best = np.argmin(heights, axis=-1)[:, None]
    lowest = sign * np.take_along_axis(heights, best, axis=-1)
    return np.take_along_axis(angles, best, axis=-1).reshape(2, -1), lowest.reshape(2, -1)


def _rounding(surface: Landscape, p: Array, value: Array) -> Array:
    """How much the loss at points (n, 2) varies over a few units in the last place: that is rounding."""
    tiny = 2.0**-46 * np.maximum(np.abs(p), 1e-6 * surface.spans)
    around = surface.value(p[:, None] + tiny[:, None] * _EIGHT)
    noise: Array = 8.0 * np.fmax.reduce(np.abs(around - value[:, None]), axis=-1)
    return noise


def _extreme_rounding(
    surface: Landscape, p: Array, radius: float, lowest: tuple[Array, Array], highest: tuple[Array, Array]
) -> Array:
    """The same, the larger one of the lowest and the highest point of a circle."""
    noise = np.zeros(len(p))
    for angles, _ in (lowest, highest):
        there = p + radius * np.stack([np.cos(angles), np.sin(angles)], axis=-1) * surface.spans
        noise = np.fmax(noise, _rounding(surface, there, surface.value(there)))
    return noise


def derivatives(surface: Landscape, p: Array) -> tuple[Array, Array]:
    """Slopes (x, y) and curvatures (xx, xy, yy) at points (n, 2), as rows, in units of the window."""
    across, up = surface.spans
    with np.errstate(all="ignore"):
        x, y = p.T.copy()
        slope = np.array(surface.compiled.on_arrays.gradient(x, y), dtype=np.float64)
        bend = np.array(surface.compiled.on_arrays.hessian(x, y), dtype=np.float64)
        slope *= [[across], [up]]
        bend *= [[across * across], [across * up], [up * up]]
    return slope, bend


def eigen(bend: Array) -> tuple[Array, Array, Array]:
    """The lower and the higher eigenvalue, (n,), and the direction of the higher one as an angle."""
    xx, xy, yy = bend
    with np.errstate(all="ignore"):
        mean, half = 0.5 * (xx + yy), 0.5 * (xx - yy)
        radius = np.hypot(half, xy)
        large = mean + np.copysign(radius, mean)
        divisor = np.where(large == 0.0, 1.0, large)
        small = np.where(large == 0.0, mean, xx * (yy / divisor) - xy * (xy / divisor))
    return np.minimum(small, large), np.maximum(small, large), 0.5 * np.arctan2(xy, half)


def newton_step(slope: Array, bend: Array, level: float = 1e-15) -> Array:
    """−H⁺g, (n, 2), in window widths; nan where it has no value, inf on a slope that no curvature ends.

    Along the eigenvector of the smaller eigenvalue both count as 0 where they are no more than ``level``
    of the larger one, which is rounding.
    """
    low, high, angle = eigen(bend)
    size = np.maximum(np.abs(low), np.abs(high))
    cos, sin = np.cos(angle), np.sin(angle)
    g_x, g_y = slope

    def along(slopes: Array, curvature: Array) -> Array:
        even = np.abs(curvature) <= max(level, 1e-13) * size
        on = np.where(np.abs(slopes) <= level * size, 0.0, np.copysign(np.inf, slopes))
        steps: Array = np.where(even, on, slopes / np.where(even, 1.0, curvature))
        return steps

    with np.errstate(all="ignore"):
        a, b = along(cos * g_x + sin * g_y, high), along(cos * g_y - sin * g_x, low)
        step = -np.stack([cos * a - sin * b, sin * a + cos * b], axis=-1)
        step[np.isinf(a) | np.isinf(b)] = np.inf
    return step
