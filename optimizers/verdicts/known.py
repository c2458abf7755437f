"""What is known of a surface's minima: what it declares, else what is found over its window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscapes import Array, Landscape, Point
from landscapes.once import once
from optimizers.verdicts.classify import Nature
from optimizers.verdicts.stationary_points import stationary_points


@dataclass(frozen=True)
class KnownMinima:
    """The lowest loss, where it is attained, and the minima that are not global.

    ``found`` says that they were looked for over the window, not declared; ``minimum`` is None where
    nothing is declared and no minimum is found that is as low as all that is seen over and around the window.
    """

    minimum: float | None
    minimizers: tuple[Point, ...]
    local_minimizers: tuple[Point, ...]
    found: bool


@once(maxsize=64)
def known_minima(surface: Landscape) -> KnownMinima:
    """The surface's own facts if it declares a minimum; else the lowest of its stationary points."""
    if surface.minimum is not None:
        return KnownMinima(surface.minimum, surface.minimizers, surface.local_minimizers, found=False)
    minima = [one for one in stationary_points(surface) if one.nature is Nature.MINIMUM]
    here, wider = _losses(surface, 1.0), [_losses(surface, scale) for scale in (3.0, 10.0, 100.0, 1000.0)]
    if not minima or not here.size:
        return KnownMinima(None, (), tuple(one.point for one in minima), found=True)
    lowest = minima[0].value
    # Equally low are minima whose losses differ by rounding: against what half of the map rises above them.
    rounding = 1e-10 * max(float(np.median(here)) - lowest, 0.0) + 1e-14 * abs(lowest)
    if any((losses < lowest - rounding).any() for losses in (here, *wider)):
        return KnownMinima(None, (), tuple(one.point for one in minima), found=True)
    equal = [one.point for one in minima if one.value <= lowest + rounding]
    others = tuple(one.point for one in minima[len(equal) :])
    return KnownMinima(lowest, tuple(equal), others, found=True)


def _losses(surface: Landscape, scale: float) -> Array:
    """The losses on a coarse grid over the window, made wider by this factor; those that there are."""
    low, high = np.array(surface.window).T
    shares = np.linspace(0.5 - 0.5 * scale, 0.5 + 0.5 * scale, 41)
    grid = np.stack(np.meshgrid(shares, shares), axis=-1)
    losses = surface.value(low + grid * (high - low))
    return losses[~np.isnan(losses)]
