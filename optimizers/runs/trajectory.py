"""A run: every number a rule produced, time first, coordinate last."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from landscapes import Array, Landscape
from landscapes.compiler import Functions
from landscapes.once import kept
from optimizers.optimizer import Optimizer, State
from optimizers.runs.batches import Batch
from optimizers.runs.evaluations import Asked
from optimizers.schedules import Schedule

_ARRAY = 112
"""Bytes of an array beside its numbers."""

Pace = Callable[[int], int]
"""Of a long run: told how many steps are done, it says how many to make before it is told again."""


@dataclass(frozen=True, eq=False)
class Trajectory:
    """What ``run`` returns; most arrays are computed when first asked for.

    Attributes
    ----------
    points
        (steps + 1, 2), or (steps + 1, n, 2) for n runs at once. nan from the step of an overflow on.
    learning_rates
        (steps,), or (steps, n) where every run has its own: the η of every step; nan where none is used.
    noise
        Standard deviation of the noise on each gradient coordinate during the run.
    batches
        The rows of the training examples that each step saw; None for all, and without data.
    last_state
        What the rule remembered after the last step; ``states`` has all of them.
    """

    surface: Landscape
    rule: Optimizer
    schedule: Schedule
    points: Array
    learning_rates: Array
    noise: float
    batches: tuple[Batch, ...] | None
    last_state: State = field(repr=False)
    _counts: Array | None = field(repr=False)
    _replay: Callable[..., Any] = field(repr=False)
    seen: Callable[[int], Functions] = field(repr=False)
    """The surface as step k, from 1 on, saw it: of its batch, with its noise."""

    @property
    def steps(self) -> int:
        """Number of steps; there is one point more."""
        return len(self.points) - 1

    @kept
    def values(self) -> Array:
        """The exact loss at every point, (steps + 1, ...)."""
        return self.surface.value(self.points)

    @kept
    def gradients(self) -> Array:
        """The exact gradient at every point, without noise, (steps + 1, ..., 2)."""
        return self.surface.gradient(self.points)

    @property
    def remembered(self) -> list[State]:
        """The rule's own state at the start and after every step, made again whenever it is asked for."""
        recorded: list[State] = []
        self._replay(states=recorded)
        return recorded

    @kept
    def states(self) -> Mapping[str, Array]:
        """What the rule remembered after every step, by name.

        Quantities of each coordinate have the shape of the points, those of both that of the values.
        """
        across, up, *shared = zip(*self.remembered, strict=True)

        def of_all_steps(column: Sequence[Any], names: tuple[str, ...]) -> dict[str, Array]:
            traces = zip(*column, strict=True)
            return {name: np.array(one, dtype=np.float64) for name, one in zip(names, traces, strict=True)}

        xs, ys = (of_all_steps(column, self.rule.per_coordinate) for column in (across, up))
        named = {name: np.stack([xs[name], ys[name]], axis=-1) for name in xs}
        return named | of_all_steps(shared[0], self.rule.shared) if shared else named

    @kept
    def evaluations(self) -> Array:
        """Values, gradients and Hessians evaluated up to every step, cumulative: (steps + 1, 3).

        Line searches, rejected trials and a schedule that asks for the loss are counted. Where the
        count depends on the run, many runs have (steps + 1, n, 3), each as it costs alone. What a rule
        asks of a batch counts as its share of the examples; a schedule asks for the whole loss.
        """
        if self.batches is not None and self.surface.data is not None:
            whole = replace(self, batches=None).evaluations
            shares = np.array([len(batch) for batch in self.batches]) / len(self.surface.data)
            shares = shares.reshape(-1, *[1] * (whole.ndim - 1))
            counts = np.diff(whole, axis=0) * shares
            if self.schedule.feedback:
                counts[..., 0] += 1.0 - shares[..., 0]  # its look is at all examples
            return np.concatenate([whole[:1], np.cumsum(counts, axis=0)])
        if self.rule.cost is not None and not self.schedule.feedback:
            return np.outer(np.arange(self.steps + 1.0), self.rule.cost)
        if self._counts is not None:
            return self._counts
        lanes = [self._asked(lane).cumulative for lane in range(self.points.shape[1])]
        return np.reshape(lanes, (len(lanes), self.steps + 1, 3)).swapaxes(0, 1)

    @property
    def trials(self) -> tuple[Array, ...]:
        """For every step of a single run, in order, each point the surface was asked at: (n, 3).

        x, y, and what for: 0 the value, 1 the gradient, 2 the Hessian. They may be many times the size of
        all the rest, so they are not kept: the run is made again whenever they are asked for.
        """
        if self.points.ndim != 2:
            raise ValueError(f"Trials are those of one run, not of {self.points.shape[1]} at once.")
        asked = self._asked(None, questions=True)
        return tuple(np.array(step).reshape(-1, 3) for step in asked.questions)

    def _asked(self, lane: int | None, questions: bool = False) -> Asked:
        asked = Asked(questions)
        self._replay(asked=asked, lane=lane)
        return asked

    @property
    def nbytes(self) -> int:
        """What a single run takes in memory once all that it keeps has been asked for."""
        numbers = 2 + 2 * bool(self.noise) + 1 + 2 + 3 + 1  # points, noise, loss, gradient, counts, rate
        remembered = 2 * len(self.rule.per_coordinate) + len(self.rule.shared)
        batches = sum(batch.nbytes + _ARRAY for batch in self.batches or ())
        return 8 * (self.steps + 1) * (numbers + remembered) + batches + (20 + remembered) * _ARRAY
