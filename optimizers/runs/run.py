"""Running a rule on a surface: every number it produced, nothing clipped, nothing stopped early."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Array, Landscape
from landscapes.compiler import Compiled, Functions
from optimizers.arithmetic import Coordinate
from optimizers.checks import (
    checked_batch_size,
    checked_built,
    checked_noise,
    checked_seed,
    checked_start,
    checked_steps,
)
from optimizers.optimizer import Optimizer, State
from optimizers.runs.batches import Batch, batches
from optimizers.runs.evaluations import Asked
from optimizers.runs.noise import noisy, standard_draws
from optimizers.runs.stepping import Course
from optimizers.runs.trajectory import Pace, Trajectory
from optimizers.schedules import Schedule, checked_schedule


def run(
    surface: Landscape,
    rule: Optimizer,
    start: ArrayLike,
    steps: int,
    schedule: Schedule | None = None,
    noise: float = 0.0,
    batch_size: int | None = None,
    seed: int | Sequence[int] = 0,
    pace: Pace | None = None,
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
        Training examples that a step sees, for surfaces from data only: whatever the rule asks for
        comes from them. Drawn without replacement within an epoch. None for all of them.
    pace
        Told how many steps are done, from 0 on, it says how many to make before it is told again. What it
        raises ends the run; it changes no bit of it.

    Returns
    -------
    Trajectory
        Points of shape (steps + 1, 2), or (steps + 1, n, 2) for n starts or seeds. From the step at
        which a run overflows its points are nan. The same arguments give the same bits.

    Raises
    ------
    ValueError
        If the start is not finite, the steps are not a whole number from 1 to 5,000, the noise is
        negative, the seeds are not whole numbers or not as many as the starts, rule or schedule is a
        class, or the surface has no batches of that size; the sentence says what is accepted.
    """
    rule = checked_built(rule, Optimizer)
    schedule = checked_schedule(schedule)
    first, steps = checked_start(start, many=True), checked_steps(steps)
    noise, seed = checked_noise(noise), checked_seed(seed, first)
    drawn = None
    if batch_size is not None:
        size = checked_batch_size(batch_size, surface)
        drawn = batches(len(surface.data or ()), size, steps, seed)
    if not isinstance(seed, int):
        first = np.broadcast_to(first, (len(seed), 2))
    with np.errstate(over="ignore"):
        draws = noise * standard_draws(seed, steps) if noise > 0.0 else None
    plan = _Plan(surface, rule, schedule, first, steps, draws, drawn)
    counted = rule.cost is None or schedule.feedback
    asked = Asked() if counted and first.ndim == 1 else None
    points, rates, state = plan.follow(asked=asked, pace=pace)
    if rule.only_first_rate:
        rates[1:] = np.nan
    finite = np.isfinite(points)
    if not finite.all():
        points[~np.logical_and.accumulate(finite.all(axis=-1), axis=0)] = np.nan
    for array in (points, rates):
        array.flags.writeable = False
    counts = None if asked is None else asked.cumulative
    return Trajectory(
        surface, rule, schedule, points, rates, noise, drawn, state, counts, plan.follow, plan.seen
    )


@dataclass(frozen=True, eq=False)
class _Plan:
    """What ``run`` was asked for, so that a run can be made again for what was not kept of it."""

    surface: Landscape
    rule: Optimizer
    schedule: Schedule
    start: Array
    steps: int
    draws: Array | None
    batches: tuple[Batch, ...] | None

    def follow(
        self,
        states: list[State] | None = None,
        asked: Asked | None = None,
        lane: int | None = None,
        pace: Pace | None = None,
    ) -> tuple[Array, Array, State]:
        """Make the run, or one lane of it alone: its points, its learning rates and the last state.

        Every state from the start on goes into ``states``, and ``asked`` hears what a single run asks.
        ``pace`` as in ``run``.
        """
        if lane is not None:
            return self._alone(lane).follow(states, asked, pace=pace)
        single = self.start.ndim == 1
        compiled = self.surface.compiled
        whole = compiled if single else Compiled(compiled.on_arrays, compiled.on_arrays)
        factors, look = self.schedule.factors(self.steps), whole.on_floats.value
        if asked is not None:
            look = asked.looking(look)
        seen, renews = self._seen(whole, asked), self.batches is not None
        course = Course(self.rule, self.schedule, factors, whole, look, seen, renews)
        now = course.begin(tuple(self.start.tolist() if single else self.start.T.copy()))
        path = [*now.point]
        rates: list[Coordinate] | None = [] if self.schedule.feedback else None
        if states is not None:
            states.append(now.state)
        while now.k < self.steps:
            more = self.steps if pace is None else pace(now.k)
            with np.errstate(all="ignore"):
                now = course.advance(now, min(now.k + more, self.steps), path, states, rates)
        if asked is not None:
            asked.close()
        with np.errstate(all="ignore"):
            used = course.base * factors if rates is None else np.array(rates)
        if single:
            return np.fromiter(path, np.float64, len(path)).reshape(-1, 2), used, now.state
        columns = np.array(path).reshape(self.steps + 1, 2, len(self.start))
        return np.moveaxis(columns, 1, -1).copy(), used, now.state

    def seen(self, k: int) -> Functions:
        """The surface as step k saw it, for careful arithmetic."""
        seen = self._seen(self.surface.compiled, None)
        return (self.surface.compiled if seen is None else seen(k)).on_arrays

    def _seen(self, whole: Compiled, asked: Asked | None) -> Callable[[int], Compiled] | None:
        """The surface as each step sees it: of its batch, with its noise, listened to; None if as it is."""
        if self.draws is None and self.batches is None and asked is None:
            return None
        single = self.start.ndim == 1
        draws = self.draws.tolist() if single and self.draws is not None else self.draws

        def seen(k: int) -> Compiled:
            worlds = whole
            if self.batches is not None:
                on_floats, on_arrays = self.surface.batch(self.batches[k - 1])
                worlds = Compiled(on_floats if single else on_arrays, on_arrays)
            if draws is not None:
                worlds = Compiled(*(noisy(world, draws[k - 1]) for world in worlds))
            return worlds if asked is None else asked.listening(worlds)

        return seen

    def _alone(self, lane: int) -> _Plan:
        """One of many runs, as a single one."""
        draws, drawn = self.draws, self.batches
        if draws is not None and draws.ndim == 3:
            draws = draws[..., lane]
        if drawn is not None and drawn[0].ndim == 2:
            drawn = tuple(batch[:, lane] for batch in drawn)
        return replace(self, start=self.start[lane], draws=draws, batches=drawn)
