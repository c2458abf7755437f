"""The window and the start that show most of a surface that nobody knows yet."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from landscapes.declarations import Point
from landscapes.landscape import LARGEST, Array, Landscape, Window

NEAR, FAR = (5.0, 2.0, 10.0, 1.0), (20.0, 50.0, 100.0, 1000.0)
"""Half the widths of the windows that a formula is tried in, the usual one first."""
FRAMES = (1.0, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 50.0, 75.0, 100.0)
"""Half the widths of the windows that are drawn around minima."""
CELLS = 40
MOST_SHOWN = 8
"""Minima for which a window is made wider."""
STARTS, STEPS = 40, 40
"""Low places of every window that are followed downhill, and how far."""


def guessed(draft: Landscape) -> Window:
    """The square that shows most, wide enough for the lowest minima, cut to where the formula has values.

    Best is one whose lowest cell lies inside, then the one near the origin with the fewest cells that lack a
    value or lie more than 10⁴ from the median, then the nearest of those further out. Where the lowest minima
    lie outside, it grows to hold them; of endlessly many, three.
    """
    tried: list[tuple[bool, float, Window, float]] = []
    low: list[Array] = []
    lowest = math.inf
    for r in (*NEAR, *FAR):
        points, losses = _tried(draft, r)
        overflows = bool((np.abs(losses) > LARGEST).any())
        losses[~(np.abs(losses) <= LARGEST)] = np.inf
        if not (known := losses < np.inf).any():
            continue
        if r <= FRAMES[-1]:
            low.append(_low_places(points, losses))
            lowest = min(lowest, float(losses.min()))
        box = losses[_box(known)]
        hidden = np.mean(np.abs(box - np.median(box[box < np.inf])) > 1e4) if r in NEAR else 1.0
        dips = losses.min() < losses.max() and all(_dips(some, r in NEAR) for some in (losses, losses.T))
        dips &= r in NEAR or not overflows
        tried.append((not dips, float(hidden), _cut(known, r), r))
    if not tried:
        return draft.window
    _, _, window, r = min(tried, key=lambda one: one[:2])
    wanted = _wanted(draft, np.concatenate(low), lowest, r) if low else np.empty((0, 2))
    if not wanted.size or _inside(wanted, window):
        return window
    needed = next((f for f in FRAMES if f >= r and 1.1 * np.abs(wanted).max() <= f), r)
    _, losses = _tried(draft, needed)
    return _cut(np.abs(losses) <= LARGEST, needed)


def start_in(draft: Landscape) -> Point | None:
    """The point nearest to a fifth of the width and seven tenths of the height that lies on a slope.

    None where nothing of the formula can be drawn in the window.
    """
    columns, rows = (
        np.linspace(lo, hi, CELLS + 1)[1:-1].round(4 - math.floor(math.log10(hi - lo)))
        for lo, hi in draft.window
    )
    points = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    slopes = np.abs(draft.gradient(points)).max(axis=-1)
    usable = (np.abs(draft.value(points)) <= LARGEST) & np.isfinite(slopes)
    if not usable.any():
        return None
    aim = [lo + share * (hi - lo) for share, (lo, hi) in zip((0.2, 0.7), draft.window, strict=True)]
    distances = (np.abs(points - aim) / draft.spans).sum(axis=-1)
    flat = slopes <= 1e-2 * draft.loss_range / draft.spans.max()
    best = np.lexsort((distances, slopes == 0.0, flat, ~usable))[0]
    return float(points[best, 0]), float(points[best, 1])


def _tried(draft: Landscape, r: float) -> tuple[Array, Array]:
    """The middles of the cells of a square around the origin, and the losses there."""
    middles = np.arange(0.5, CELLS) * (2 * r / CELLS) - r
    points = np.stack(np.meshgrid(middles, middles), axis=-1)
    return points, draft.value(points)


def _box(known: NDArray[np.bool_]) -> tuple[slice, slice]:
    """The rows and columns between the outermost cells that have a value."""
    cells = np.argwhere(known)
    (bottom, left), (top, right) = cells.min(axis=0), cells.max(axis=0) + 1
    return slice(bottom, top), slice(left, right)


def _cut(known: NDArray[np.bool_], r: float) -> Window:
    rows, columns = _box(known)
    edges = np.linspace(-r, r, CELLS + 1).round(3).tolist()
    return (edges[columns.start], edges[columns.stop]), (edges[rows.start], edges[rows.stop])


def _dips(losses: Array, near: bool) -> bool:
    """Whether the lowest place across (n, n) losses lies inside, or all columns are alike.

    Far out that must not be rounding, such as that of an exponential which is 0 nearly everywhere.
    """
    profile = losses.min(axis=0)
    lowest = profile[1:-1].min()
    alike = lowest == profile.max() and (near or bool((losses == losses[:, :1]).all()))
    return bool(lowest < min(profile[0], profile[-1]) or alike)


def _inside(points: Array, window: Window) -> bool:
    """Whether all points are in the window, and not at its very edge."""
    lows, highs = np.array(window).T
    margin = 0.04 * (highs - lows)
    return bool(((points >= lows + margin) & (points <= highs - margin)).all())


def _low_places(points: Array, losses: Array) -> Array:
    """The lowest cells of a grid that are no higher than their neighbours, (n, 2)."""
    walled = np.pad(losses, 1, constant_values=np.inf)
    around = [
        walled[1 + i : CELLS + 1 + i, 1 + j : CELLS + 1 + j] for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j
    ]
    cells = (losses <= np.minimum.reduce(around)) & (losses < np.inf)
    order = np.argsort(losses[cells], kind="stable")[:STARTS]
    lowest: Array = points[cells][order]
    return lowest


def _wanted(draft: Landscape, starts: Array, lowest: float, r: float) -> Array:
    """The minima to be shown, (n, 2): the lowest, and the others where they are few and near."""
    places, losses = _descended(draft, starts)
    if not places.size or losses.min() > lowest + 1e-9 * (1 + abs(lowest)):
        return np.empty((0, 2))  # it is not attained, or not where a descent comes
    places, losses = _distinct(places, losses)
    spread = losses.max() - losses.min()
    best = losses <= losses.min() + 1e-6 * spread + 1e-12 * draft.loss_range
    far = np.abs(places).max(axis=-1)
    counts = [int((best & (far <= frame)).sum()) for frame in (20.0, 50.0, 100.0)]
    if counts[0] < counts[1] < counts[2] or best.sum() > MOST_SHOWN:  # and so on for ever
        shown = best & (far <= np.sort(far[best])[:3][-1])
    else:
        near = far <= 3.0 * max(r, far[best].max())
        shown = best | near if near.sum() <= MOST_SHOWN else best
    found: Array = places[shown]
    return found


def _distinct(places: Array, losses: Array) -> tuple[Array, Array]:
    """Each minimum once, the lowest first."""
    order = np.argsort(losses, kind="stable")
    kept: list[int] = []
    for k in order:
        apart = 1e-3 * (1.0 + np.abs(places[k]).max())
        if all(np.abs(places[k] - places[other]).max() > apart for other in kept):
            kept.append(k)
    return places[kept], losses[kept]


def _descended(draft: Landscape, starts: Array) -> tuple[Array, Array]:
    """Where all starts (n, 2) come to rest in minima by Newton's method with a load, and the losses there."""
    points, load = starts.copy(), np.full(len(starts), 1e-3)
    losses = draft.value(points)
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            steps = _loaded_steps(draft, points, load)
            there = points + steps
            found = draft.value(there)
            better = found <= losses
            points, losses = np.where(better[:, None], there, points), np.where(better, found, losses)
            load = np.where(better, load / 10.0, np.minimum(load * 10.0, 1e12))
        moved = np.abs(_loaded_steps(draft, points, np.zeros(len(points)), 0.0)).max(axis=-1)
        low, high = _curvatures(draft.hessian(points))
        isolated = low > 1e-9 * high  # the floor of a valley has no end
    size = 1.0 + np.abs(points).max(axis=-1)
    at_rest = (moved <= 1e-5 * size) & isolated & (size <= 1.0 + 1.2 * FRAMES[-1]) & np.isfinite(losses)
    return points[at_rest], losses[at_rest]


def _loaded_steps(draft: Landscape, points: Array, load: Array, least: float = 1e-12) -> Array:
    """−(|H| + load·|λ|max)⁻¹ g at points (n, 2): downhill whatever the signs of the curvatures.

    No curvature counts as less than ``least`` times the largest; the step is 0 where there is no slope.
    """
    gradient, hessian = draft.gradient(points), draft.hessian(points)
    a, b, d = hessian[:, 0, 0], hessian[:, 0, 1], hessian[:, 1, 1]
    mean, half = (a + d) / 2, (a - d) / 2
    radius = np.hypot(half, b)
    largest = np.maximum(np.abs(mean + radius), np.abs(mean - radius))
    first, second = (
        np.maximum(np.abs(value), least * largest) + load * largest
        for value in (mean + radius, mean - radius)
    )
    angle = np.arctan2(b, half) / 2
    axis = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    other = np.stack([-axis[:, 1], axis[:, 0]], axis=-1)
    along, across = (axis * gradient).sum(axis=-1), (other * gradient).sum(axis=-1)
    steps: Array = -(
        axis * np.where(along == 0.0, 0.0, along / first)[:, None]
        + other * np.where(across == 0.0, 0.0, across / second)[:, None]
    )
    return np.where(np.isfinite(steps), steps, np.inf if least == 0.0 else 0.0)


def _curvatures(hessian: Array) -> tuple[Array, Array]:
    """The lower and the higher eigenvalue of matrices (n, 2, 2)."""
    a, b, d = hessian[:, 0, 0], hessian[:, 0, 1], hessian[:, 1, 1]
    mean, radius = (a + d) / 2, np.hypot((a - d) / 2, b)
    return mean - radius, mean + radius
