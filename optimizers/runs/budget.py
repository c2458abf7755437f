"""A run with a budget: so many steps, so many gradients, or so many evaluations of any kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from landscapes import Array, Landscape
from optimizers.arithmetic import leaves
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
    """How many steps fit into a budget of so much: exactly where every step costs the same, else if each
    costs at least one.

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


def ends_within(t: Trajectory, amount: int, most: int, budget: Budget) -> NDArray[np.int64]:
    """At which step each run that costs what it finds ends, () or (n,) for n runs.

    At its last step within the budget; one that has come to rest, and asks for nothing that counts, at
    the step after which nothing changes, not before it has made ``most_steps``. ``t`` is what
    ``lengthened`` made.
    """
    inside = np.count_nonzero(within(t, amount, budget), axis=0) - 1
    rest = np.maximum(most, _changed(t, budget) + 1)
    ends: NDArray[np.int64] = np.minimum(inside, np.where(inside < t.steps, inside, rest))
    return ends


def rests_within(t: Trajectory, amount: int, budget: Budget) -> bool:
    """Whether a single run ended because it stands and asks for no more, with budget left."""
    spends = spent(t, budget)[-1]
    return bool(0.0 < spends < amount and _changed(t, budget) < t.steps)


def _changed(t: Trajectory, budget: Budget) -> NDArray[np.int64]:
    """The last step at which each run moved, or spent anything; nowhere is not moved from."""
    before, after = t.points[:-1], t.points[1:]
    moved = ((before != after) & np.isfinite(after)).any(axis=-1)
    moved |= np.diff(spent(t, budget), axis=0) > 0.0
    last: NDArray[np.int64] = np.where(moved.any(axis=0), t.steps - np.argmax(moved[::-1], axis=0), 0)
    return last


_AFTERWARDS = 32
"""So many steps further on, a run whose budget is spent has nearly always asked for more than it has."""


def lengthened(make: Callable[[int], Trajectory], steps: int, amount: int, budget: Budget) -> Trajectory:
    """A run, or many, that cost what they find, made long enough for ``ends_within``.

    ``make`` makes it with so many steps, ``steps`` at first. It is made longer while it is not over the
    budget and still moves, asks or tries; what spends nothing of the kind at all stays as it is.
    """
    t, before = make(steps), None
    while t.steps < MAX_STEPS:
        inside = within(t, amount, budget)[-1] & np.isfinite(t.points[-1]).all(axis=-1)
        open_ = inside & (spent(t, budget)[-1] > 0.0)
        if before is not None:
            open_ &= (_changed(t, budget) > before.steps) | ~_same(t, before)
        if not open_.any():
            break
        left = amount - spent(t, budget)[-1][open_].min()
        more = t.steps if left > 0.0 else _AFTERWARDS
        t, before = make(min(MAX_STEPS, t.steps + more)), t
    return t


def _same(t: Trajectory, before: Trajectory) -> NDArray[np.bool_]:
    """Whether each run remembers the same, to the bit, as when it was shorter."""
    same: NDArray[np.bool_] = np.ones(t.points.shape[1:-1], dtype=bool)
    for now, then in zip(leaves(t.last_state), leaves(before.last_state), strict=True):
        a, b = np.asarray(now), np.asarray(then)
        same = same & ((a == b) | ((a != a) & (b != b)))
    return same


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

    Where a step costs what the run finds, one that has come to rest and asks for nothing that counts ends
    there, and one that never asks for it is as long as one that asks once a step.

    It is the beginning of every longer ``run`` with the same arguments, to the bit. One run, or many that
    cost the same; ``pace`` as in ``run``, once more from 0 where the cost of a step depends on the run.

    Raises
    ------
    ValueError
        As ``run``; and if it is many runs of which each costs what it finds.
    """

    def so_far(steps: int) -> Trajectory:
        return run(surface, rule, start, steps, schedule, noise, batch_size, seed, pace)

    most = most_steps(surface, rule, schedule, batch_size, amount, budget)
    if step_cost(rule, schedule, budget) is not None:
        return so_far(most)
    made: dict[int, Trajectory] = {}

    def noted(steps: int) -> Trajectory:
        return made.setdefault(steps, so_far(steps))

    t = lengthened(noted, most, amount, budget)
    if t.points.ndim != 2:
        raise ValueError("Runs that cost what they find end one by one.")
    steps = int(ends_within(t, amount, most, budget))
    return made.get(steps) or so_far(steps)
