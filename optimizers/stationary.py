"""What kind of point a run rests at: from the Hessian, or from a ring of values where it is degenerate.

All lengths are in window widths and all slopes and curvatures in losses across the window, so that
neither the units of the weights nor those of the loss decide a verdict.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from landscapes import Array, Landscape, Point

STATIONARY = 1e-4
"""A Newton step shorter than this share of the window is no way to go (0.06 pixel on a 600-pixel map)."""

FLAT = 1e-14
"""Curvature and slope below this share of the loss range, across the window, are rounding."""


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


def kind_of_point(surface: Landscape, p: Array) -> Kind | None:
    """The kind of a stationary point; None on ground that is flat in every direction."""
    value = float(surface.value(p))
    slack = 1e-9 * surface.loss_range
    if surface.minimum is not None and (
        value <= surface.minimum + slack or _close(surface, p, surface.minimizers)
    ):
        return Kind.GLOBAL_MINIMUM
    if _close(surface, p, surface.saddles):
        return Kind.SADDLE
    low, high = _scaled(surface, p)[0].tolist()
    if low < 0.0 < high:
        return Kind.SADDLE
    if low > 0.0 or high < 0.0:
        return Kind.LOCAL_MINIMUM if low > 0.0 else Kind.MAXIMUM
    around: Array = _ring(surface, p) - value
    if np.all(around == 0.0) or np.isnan(around).any():
        return None
    if np.all(around >= 0.0):
        return Kind.LOCAL_MINIMUM
    return Kind.MAXIMUM if np.all(around <= 0.0) else Kind.SADDLE


def _ring(surface: Landscape, p: Array) -> Array:
    """The loss on a small circle: what a degenerate Hessian cannot say."""
    angles = np.linspace(0.0, 2.0 * np.pi, 32, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    return surface.value(p + 1e-2 * surface.spans * circle)


def _scaled(surface: Landscape, p: Array) -> tuple[Array, Array]:
    """Eigenvalues and slopes along the eigenvectors, (..., 2) each, in units of the window and the loss."""
    scale = surface.spans
    h = surface.hessian(p) * scale[:, None] * scale
    g = surface.gradient(p) * scale
    defined = np.asarray(np.isfinite(h).all(axis=(-2, -1)) & np.isfinite(g).all(axis=-1))
    eigenvalues, vectors = np.linalg.eigh(np.where(defined[..., None, None], h, 0.0))
    slopes = np.einsum("...ij,...i->...j", vectors, g)
    flat = np.abs(eigenvalues) <= FLAT * surface.loss_range
    eigenvalues = np.where(flat, 0.0, eigenvalues)
    return np.where(defined[..., None], eigenvalues, np.nan), np.where(defined[..., None], slopes, np.nan)


def newton_steps(surface: Landscape, p: Array) -> Array:
    """Length of H⁺g in window widths at points (n, 2): inf on a slope without curvature, nan undefined."""
    eigenvalues, slopes = _scaled(surface, p)
    level = (eigenvalues == 0.0) & (np.abs(slopes) <= FLAT * surface.loss_range)
    with np.errstate(divide="ignore", invalid="ignore"):
        lengths: Array = np.linalg.norm(np.where(level, 0.0, slopes / eigenvalues), axis=-1)
        return lengths


def _close(surface: Landscape, p: Array, known: tuple[Point, ...]) -> bool:
    return any(np.linalg.norm((p - q) / surface.spans) <= 10 * STATIONARY for q in map(np.array, known))
