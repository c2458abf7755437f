"""Noise on the gradient: the draws of a seed, and a surface that is asked through them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscapes import Array
from landscapes.compiler import Functions
from optimizers.optimizer import Pair


def standard_draws(seed: int | Sequence[int], steps: int) -> Array:
    """Standard normal draws, shape (steps, 2), or (steps, 2, n) for n seeds.

    A longer stream begins with the shorter.
    """
    if isinstance(seed, int | np.integer):
        return np.random.default_rng(seed).standard_normal((steps, 2))
    return np.stack([np.random.default_rng(s).standard_normal((steps, 2)) for s in seed], axis=-1)


def noisy(surface: Functions, draw: Any) -> Functions:
    """The same surface with one step's draw (2,), or (2, n), added to every gradient."""

    def gradient(x: Any, y: Any) -> Pair:
        g_x, g_y = surface.gradient(x, y)
        return g_x + draw[0], g_y + draw[1]

    return surface._replace(gradient=gradient)
