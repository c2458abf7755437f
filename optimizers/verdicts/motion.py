"""What a stretch of a run is doing, for many runs at once: growing, swinging, jittering."""

from __future__ import annotations

import numpy as np

from landscapes import Array
from optimizers.verdicts.classify import Lanes

STILL = 1e-12
"""Window widths below which a movement is rounding."""


def lengths(vectors: Array) -> Array:
    """The lengths of vectors (..., 2), (...)."""
    a, b = vectors[..., 0], vectors[..., 1]
    found: Array = np.sqrt(a * a + b * b)  # several times as quick as hypot
    return found


def movement_floor(points: Array) -> Array:
    """The length below which a movement of points (..., 2), in window widths, is rounding."""
    floor: Array = STILL + 1e-15 * np.abs(points).max(axis=-1)
    return floor


def thirds(columns: Array) -> list[Array]:
    """The first, the middle and the last third of the rows."""
    return np.array_split(columns, 3)


def growing(column: Array) -> Lanes:
    """Whether it grows from sixth to sixth of the column, or by half from third to third, (n,)."""
    sixths = np.stack([np.fmax.reduce(part, axis=0) for part in np.array_split(column, min(6, len(column)))])
    steadily = (np.diff(sixths, axis=0) > 0.0).all(axis=0)
    largest = np.stack([np.fmax.reduce(part, axis=0) for part in thirds(column) if len(part)])
    much = (np.diff(largest, axis=0) > 0.5 * np.abs(largest[:-1])).all(axis=0)
    lanes: Lanes = steadily | much
    return lanes


def largest_last(column: Array) -> Array:
    """The largest of the last third of a column, (n,)."""
    largest: Array = np.fmax.reduce(column[-max(1, len(column) // 3) :], axis=0)
    return largest


def swinging(points: Array, kept: float) -> Lanes:
    """Whether the amplitude does not shrink from third to third, and the way leads back on itself, (n,).

    ``points`` are (m, n, 2), in window widths; of fewer than six only steps that all turn back swing.
    """
    moves = np.diff(points, axis=0)
    strides = lengths(moves)
    floor = movement_floor(points[-1])
    if len(points) < 6:
        if len(moves) < 3:
            return np.zeros(points.shape[1], dtype=bool)
        back = ((moves[1:] * moves[:-1]).sum(axis=-1) < 0.0).all(axis=0)
        few: Lanes = back & (strides[-1] >= 0.8 * strides[0]) & (strides[-1] > floor)
        return few
    parts = thirds(points)
    middles = [part.mean(axis=0) for part in parts]
    sizes = [
        np.sqrt(((part - middle) ** 2).sum(axis=-1).mean(axis=0))
        for part, middle in zip(parts, middles, strict=True)
    ]
    drift = lengths(middles[2] - middles[0])
    net = lengths(points[-1] - points[0])
    lanes: Lanes = (sizes[2] >= kept * sizes[0]) & (drift < 1.5 * sizes[2]) & (sizes[2] > floor)
    lanes &= net <= 0.7 * strides.sum(axis=0)
    return lanes


def jittering(points: Array) -> Lanes:
    """Whether the steps do not shrink, and hardly add up to a way, as under noise, (n,)."""
    moves = np.diff(points, axis=0)
    if len(moves) < 6:
        return np.zeros(points.shape[1], dtype=bool)
    strides = lengths(moves)
    first, _, last = (part.sum(axis=0) for part in thirds(strides))
    net = lengths(points[-1] - points[0])
    floor = len(moves) * (movement_floor(points[-1]))
    lanes: Lanes = (last >= 0.8 * first) & (net <= 0.25 * strides.sum(axis=0)) & (last > floor)
    return lanes
