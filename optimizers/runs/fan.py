"""A fan: one run for each of several seeds, and the one of them in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from landscapes import Landscape
from optimizers.optimizer import Optimizer
from optimizers.runs.budget import Budget, ends_within, lengthened, most_steps, step_cost
from optimizers.runs.run import run
from optimizers.runs.trajectory import Pace, Trajectory
from optimizers.schedules import Schedule


class Seeded(NamedTuple):
    """The runs of n seeds within a budget.

    ``there`` says which points are within it, (steps + 1, n); ``middle`` is the place of the run whose final
    loss is the median of all, where a run that was lost is the worst.
    """

    trajectory: Trajectory
    there: NDArray[np.bool_]
    middle: int


def fan_within(
    surface: Landscape,
    rule: Optimizer,
    start: ArrayLike,
    amount: int,
    budget: Budget,
    schedule: Schedule,
    noise: float,
    batch_size: int | None,
    seeds: Sequence[int],
    pace: Pace | None = None,
) -> Seeded:
    """The runs of a rule from one start, each as ``run_within`` makes it with its seed.

    Raises
    ------
    ValueError
        As ``run``.
    """

    def make(steps: int) -> Trajectory:
        return run(surface, rule, start, steps, schedule, noise, batch_size, seeds, pace)

    # Where a step costs what the run finds, each seed's ends where its own budget does.
    most = most_steps(surface, rule, schedule, batch_size, amount, budget)
    if step_cost(rule, schedule, budget) is None:
        t = lengthened(make, most, amount, budget)
        ends = ends_within(t, amount, most, budget)
    else:
        t, ends = make(most), np.full(len(seeds), most)
    there = np.arange(t.steps + 1)[:, None] <= ends
    final = t.values[there.sum(axis=0) - 1, range(len(seeds))]
    final = np.where(np.isfinite(final), final, np.inf)
    return Seeded(t, there, int(np.argsort(final, kind="stable")[len(seeds) // 2]))
