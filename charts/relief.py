"""A surface as heights to be coloured: over its window, or over the larger picture around it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from landscapes import LARGEST, Array, Landscape, Window
from optimizers import known_minima

_LEVELS = 20
"""A multiple of four: else a contour would run, trembling, along a plateau at a quarter of the range."""
_MOST_BEYOND = 40
"""Contours drawn above, and below, those of the window, where the picture is larger than it."""
_UNEQUAL = 3.0
"""From this ratio of the window's sides on, equal scales would leave a thin strip of it."""
_SHAPES = (0.8, 1.7)
"""Width to height of the pictures that are covered: from a phone's to a wide screen's."""
_POINTS = 24_000


class Relief(NamedTuple):
    """The surface as heights to be coloured, and what loss each tick of the scale stands for.

    A height is the loss, or ±log₁₀(1 + |loss − lowest|/knee) where there is a ``knee``. ``low`` and
    ``high`` are the lowest and the highest of the window, whatever the heights cover.
    """

    x: Array
    y: Array
    height: Array
    ticks: Array
    losses: Array
    low: float
    high: float
    lowest: float = 0.0
    knee: float | None = None

    @property
    def logarithmic(self) -> bool:
        """Whether heights are logarithms."""
        return self.knee is not None

    @property
    def span(self) -> tuple[float, float]:
        """The lowest and the highest height of the window; (0, 1) where there is none."""
        return (self.low, self.high) if self.ticks.size else (0.0, 1.0)

    @property
    def spacing(self) -> float:
        """From one contour to the next, in height; the first lies half of it above the lowest height."""
        low, high = self.span
        return high / _LEVELS - low / _LEVELS or 1.0

    @property
    def levels(self) -> Array:
        """The losses at which the window's contours are drawn."""
        heights: Array = self.span[0] + (np.arange(float(_LEVELS)) + 0.5) * self.spacing
        return heights if self.knee is None else self.lowest + self.knee * np.expm1(heights * math.log(10.0))

    @property
    def contours(self) -> tuple[float, float]:
        """The lowest and the highest height at which a contour is drawn, those beyond the window included."""
        (low, _), spacing = self.span, self.spacing
        first, last = 0, _LEVELS - 1
        if (finite := self.height[np.isfinite(self.height)]).size:
            below, above = (float(end) / spacing - low / spacing for end in (finite.min(), finite.max()))
            first = max(-_MOST_BEYOND, min(first, math.ceil(max(below, -1e3) - 0.5)))
            last = min(_LEVELS - 1 + _MOST_BEYOND, max(last, math.floor(min(above, 1e3) - 0.5)))
        return low + (first + 0.5) * spacing, low + (last + 0.5) * spacing

    def over(self, x: Array, y: Array, loss: Array) -> Relief:
        """The heights of other losses (rows in y, columns in x) on the same scale."""
        if self.knee is None:
            return self._replace(x=x, y=y, height=loss)
        above = loss - self.lowest
        with np.errstate(over="ignore"):
            height = np.copysign(np.log10(1.0 + np.abs(above) / self.knee), above)
        return self._replace(x=x, y=y, height=np.where(np.isfinite(height), height, np.nan))


def relief(surface: Landscape, resolution: int = 141) -> Relief:
    """Heights (n, n) over the window: the loss, or its logarithm where the range is large.

    The logarithm is taken of 1 + (f − lowest)/knee, with the knee at the lowest hundredth of the map,
    so that a ravine's floor gets contours of its own; not on a surface with ``plain_heights``. nan where
    the loss has no value.
    """
    x, y, loss = surface.grid(resolution)
    loss[~np.isfinite(loss)] = np.nan
    finite = loss[np.isfinite(loss)]
    if not finite.size:
        return Relief(x, y, loss, np.zeros(0), np.zeros(0), 0.0, 1.0)
    bottom, peak = float(finite.min()), float(finite.max())
    known = known_minima(surface).minimum
    lowest = bottom if known is None else known
    top = peak - lowest
    knee = float(np.quantile(finite, 0.01)) - lowest
    if surface.plain_heights or knee <= 0.0 or top / knee < 200.0:
        losses = _round_ticks(bottom, peak)
        return Relief(x, y, loss, losses, losses, bottom, peak)
    height = np.log10(1.0 + np.maximum(loss - lowest, 0.0) / knee)
    losses = _spread_ticks(lowest, knee, top)
    ticks = np.log10(1.0 + (losses - lowest) / knee)
    low, high = float(np.nanmin(height)), float(np.nanmax(height))
    return Relief(x, y, height, ticks, losses, low, high, lowest, knee)


def relief_around(surface: Landscape, shapes: tuple[float, float] = _SHAPES, points: int = _POINTS) -> Relief:
    """Heights over the window and what a picture with equal scales shows beside it, coloured as the window.

    ``shapes`` are the narrowest and the widest picture to be covered, as width to height; about ``points``
    heights are spread evenly over it.
    """
    around = picture(surface, shapes)
    if around == surface.window:
        return relief(surface)
    width, height = (hi - lo for lo, hi in around)
    counts = (round(math.sqrt(points * width / height)), round(math.sqrt(points * height / width)))
    x, y = (np.linspace(lo, hi, n) for (lo, hi), n in zip(around, counts, strict=True))
    loss = surface.value(np.stack(np.meshgrid(x, y), axis=-1))
    with np.errstate(invalid="ignore"):
        return relief(surface).over(x, y, np.where(np.abs(loss) <= LARGEST, loss, np.nan))


def equal_scales(surface: Landscape) -> bool:
    """Whether a picture shows both axes on one scale: circles are round, gradients square on contours."""
    return bool(surface.spans.max() < _UNEQUAL * surface.spans.min())


def picture(surface: Landscape, shapes: tuple[float, float] = _SHAPES) -> Window:
    """The window, larger on both sides of it by what pictures of these shapes show with equal scales."""
    if not equal_scales(surface):
        return surface.window
    width, height = surface.spans.tolist()
    narrow, wide = shapes
    sizes = (max(width, wide * height), max(height, width / narrow))
    (x_lo, x_hi), (y_lo, y_hi) = (
        ((lo + hi) / 2 - size / 2, (lo + hi) / 2 + size / 2)
        for (lo, hi), size in zip(surface.window, sizes, strict=True)
    )
    return (x_lo, x_hi), (y_lo, y_hi)


def example_losses(surface: Landscape, numbers: int = 60_000) -> Array:
    """Every training example's own surface on a grid over the picture, (N, n, n) with n ≤ 101.

    The mean over a batch's examples is the surface that this batch's gradient belongs to.
    ``numbers`` is how many to make at most.
    """
    assert surface.data is not None
    count = len(surface.data)
    columns, rows = (
        np.linspace(lo, hi, min(101, math.isqrt(numbers // count))) for lo, hi in picture(surface)
    )
    x, y = np.meshgrid(columns, rows)
    with np.errstate(all="ignore"):
        return np.stack([surface.batch(np.array([i])).on_arrays.value(x, y) for i in range(count)])


def _spread_ticks(lowest: float, knee: float, top: float, count: int = 7) -> Array:
    """Round losses from ``lowest + knee`` to ``lowest + top``, at most ``count``, apart on the log scale.

    Powers of ten if there are three of them, else 2 and 5 times those as well; if need be, the two ends.
    """
    powers = 10.0 ** np.arange(math.floor(math.log10(knee)), math.ceil(math.log10(abs(lowest) + top)) + 1.0)
    for digits in ((1.0,), (1.0, 2.0, 5.0)):
        sizes = np.outer(powers, digits).ravel()
        losses = np.unique(np.concatenate([-sizes, sizes]))
        losses = losses[(losses >= lowest + knee) & (losses <= lowest + top)]
        heights = np.log10(1.0 + (losses - lowest) / knee)
        kept: list[int] = []
        for i in range(len(losses))[::-1]:
            if not kept or heights[kept[-1]] - heights[i] > math.log10(1.0 + top / knee) / count:
                kept.append(i)
        if len(kept) >= 3:
            return losses[kept[::-1]]
    return lowest + np.array([knee, top])  # far from 0 against its range: none of them is round


def _round_ticks(low: float, high: float, count: int = 5) -> Array:
    """About ``count`` round numbers from low to high."""
    if not high > low:
        return np.array([low])
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m for m in (1.0, 2.0, 5.0, 10.0) if m * power >= raw) * power
    return np.arange(math.ceil(low / step), math.floor(high / step) + 1.0) * step
