"""Running a rule on a surface: every number it produced, nothing clipped, nothing stopped early."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Array, Landscape
from landscapes.compiler import Functions
from optimizers.optimizer import Optimizer, Pair, State
from optimizers.schedules import Constant, Schedule
from optimizers.trajectory import Trajectory

MAX_STEPS = 5_000


def run(
    surface: Landscape,
    rule: Optimizer,
    start: ArrayLike,
    steps: int,
    schedule: Schedule | None = None,
    noise: float = 0.0,
    batch_size: int | None = None,
    seed: int | Sequence[int] = 0,
) -> Trajectory:
    """Run a rule for ``steps`` steps from one start (2,) or from many at once (n, 2).

    Parameters
    ----------
    noise
        Standard deviation of the Gaussian noise added to each gradient coordinate. The stream
        depends on seed and step alone: every start sees the same draw.
    seed
        One seed, or a sequence of n seeds: a fan of n runs.
    batch_size
        Training examples per gradient; for surfaces from data only.

    Returns
    -------
    Trajectory
        Points of shape (steps + 1, 2), or (steps + 1, n, 2) for n starts or seeds. From the step at
        which a run overflows its points are nan. The same arguments give the same bits.

    Raises
    ------
    ValueError
        If the start is not finite, the steps are not a whole number from 1 to 5,000, the noise is
        negative, or the surface has no batches; the sentence says what is accepted.
    """
    first = np.array(start, dtype=np.float64)
    if first.ndim not in (1, 2) or first.shape[-1] != 2 or not np.all(np.isfinite(first)):
        raise ValueError(f"start must be two finite numbers, or rows of two, not {start!r}.")
    if not (float(steps).is_integer() and 1 <= steps <= MAX_STEPS):
        raise ValueError(f"steps must be a whole number from 1 to {MAX_STEPS:,}, not {steps}.")
    if not (math.isfinite(noise) and noise >= 0.0):
        raise ValueError(f"noise must be a number of at least 0, not {noise}.")
    if batch_size is not None:
        raise ValueError(f"{surface.name} is not made from data, so it has no batches.")
    steps = int(steps)
    schedule = schedule or Constant()
    if not isinstance(seed, int | np.integer):
        first = np.broadcast_to(first, (len(seed), 2))
    rates = _rates(rule, schedule, steps)
    draws = noise * _standard_draws(seed, steps) if noise > 0.0 else None
    follow = partial(_follow_floats if first.ndim == 1 else _follow_lanes, surface, rule, first, rates, draws)
    path, state = follow(None)
    points = np.moveaxis(np.array(path, dtype=np.float64), 1, -1).copy()
    finite = np.logical_and.accumulate(np.isfinite(points).all(axis=-1), axis=0)
    points[~finite] = np.nan
    points.flags.writeable = False
    return Trajectory(surface, rule, schedule, points, rates, float(noise), state, follow)


def _rates(rule: Optimizer, schedule: Schedule, steps: int) -> Array:
    rates: Array = getattr(rule, "learning_rate", math.nan) * schedule.factors(steps)
    rates.flags.writeable = False
    return rates


def _standard_draws(seed: int | Sequence[int], steps: int) -> Array:
    """Standard normal draws, shape (steps, 2) or (steps, 2, n); a longer stream begins with the shorter."""
    if isinstance(seed, int | np.integer):
        return np.random.default_rng(seed).standard_normal((steps, 2))
    return np.stack([np.random.default_rng(s).standard_normal((steps, 2)) for s in seed], axis=-1)


def _noisy(surface: Functions, draw: Any) -> Functions:
    """The same surface with this step's draw added to every gradient."""

    def gradient(x: Any, y: Any) -> Pair:
        g_x, g_y = surface.gradient(x, y)
        return g_x + draw[0], g_y + draw[1]

    return surface._replace(gradient=gradient)


def _follow_floats(
    surface: Landscape,
    rule: Optimizer,
    start: Array,
    rates: Array,
    draws: Array | None,
    states: list[State] | None,
) -> tuple[list[Pair], State]:
    """Points of one run, as pairs of Python floats, and its last state; all states into a list if given."""
    exact, careful = surface.compiled
    draw = None if draws is None else draws.tolist()
    point: Pair = (float(start[0]), float(start[1]))
    state = rule.initial(point)
    points = [point]
    step = rule.step
    functions = exact
    if states is not None:
        states.append(state)
    for k, rate in enumerate(rates.tolist(), start=1):
        if draw is not None:
            functions = _noisy(exact, draw[k - 1])
        try:
            point, state = step(functions, point, state, rate, k)
        except (ArithmeticError, ValueError):  # Python raises where IEEE arithmetic gives inf or nan
            functions = careful if draw is None else _noisy(careful, draw[k - 1])
            point, state = careful_step(rule, functions, point, state, rate, k)
            functions = exact
        points.append(point)
        if states is not None:
            states.append(state)
    return points, state


def careful_step(rule: Optimizer, surface: Functions, point: Pair, state: State, rate: float, k: int) -> Any:
    """One step of a single run on NumPy scalars, where overflow is inf or nan; back as floats."""
    with np.errstate(all="ignore"):
        moved = rule.step(surface, _each(np.float64, point), _each(np.float64, state), rate, k)
    return _each(float, moved)


def _each(convert: Callable[[Any], Any], tree: Any) -> Any:
    return tuple(_each(convert, branch) for branch in tree) if isinstance(tree, tuple) else convert(tree)


def _follow_lanes(
    surface: Landscape,
    rule: Optimizer,
    starts: Array,
    rates: Array,
    draws: Array | None,
    states: list[State] | None,
) -> tuple[list[Pair], State]:
    """Points of many runs at once, as pairs of contiguous columns, and their last state."""
    exact = surface.compiled.on_arrays
    point: Pair = (starts[:, 0].copy(), starts[:, 1].copy())
    state = rule.initial(point)
    points = [point]
    if states is not None:
        states.append(state)
    with np.errstate(all="ignore"):
        for k, rate in enumerate(rates.tolist(), start=1):
            functions = exact if draws is None else _noisy(exact, draws[k - 1])
            point, state = rule.step(functions, point, state, rate, k)
            points.append(point)
            if states is not None:
                states.append(state)
    return points, state
