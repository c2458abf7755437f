"""The stops of sliders: preferred numbers on a log scale, even steps on another."""

from __future__ import annotations

import math
from functools import lru_cache

_R10 = (1.0, 1.25, 1.6, 2.0, 2.5, 3.2, 4.0, 5.0, 6.3, 8.0)
"""Preferred numbers (ISO 3): ten even steps a decade on a log scale, the usual 1, 2 and 5 among them."""


@lru_cache(maxsize=64)
def log_grid(low: float, high: float) -> tuple[float, ...]:
    """The preferred numbers from low to high."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    values = (float(f"{m}e{d}") for d in decades for m in _R10)
    return tuple(v for v in values if low * (1 - 1e-9) <= v <= high * (1 + 1e-9))


@lru_cache(maxsize=64)
def even_grid(low: float, high: float, step: float) -> tuple[float, ...]:
    """From low to high in even steps, as decimals write them."""
    return tuple(float(f"{low + i * step:.12g}") for i in range(round((high - low) / step) + 1))
