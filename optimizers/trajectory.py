"""A run: every number a rule produced, time first, coordinate last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from landscapes import Array, Landscape
from optimizers.optimizer import Optimizer, State
from optimizers.schedules import Schedule


@dataclass(frozen=True, eq=False)
class Trajectory:
    """What ``run`` returns; all arrays but the points are computed when first asked for.

    Attributes
    ----------
    points
        (steps + 1, 2), or (steps + 1, n, 2) for n runs at once. nan from the step of an overflow on.
    learning_rates
        (steps,): the η of every step; nan for a rule without one.
    noise
        Standard deviation of the noise on each gradient coordinate during the run.
    last_state
        What the rule remembered after the last step; ``states`` has all of them.
    """

    surface: Landscape
    rule: Optimizer
    schedule: Schedule
    points: Array
    learning_rates: Array
    noise: float
    last_state: State = field(repr=False)
    _follow: Callable[[list[State] | None], Any] = field(repr=False)

    @property
    def steps(self) -> int:
        """Number of steps; there is one point more."""
        return len(self.points) - 1

    @cached_property
    def values(self) -> Array:
        """The exact loss at every point, (steps + 1, ...)."""
        return self.surface.value(self.points)

    @cached_property
    def gradients(self) -> Array:
        """The exact gradient at every point, without noise, (steps + 1, ..., 2)."""
        return self.surface.gradient(self.points)

    @cached_property
    def states(self) -> Mapping[str, Array]:
        """What the rule remembered after every step, by name, each (steps + 1, ..., 2)."""
        recorded: list[State] = []
        self._follow(recorded)
        by_coordinate = np.array(recorded, dtype=np.float64)  # (steps + 1, 2, names, ...)
        return {name: np.moveaxis(by_coordinate[:, :, i], 1, -1) for i, name in enumerate(self.rule.memory)}

    @cached_property
    def evaluations(self) -> Array:
        """Values, gradients and Hessians evaluated up to every step, cumulative, (steps + 1, 3)."""
        return np.outer(np.arange(self.steps + 1.0), self.rule.cost)
