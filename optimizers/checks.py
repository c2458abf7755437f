"""Every check of what a caller gave: it comes back as what it should be, or is refused in one sentence.

Each of these functions raises ``ValueError``; its sentence says what is accepted and what was given.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Array, Landscape

if TYPE_CHECKING:
    from optimizers.hyperparameters import Declared

MAX_STEPS = 5_000


def number(given: Any) -> float:
    """The float that this is; nan if it is none. Never raises."""
    try:
        return float(given)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def numbers(given: Any) -> Array:
    """A new array of floats; a single nan if this is not numbers in rows of one length. Never raises."""
    try:
        return np.array(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return np.array(math.nan)


def checked_whole(name: str, given: float, low: int, high: int) -> int:
    """A whole number from ``low`` to ``high``; ``name`` begins the sentence that refuses any other."""
    checked = number(given)
    if not (checked.is_integer() and low <= checked <= high):
        raise ValueError(f"{name} must be a whole number from {low:,} to {high:,}, not {_shown(given)}.")
    return int(checked)


def checked_steps(steps: float) -> int:
    """The length of a run, a whole number from 1 to ``MAX_STEPS``."""
    return checked_whole("Steps", steps, 1, MAX_STEPS)


def checked_start(start: ArrayLike, many: bool = False) -> Array:
    """A start of finite coordinates as a new array (2,), or (n, 2) where there may be ``many``."""
    first = numbers(start)
    if first.ndim not in (1, 1 + many) or first.shape[-1] != 2 or not np.all(np.isfinite(first)):
        raise ValueError(f"The start must be two finite numbers{', or rows of two' * many}, not {start!r}.")
    return first


def checked_noise(noise: float) -> float:
    """The standard deviation of the noise on each gradient coordinate, at least 0."""
    checked = number(noise)
    if not (math.isfinite(checked) and checked >= 0.0):
        raise ValueError(f"Noise must be a number of at least 0, not {_shown(noise)}.")
    return checked


def checked_seed(seed: int | Sequence[int], start: Array) -> int | tuple[int, ...]:
    """One seed of at least 0, or a tuple with one for each start; a single start goes with any number."""
    fan = isinstance(seed, Iterable)
    try:
        seeds = tuple(map(operator.index, seed if isinstance(seed, Iterable) else (seed,)))
    except TypeError:
        seeds = ()
    starts = len(seeds) if start.ndim == 1 else len(start)
    if not seeds or min(seeds) < 0 or (fan and starts not in (1, len(seeds))):
        raise ValueError(
            f"The seed must be a whole number of at least 0, or one for each start, not {seed!r}."
        )
    return seeds if fan else seeds[0]


def checked_batch_size(size: float, surface: Landscape) -> int:
    """How many of a surface's training examples a step sees, from 1 to all of them."""
    if surface.data is None:
        raise ValueError(f"{surface.name} is not made from data, so it has no batches.")
    return checked_whole("Batch size", size, 1, len(surface.data))


def checked_built(given: Any, kind: type[Declared]) -> Any:
    """A rule or a schedule with its settings: not the class of one, its key or anything else."""
    if not isinstance(given, kind):
        raise ValueError(
            f"The {kind.noun} must be one with its settings, such as {kind.example}, not {given!r}."
        )
    return given


def _shown(given: Any) -> str:
    """What was given, as short as a sentence can bear."""
    text = repr(given).removesuffix(".0")
    return text if len(text) <= 24 else f"{text[:20]}…"
