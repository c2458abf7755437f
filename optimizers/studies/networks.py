"""Slices through the losses of networks: how rough they are, where training went, what a slice hides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from landscapes import Array, Landscape
from optimizers.checks import checked_whole
from optimizers.maps.read_only import ReadOnly

STEPS_BETWEEN = 10
"""Training steps from one point of a stored path to the next."""


class Roughness(NamedTuple):
    """How rough a slice is.

    Attributes
    ----------
    minima
        Local minima of the grid's inner points, by comparison with their eight neighbours.
    down
        The share of the inner points at which the surface curves down in some direction: its Hessian's
        lower eigenvalue is negative.
    """

    minima: int
    down: float


def roughness(surface: Landscape, resolution: int = 161) -> Roughness:
    """The roughness of a slice over its window; 161 is the grid that was computed from the network.

    Raises
    ------
    ValueError
        If the resolution is not a whole number from 5 to 500.
    """
    x, y, loss = surface.grid(checked_whole("Resolution", resolution, 5, 500))
    inner = loss[1:-1, 1:-1]
    rows, columns = loss.shape
    lowest = np.ones(inner.shape, dtype=bool)
    for i in range(3):
        for j in range(3):
            if (i, j) != (1, 1):
                lowest &= inner < loss[i : rows - 2 + i, j : columns - 2 + j]
    h = surface.hessian(np.stack(np.meshgrid(x[1:-1], y[1:-1]), axis=-1))
    xx, xy, yy = h[..., 0, 0], h[..., 0, 1], h[..., 1, 1]
    bent = (xx + yy) / 2.0 - np.hypot((xx - yy) / 2.0, xy)
    return Roughness(int(lowest.sum()), float(np.mean(bent < 0.0)))


@dataclass(frozen=True, eq=False)
class TrainingPath(ReadOnly):
    """A network's training, seen in a plane through its weights.

    Attributes
    ----------
    steps
        (n,): training steps at each point.
    points
        (n, 2): the weights' orthogonal projection on the plane, in its coordinates.
    off
        (n,): how far the weights are off the plane, in half windows.
    losses
        (n,): the network's loss at the weights themselves.
    shown
        (n,): the slice's loss at the projected points; nan outside it.
    share
        The share of the path's variance that lies in the plane.
    """

    steps: Array
    points: Array
    off: Array
    losses: Array
    shown: Array
    share: float

    @property
    def hidden(self) -> Array:
        """By what factor the slice shows another loss than the network had, (n,): 1 where they agree."""
        return np.exp(np.abs(np.log(self.shown / self.losses)))


def training_path(surface: Landscape) -> TrainingPath:
    """How the network of this slice was trained, in the slice's own plane.

    ``surface`` is ``LANDSCAPES["network_slice"]`` with its switches ``depth``, ``skip`` and ``plane``.

    Raises
    ------
    ValueError
        If the surface is no slice of a network with a stored path.
    """
    if surface.samples is None or not {"depth", "skip", "plane"} <= set(surface.settings):
        raise ValueError(f"{surface.name} is no slice of a network, so it has no training path.")
    depth, skip, plane = (int(surface.settings[key]) for key in ("depth", "skip", "plane"))
    path, share, losses = (
        surface.samples.beside(f"{depth},{skip},{name}")
        for name in (f"{plane} path", "path share", "path loss")
    )
    points = path[:, :2].copy()
    steps = STEPS_BETWEEN * np.arange(float(len(path)))
    return TrainingPath(steps, points, path[:, 2].copy(), losses, surface.value(points), float(share[plane]))


class Slices(NamedTuple):
    """One network in one plane."""

    surface: Landscape
    rough: Roughness
    path: TrainingPath


def sliced(surface: Landscape, resolution: int = 161) -> Slices:
    """All that is known of this slice."""
    return Slices(surface, roughness(surface, resolution), training_path(surface))
