"""What kind of point a run rests at: from the Hessian, or from a ring of values where it cannot say.

All lengths are in window widths and all slopes and curvatures in losses across the window, so that
neither the units of the weights nor those of the loss decide a verdict.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import Array, Landscape, Point

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


def kinds_of_points(surface: Landscape, p: Array) -> NDArray[Any]:
    """The kind of every stationary point of (n, 2), as objects (n,); None on flat ground."""
    eigenvalues, slopes = _scaled(surface, p)
    low, high = eigenvalues[:, 0], eigenvalues[:, 1]
    value = surface.value(p)
    sizes, steep = np.abs(eigenvalues), np.abs(high) >= np.abs(low)
    largest = sizes.max(axis=-1)
    unsure = sizes.min(axis=-1) <= UNSURE * largest
    # How far the surface falls from here only because the run is not quite where it is going.
    across, along = np.where(steep, slopes.T[::-1], slopes.T)
    unfinished = across**2 / np.where(largest > 0.0, largest, np.inf) + np.abs(along) * _RADIUS
    slack = 2.0 * unfinished + FLAT * surface.loss_range
    around = np.zeros((len(p), 1))
    if unsure.any():
        around = np.where(
            unsure[:, None], surface.value(p[:, None] + _RING * surface.spans) - value[:, None], 0
        )
    with np.errstate(invalid="ignore"):
        lower, higher = (around < -slack[:, None]).any(axis=-1), (around > slack[:, None]).any(axis=-1)
    falls, rises = np.where(unsure, lower, low < 0.0), np.where(unsure, higher, high > 0.0)
    known = np.zeros(len(p), dtype=bool)
    if surface.minimum is not None:
        known = (value <= surface.minimum + 1e-9 * surface.loss_range) | _close(
            surface, p, surface.minimizers
        )
    saddle = _close(surface, p, surface.saddles)
    kinds = np.full(len(p), None, dtype=object)
    kinds[rises & ~falls] = Kind.LOCAL_MINIMUM
    kinds[falls & ~rises] = Kind.MAXIMUM
    kinds[falls & rises] = Kind.SADDLE
    kinds[np.isnan(around).any(axis=-1) | np.isnan(low)] = None
    kinds[saddle] = Kind.SADDLE
    kinds[known] = Kind.GLOBAL_MINIMUM
    return kinds


_ANGLES = np.linspace(0.0, 2.0 * np.pi, 32, endpoint=False)
_RADIUS = 1e-2
_RING = _RADIUS * np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=-1)
"""A small circle, in window widths: what a degenerate Hessian cannot say."""


def newton_steps(surface: Landscape, p: Array) -> Array:
    """Length of H⁺g in window widths at points (..., 2): inf on a slope without curvature, nan undefined."""
    eigenvalues, slopes = _scaled(surface, p)
    level = (eigenvalues == 0.0) & (np.abs(slopes) <= FLAT * surface.loss_range)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        lengths = np.where(level, 0.0, slopes / eigenvalues)
        return np.hypot(lengths[..., 0], lengths[..., 1])


def _scaled(surface: Landscape, p: Array) -> tuple[Array, Array]:
    """Eigenvalues, the lower first, and slopes along the eigenvectors, (..., 2) each.

    In units of the window and the loss; curvatures that are rounding are 0.
    """
    across, up = surface.spans
    with np.errstate(all="ignore"):
        h, g = surface.hessian(p), surface.gradient(p)
        xx, xy, yy = h[..., 0, 0] * across**2, h[..., 0, 1] * across * up, h[..., 1, 1] * up**2
        g_x, g_y = g[..., 0] * across, g[..., 1] * up
        mean, half = 0.5 * (xx + yy), 0.5 * (xx - yy)
        radius, turn = np.hypot(half, xy), 0.5 * np.arctan2(xy, half)
        cos, sin = np.cos(turn), np.sin(turn)
        eigenvalues = np.stack([mean - radius, mean + radius], axis=-1)
        slopes = np.stack([cos * g_y - sin * g_x, cos * g_x + sin * g_y], axis=-1)
    undefined = ~(np.isfinite(eigenvalues).all(axis=-1) & np.isfinite(slopes).all(axis=-1))
    sizes = np.abs(eigenvalues)
    rounding = np.maximum(FLAT * surface.loss_range, 10.0 * FLAT * sizes.max(axis=-1, keepdims=True))
    eigenvalues[sizes <= rounding] = 0.0
    eigenvalues[undefined] = slopes[undefined] = np.nan
    return eigenvalues, slopes


def _close(surface: Landscape, p: Array, known: tuple[Point, ...]) -> NDArray[np.bool_]:
    """Whether each point is one of the known ones."""
    near = [np.linalg.norm((p - q) / surface.spans, axis=-1) <= 10 * STATIONARY for q in map(np.array, known)]
    return np.any(near, axis=0) if near else np.zeros(len(p), dtype=bool)
