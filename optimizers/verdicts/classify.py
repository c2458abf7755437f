"""What kind of point a run rests at: from the Hessian, or from a ring of values where it cannot say.

All lengths are in window widths and all slopes and curvatures in losses across the window, so that
neither the units of the weights nor those of the loss decide a verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from landscapes import Array, Landscape, Point

Codes: TypeAlias = NDArray[np.int8]

STATIONARY = 1e-4
"""A Newton step shorter than this share of the window is no way to go (0.06 pixel on a 600-pixel map)."""

FLAT = 1e-14
"""Curvature, slope and height below this share of the loss range are rounding."""

UNSURE = 1e-3
"""A curvature below this share of the other one may come from where on a bent valley the run rests."""


class Kind(StrEnum):
    """What a run came to, in the order in which it is tested."""

    UNDEFINED = "undefined"
    DIVERGED = "diverged"
    GLOBAL_MINIMUM = "global minimum"
    LOCAL_MINIMUM = "local minimum"
    SADDLE = "saddle"
    MAXIMUM = "maximum"
    OSCILLATING = "oscillating"
    PLATEAU = "plateau"
    DESCENDING = "descending"


KINDS: NDArray[Any] = np.array([*Kind, None], dtype=object)
"""What the codes of kinds stand for: the place of each in ``Kind``, and −1 for none of them."""

CODES = {kind: code for code, kind in enumerate(Kind)}


def codes_of_points(surface: Landscape, p: Array) -> Codes:
    """The code of the kind of every stationary point of (n, 2), (n,); −1 on flat ground."""
    bend, slope = _derivatives(surface, p)
    low, high = _eigenvalues(surface, bend)
    largest, smallest = np.maximum(np.abs(low), np.abs(high)), np.minimum(np.abs(low), np.abs(high))
    falls, rises = low < 0.0, high > 0.0
    value, named = surface.value(p), ~np.isnan(low)
    unsure = np.flatnonzero(smallest <= UNSURE * largest)
    if unsure.size:
        gentle, steep = _along(bend[:, unsure], slope[:, unsure])
        turned = np.abs(low[unsure]) > np.abs(high[unsure])
        across, along = np.where(turned, (gentle, steep), (steep, gentle))
        # How far the surface falls from here only because the run is not quite where it is going.
        size = largest[unsure]
        unfinished = across**2 / np.where(size > 0.0, size, np.inf) + np.abs(along) * _RADIUS
        slack = 2.0 * unfinished + FLAT * surface.loss_range
        around = surface.value(p[unsure, None] + _RING * surface.spans) - value[unsure, None]
        falls[unsure], rises[unsure] = (
            (around < -slack[:, None]).any(axis=-1),
            (around > slack[:, None]).any(axis=-1),
        )
        named[unsure] &= ~np.isnan(around).any(axis=-1)
    known = np.zeros(len(p), dtype=bool)
    if surface.minimum is not None:
        known = (value <= surface.minimum + 1e-9 * surface.loss_range) | close_to(
            surface, p, surface.minimizers
        )
    saddle = close_to(surface, p, surface.saddles)
    codes = np.full(len(p), -1, dtype=np.int8)
    codes[rises & ~falls] = CODES[Kind.LOCAL_MINIMUM]
    codes[falls & ~rises] = CODES[Kind.MAXIMUM]
    codes[falls & rises] = CODES[Kind.SADDLE]
    codes[~named] = -1
    codes[saddle] = CODES[Kind.SADDLE]
    codes[known] = CODES[Kind.GLOBAL_MINIMUM]
    return codes


_ANGLES = np.linspace(0.0, 2.0 * np.pi, 32, endpoint=False)
_RADIUS = 1e-2
_RING = _RADIUS * np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=-1)
"""A small circle, in window widths: what a degenerate Hessian cannot say."""


def newton_steps(surface: Landscape, p: Array) -> Array:
    """Length of H⁺g in window widths at points (n, 2): inf on a slope without curvature, nan undefined."""
    bend, slope = _derivatives(surface, p)
    (xx, xy, yy), (g_x, g_y) = bend, slope
    with np.errstate(all="ignore"):
        determinant, size = xx * yy - xy * xy, xx * xx + 2.0 * xy * xy + yy * yy
        lengths: Array = np.hypot(yy * g_x - xy * g_y, xx * g_y - xy * g_x) / np.abs(determinant)
        # Cramer's rule loses its digits where one curvature is next to none of the other.
        risky = ~((np.abs(determinant) > 1e-6 * size) & (size > (1e7 * FLAT * surface.loss_range) ** 2))
        some = np.flatnonzero(risky | ~np.isfinite(lengths))
        if some.size:
            eigenvalues = _eigenvalues(surface, bend[:, some])
            slopes = _along(bend[:, some], slope[:, some])
            level = (eigenvalues == 0.0) & (np.abs(slopes) <= FLAT * surface.loss_range)
            lengths[some] = np.hypot(*np.where(level, 0.0, slopes / eigenvalues))
    return lengths


def _derivatives(surface: Landscape, p: Array) -> tuple[Array, Array]:
    """Curvatures (xx, xy, yy) and slopes (x, y) at points (n, 2), as rows, in units of the window."""
    across, up = surface.spans
    with np.errstate(all="ignore"):
        x, y = p.T.copy()
        bend = np.array(surface.compiled.on_arrays.hessian(x, y), dtype=np.float64)
        slope = np.array(surface.compiled.on_arrays.gradient(x, y), dtype=np.float64)
        bend *= [[across * across], [across * up], [up * up]]
        slope *= [[across], [up]]
    return bend, slope


def _eigenvalues(surface: Landscape, bend: Array) -> Array:
    """The lower and the higher eigenvalue, as rows; those that are rounding are 0."""
    xx, xy, yy = bend
    with np.errstate(all="ignore"):
        mean, radius = 0.5 * (xx + yy), np.hypot(0.5 * (xx - yy), xy)
        eigenvalues = np.stack([mean - radius, mean + radius])
        sizes = np.abs(eigenvalues)
        rounding = np.maximum(FLAT * surface.loss_range, 10.0 * FLAT * sizes.max(axis=0))
    eigenvalues[sizes <= rounding] = 0.0
    eigenvalues[:, ~np.isfinite(sizes).all(axis=0)] = np.nan
    return eigenvalues


def _along(bend: Array, slope: Array) -> Array:
    """The slopes along the eigenvectors of the lower and of the higher eigenvalue, as rows."""
    xx, xy, yy = bend
    turn = 0.5 * np.arctan2(xy, 0.5 * (xx - yy))
    cos, sin = np.cos(turn), np.sin(turn)
    return np.stack([cos * slope[1] - sin * slope[0], cos * slope[0] + sin * slope[1]])


def close_to(surface: Landscape, p: Array, known: Sequence[Point]) -> NDArray[np.bool_]:
    """Whether each point of (n, 2) is one of the known ones."""
    across, up = surface.spans
    x, y = p[:, 0] / across, p[:, 1] / up
    near = np.zeros(len(p), dtype=bool)
    with np.errstate(over="ignore"):
        for a, b in known:
            near |= (x - a / across) ** 2 + (y - b / up) ** 2 <= (10.0 * STATIONARY) ** 2
    return near
