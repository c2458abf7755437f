"""Running a rule on a surface: every number it produced, nothing clipped, nothing stopped early."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Array, Landscape
from landscapes.compiler import Compiled, Functions
from optimizers.arithmetic import each
from optimizers.checks import (
    checked_batch_size,
    checked_built,
    checked_noise,
    checked_seed,
    checked_start,
    checked_steps,
)
from optimizers.optimizer import Elementwise, Optimizer, Pair, State
from optimizers.runs.batches import Batch, batches
from optimizers.runs.evaluations import Asked
from optimizers.runs.trajectory import Trajectory
from optimizers.schedules import Constant, Schedule


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
        Training examples that a step sees, for surfaces from data only: whatever the rule asks for
        comes from them. Drawn without replacement within an epoch. None for all of them.

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
    schedule = Constant() if schedule is None else checked_built(schedule, Schedule)
    first, steps = checked_start(start, many=True), checked_steps(steps)
    noise, seed = checked_noise(noise), checked_seed(seed, first)
    drawn = None
    if batch_size is not None:
        size = checked_batch_size(batch_size, surface)
        drawn = batches(len(surface.data or ()), size, steps, seed)
    if not isinstance(seed, int):
        first = np.broadcast_to(first, (len(seed), 2))
    with np.errstate(over="ignore"):
        draws = noise * _standard_draws(seed, steps) if noise > 0.0 else None
    course = _Course(surface, rule, schedule, first, steps, draws, drawn)
    points, rates, state = course.follow()
    if rule.only_first_rate:
        rates[1:] = np.nan
    finite = np.isfinite(points)
    if not finite.all():
        points[~np.logical_and.accumulate(finite.all(axis=-1), axis=0)] = np.nan
    for array in (points, rates):
        array.flags.writeable = False
    return Trajectory(surface, rule, schedule, points, rates, noise, drawn, state, course.follow)


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


@dataclass(frozen=True, eq=False)
class _Course:
    """Everything that decides a run, so that it can be followed again for what was not kept."""

    surface: Landscape
    rule: Optimizer
    schedule: Schedule
    start: Array
    steps: int
    draws: Array | None
    batches: tuple[Batch, ...] | None

    def follow(
        self, states: list[State] | None = None, asked: Asked | None = None, lane: int | None = None
    ) -> tuple[Array, Array, State]:
        """Points, rates and the last state; all states and questions into the lists that are given."""
        if lane is not None:
            draws, drawn = self.draws, self.batches
            if draws is not None and draws.ndim == 3:
                draws = draws[..., lane]
            if drawn is not None and drawn[0].ndim == 2:
                drawn = tuple(batch[:, lane] for batch in drawn)
            return replace(self, start=self.start[lane], draws=draws, batches=drawn).follow(states, asked)
        if self.start.ndim == 2:
            return self._follow_lanes(states)
        undisturbed = self.draws is None and self.batches is None
        if isinstance(self.rule, Elementwise) and undisturbed and states is None and asked is None:
            return self._coast()
        return self._follow_floats(states, asked)

    def _seen(self, k: int, draws: Any) -> Compiled:
        """The surface as step k sees it: of its batch, with its noise."""
        seen = self.surface.compiled if self.batches is None else self.surface.batch(self.batches[k - 1])
        return seen if draws is None else Compiled(*(_noisy(world, draws[k - 1]) for world in seen))

    def _step(self, functions: Functions, point: Pair, state: State, rate: Any, k: int) -> tuple[Pair, State]:
        """One step of the rule; where it sees a batch of its own, with the state renewed first."""
        if self.batches is not None and k > 1:
            state = self.rule.renewed(functions, point, state)
        return self.rule.step(functions, point, state, rate, k)

    def _coast(self) -> tuple[Array, Array, State]:
        """``_follow_floats`` for the most frequent case: the step of ``Elementwise`` written out."""
        exact, careful = self.surface.compiled
        gradient, update = exact.gradient, self.rule.update  # type: ignore[attr-defined]
        x, y = self.start.tolist()
        state_x, state_y = self.rule.initial((x, y))
        path = [x, y]
        rates = _Rates(self, exact.value, path)
        note = path.append
        for k, rate in enumerate(rates, start=1):
            try:
                g_x, g_y = gradient(x, y)
                change_x, next_x = update(g_x, state_x, rate, k)
                change_y, state_y = update(g_y, state_y, rate, k)
                x, y, state_x = x + change_x, y + change_y, next_x
            except (ArithmeticError, ValueError):  # Python raises where IEEE arithmetic gives inf or nan
                (x, y), (state_x, state_y) = careful_step(
                    self.rule.step, careful, (x, y), (state_x, state_y), rate, k
                )
            note(x)
            note(y)
        return np.fromiter(path, np.float64, len(path)).reshape(-1, 2), rates.used, (state_x, state_y)

    def _follow_floats(self, states: list[State] | None, asked: Asked | None) -> tuple[Array, Array, State]:
        draws = None if self.draws is None else self.draws.tolist()
        x, y = self.start.tolist()
        point: Pair = (x, y)
        state = self.rule.initial(point)
        path = [x, y]
        rates = _Rates(self, self.surface.compiled.on_floats.value, path)
        if states is not None:
            states.append(state)
        for k, rate in enumerate(rates, start=1):
            if asked is not None:
                asked.begin_step(point if self.schedule.feedback else None)
            exact, careful = (
                functions if asked is None else asked.listening(functions)
                for functions in self._seen(k, draws)
            )
            try:
                point, state = self._step(exact, point, state, rate, k)
            except (ArithmeticError, ValueError):
                if asked is not None:
                    asked.repeat_step()
                point, state = careful_step(self._step, careful, point, state, rate, k)
            path += point
            if states is not None:
                states.append(state)
        return np.array(path).reshape(-1, 2), rates.used, state

    def _follow_lanes(self, states: list[State] | None) -> tuple[Array, Array, State]:
        point: Pair = (self.start[:, 0].copy(), self.start[:, 1].copy())
        state = self.rule.initial(point)
        path = [*point]
        if states is not None:
            states.append(state)
        with np.errstate(all="ignore"):
            rates = _Rates(self, self.surface.compiled.on_arrays.value, path)
            for k, rate in enumerate(rates, start=1):
                functions = self._seen(k, self.draws).on_arrays
                point, state = self._step(functions, point, state, rate, k)
                path += point
                if states is not None:
                    states.append(state)
        columns = np.array(path).reshape(self.steps + 1, 2, len(self.start))
        return np.moveaxis(columns, 1, -1).copy(), rates.used, state


class _Rates:
    """The learning rate of every step, in order; with feedback it looks at the path made so far."""

    def __init__(self, course: _Course, value: Callable[..., Any], path: list[Any]) -> None:
        self._schedule, self._value, self._path = course.schedule, value, path
        self._base = course.rule.settings.get("learning_rate", math.nan)
        self._steps = course.steps
        self.used: Array = self._base * course.schedule.factors(course.steps)

    def __iter__(self) -> Iterator[Any]:
        return self._fed_back() if self._schedule.feedback else iter(self.used.tolist())

    def _fed_back(self) -> Iterator[Any]:
        used: list[Any] = []
        kept: tuple[Any, ...] = ()
        for _ in range(self._steps):
            x, y = self._path[-2:]
            try:
                loss = self._value(x, y)
            except (ArithmeticError, ValueError):
                loss = math.nan
            kept = self._schedule.react(kept, loss) if kept else self._schedule.initial(loss)
            used.append(self._base * kept[0])
            yield used[-1]
        self.used = np.array(used)


def careful_step(
    step: Callable[..., Any], surface: Functions, point: Pair, state: State, rate: float, k: int
) -> Any:
    """One step of a single run on NumPy scalars, where overflow is inf or nan; back as floats."""
    with np.errstate(all="ignore"):
        moved = step(surface, each(np.float64, point), each(np.float64, state), rate, k)
    return each(float, moved)
