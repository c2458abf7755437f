"""A run with a budget: so many steps, so many gradients, or so many evaluations of any kind."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from landscapes import Array, Landscape
from optimizers.checks import MAX_STEPS, checked_steps
from optimizers.optimizer import Optimizer
from optimizers.runs.run import run
from optimizers.runs.trajectory import Pace, Trajectory
from optimizers.schedules import Schedule


class Budget(StrEnum):
    """What a budget counts: steps, gradient evaluations, or losses, gradients and Hessians alike."""

    STEPS = "steps"
    GRADIENTS = "gradients"
    EVALUATIONS = "evaluations"

    @property
    def unit(self) -> str:
        """What is counted, in words."""
        return {"steps": "steps", "gradients": "gradient evaluations", "evaluations": "evaluations"}[self]

    @property
    def one(self) -> str:
        """The word for one of what is counted."""
        return self.removesuffix("s")

    @property
    def axis(self) -> str:
        """What an axis is called on which it is counted."""
        return "step" if self is Budget.STEPS else self.unit


def checked_budget(budget: str) -> Budget:
    """What a budget counts.

    Raises
    ------
    ValueError
        If it is none of them.
    """
    try:
        return Budget(budget)
    except ValueError:
        raise ValueError(f"A budget counts {', '.join(Budget)}, not {str(budget)[:24]!r}.") from None


def step_cost(rule: Optimizer, schedule: Schedule, budget: Budget) -> int | None:
    """What one step spends on the whole surface; None where that depends on what the run finds."""
    if budget is Budget.STEPS:
        return 1
    if rule.cost is None or schedule.feedback:
        return None
    return rule.cost[1] if budget is Budget.GRADIENTS else sum(rule.cost)


def most_steps(
    surface: Landscape,
    rule: Optimizer,
    schedule: Schedule,
    batch_size: int | None,
    amount: int,
    budget: Budget,
) -> int:
    """How many steps fit into a budget of so much: exactly where every step costs the same, else at most.

    What is asked of a batch counts as its share of the examples. There is always one step, never more than
    ``MAX_STEPS``; a step that asks for nothing that counts is no reason to make more than if it had.
    """
    if budget is Budget.STEPS:
        return checked_steps(amount)
    cost = step_cost(rule, schedule, budget) or 1
    if batch_size is None or surface.data is None:
        return max(1, amount // cost)
    examples = len(surface.data)
    rounds, left = divmod(amount * examples // cost, examples)  # examples seen
    steps = rounds * -(-examples // batch_size) + left // batch_size
    return max(1, min(MAX_STEPS, steps))


def spent(t: Trajectory, budget: Budget) -> Array:
    """What a run has spent up to every step, (steps + 1, ...)."""
    if budget is Budget.STEPS:
        return np.arange(t.steps + 1.0)
    found: Array = t.evaluations[..., 1] if budget is Budget.GRADIENTS else t.evaluations.sum(axis=-1)
    return found


def clock(t: Trajectory, budget: Budget) -> Array:
    """Where every step stands on an axis that counts what a budget counts, (steps + 1, ...).

    That is what has been spent up to it, to a millionth: shares of batches add up to a whole. A run that
    spends nothing of the kind stands at its steps.
    """
    found = np.round(spent(t, budget), 6)
    steps = np.reshape(spent(t, Budget.STEPS), (-1, *[1] * (found.ndim - 1)))
    return np.where(found[-1] > 0.0, found, steps)


def reached(t: Trajectory, budget: Budget, now: float) -> int:
    """The last step that a run has made when its clock says so much."""
    return int(np.searchsorted(clock(t, budget), now, side="right")) - 1


def within(t: Trajectory, amount: int, budget: Budget) -> NDArray[np.bool_]:
    """Which points of a run are within a budget of so much, the first step's always, (steps + 1, ...)."""
    points: NDArray[np.bool_] = spent(t, budget) <= amount * (
        1.0 + 1e-9
    )  # shares of batches add up to a whole, rounded
    points[:2] = True
    return points


def run_within(
    surface: Landscape,
    rule: Optimizer,
    start: ArrayLike,
    amount: int,
    budget: Budget,
    schedule: Schedule,
    noise: float = 0.0,
    batch_size: int | None = None,
    seed: int | Sequence[int] = 0,
    pace: Pace | None = None,
) -> Trajectory:
    """The run that ends at its last step within the budget, but for the first step, which is always made.

    It is the beginning of every longer ``run`` with the same arguments, to the bit. One run, or many that
    cost the same; ``pace`` as in ``run``, once more from 0 where the cost of a step depends on the run.

    Raises
    ------
    ValueError
        As ``run``; and if it is many runs of which each costs what it finds.
    """

    def so_far(steps: int) -> Trajectory:
        return run(surface, rule, start, steps, schedule, noise, batch_size, seed, pace)

    t = so_far(most_steps(surface, rule, schedule, batch_size, amount, budget))
    if step_cost(rule, schedule, budget) is not None:
        return t
    if t.points.ndim != 2:
        raise ValueError("Runs that cost what they find end one by one.")
    steps = int(np.count_nonzero(within(t, amount, budget))) - 1
    return t if steps == t.steps else so_far(steps)
