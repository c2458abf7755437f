"""What is known of a surface's minima: what it declares, else what is found over its window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscapes import Array, Landscape, Point
from landscapes.once import once
from optimizers.verdicts.classify import Nature
from optimizers.verdicts.stationary_points import relief, stationary_points


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
    rounding: float = 0.0
    """By how much a loss may lie above ``minimum`` and still be as low."""


@once()
def known_minima(surface: Landscape) -> KnownMinima:
    """The surface's own facts if it declares a minimum; else the lowest of its stationary points."""
    if surface.minimum is not None:
        rounding = _rounding(surface, surface.minimum)
        return KnownMinima(
            surface.minimum, surface.minimizers, surface.local_minimizers, found=False, rounding=rounding
        )
    here = _losses(surface, 1.0)
    minima = [one for one in stationary_points(surface) if one.nature is Nature.MINIMUM]
    unknown = KnownMinima(None, (), tuple(one.point for one in minima), found=True)
    if not minima or not here.size:
        return unknown
    lowest = minima[0].value
    rounding = _rounding(surface, lowest)
    wider = (_losses(surface, scale) for scale in (3.0, 10.0, 100.0, 1000.0))
    if any((losses < lowest - rounding).any() for losses in (here, *wider)):
        return unknown
    equal = [one.point for one in minima if one.value <= lowest + rounding]
    others = tuple(one.point for one in minima[len(equal) :])
    return KnownMinima(lowest, tuple(equal), others, found=True, rounding=rounding)


def _rounding(surface: Landscape, lowest: float) -> float:
    """Minima that are equally low differ by so much."""
    return 1e-10 * relief(surface) + 1e-14 * abs(lowest)


def _losses(surface: Landscape, scale: float) -> Array:
    """The losses on a coarse grid over the window, made wider by this factor; those that there are."""
    low, high = np.array(surface.window).T
    shares = np.linspace(0.5 - 0.5 * scale, 0.5 + 0.5 * scale, 41)
    grid = np.stack(np.meshgrid(shares, shares), axis=-1)
    losses = surface.value(low + grid * (high - low))
    return losses[~np.isnan(losses)]
