"""Many runs whose every step is looked at while they go on: nothing of them is kept but what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from landscapes import Array, Landscape
from landscapes.compiler import Compiled
from optimizers.optimizer import Optimizer
from optimizers.runs.stepping import Course
from optimizers.runs.trajectory import Pace
from optimizers.schedules import Schedule, checked_schedule

_HELD = 32_000
"""Points that are looked at together: they stay in the cache."""


class Seen(NamedTuple):
    """The runs after ``m`` steps in a row, the first of them step ``k``.

    ``x``, ``y`` and ``losses`` are (m, n); they are not finite where a run has overflowed.
    """

    k: int
    x: Array
    y: Array
    losses: Array


def course(
    surface: Landscape,
    rule: Optimizer,
    steps: int,
    schedule: Schedule | None = None,
    fields: Mapping[str, Array] | None = None,
    world: Compiled | None = None,
) -> Course:
    """What decides the steps of n runs, whose ``fields`` (n,) hold hyperparameters of their own.

    ``world`` is the surface with parameters that vary from run to run, as ``Landscape.varied`` makes it.

    Raises
    ------
    ValueError
        If the rule has no such hyperparameter, or a value is not legal for it.
    """
    arrays = (world or surface.compiled).on_arrays
    schedule = checked_schedule(schedule)
    own = rule.varied(**(fields or {}))
    return Course(own, schedule, schedule.factors(steps), Compiled(arrays, arrays), arrays.value)


def watch(runs: Course, starts: Array, steps: int, pace: Pace | None = None) -> Iterator[Seen]:
    """Follow runs from their starts (n, 2), and show them from step 0 on, a few steps at a time.

    ``pace`` is told how many steps are done, and says how many to make before it is told again.
    """
    x, y = starts.T.copy()
    together, now, asked = max(1, _HELD // len(starts)), runs.begin((x, y)), 0
    yield _seen(runs, 0, np.stack([x, y])[None])
    while now.k < steps:
        until = min(steps, now.k + together)
        if pace is not None:
            if now.k >= asked:
                asked = now.k + max(1, pace(now.k))
            until = min(until, asked)
        path: list[Array] = []
        k = now.k + 1
        with np.errstate(all="ignore"):
            now = runs.advance(now, until, path)
        yield _seen(runs, k, np.array(path).reshape(-1, 2, len(starts)))


def _seen(runs: Course, k: int, path: Array) -> Seen:
    x, y = path.swapaxes(0, 1)
    with np.errstate(all="ignore"):
        return Seen(k, x, y, runs.surface.on_arrays.value(x, y))


def steps_to(runs: Course, starts: Array, steps: int, levels: Array, pace: Pace | None = None) -> Array:
    """For every run the step from which on its loss is no higher than its level, to the end; (n,).

    nan where the loss is above at the end. So a run that only passes through low ground has not arrived.
    """
    last = np.full(len(starts), -1.0)
    for seen in watch(runs, starts, steps, pace):
        above = ~(seen.losses <= levels)
        any_, latest = above.any(axis=0), len(above) - 1 - above[::-1].argmax(axis=0)
        last = np.where(any_, seen.k + latest, last)
    return np.where(last < steps, last + 1.0, np.nan)


def after(pace: Pace | None, before: int) -> Pace | None:
    """The pace of a part of the work, which begins after so many steps."""
    return pace and (lambda done: pace(before + done))
