"""What is known of a surface's minima: what it declares, else what is found over its window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscapes import Landscape, Point
from landscapes.once import once
from optimizers.verdicts.classify import Nature
from optimizers.verdicts.stationary_points import stationary_points


@dataclass(frozen=True)
class KnownMinima:
    """The lowest loss, where it is attained, and the minima that are not global.

    ``found`` says that they were looked for over the window, not declared; ``minimum`` is None where
    nothing is declared and no minimum is found that is as low as everything else over the window.
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
    losses = surface.grid(41)[2]
    losses = losses[np.isfinite(losses)]
    if not minima or not losses.size:
        return KnownMinima(None, (), tuple(one.point for one in minima), found=True)
    lowest = minima[0].value
    # Equally low are minima whose losses differ by rounding: against what half of the map rises above them.
    rounding = 1e-10 * max(float(np.median(losses)) - lowest, 0.0) + 1e-14 * abs(lowest)
    if float(losses.min()) < lowest - rounding:
        return KnownMinima(None, (), tuple(one.point for one in minima), found=True)
    equal = [one.point for one in minima if one.value <= lowest + rounding]
    others = tuple(one.point for one in minima[len(equal) :])
    return KnownMinima(lowest, tuple(equal), others, found=True)
