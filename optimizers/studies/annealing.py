"""Learning-rate schedules on a noisy run: how the fluctuations shrink when η falls, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Array, Landscape
from optimizers.checks import checked_whole
from optimizers.maps.read_only import ReadOnly
from optimizers.optimizer import Optimizer
from optimizers.runs.run import run
from optimizers.runs.trajectory import Pace
from optimizers.schedules import Schedule
from optimizers.studies.watching import after
from optimizers.verdicts.known import known_minima

MAX_SEEDS = 200
"""Runs of one schedule at most."""


@dataclass(frozen=True, eq=False)
class Annealing(ReadOnly):
    """Runs of one rule under several schedules, each with the same fan of n seeds.

    All losses are above ``lowest``, the known minimum, or 0 where none is known.

    Attributes
    ----------
    rates
        (m, steps): the learning rate of every step under every schedule; for one that listens to the loss,
        the mean over the seeds.
    one
        (m, steps + 1): the loss of the first seed's run.
    mean, low, high
        (m, steps + 1): mean and quartiles of the loss over the seeds.
    quiet
        (m, steps + 1): the loss of the same run with exact gradients: the progress that is made. A schedule
        that listens to the loss hears another one there, and may drop at other steps.
    """

    schedules: tuple[Schedule, ...]
    rates: Array
    one: Array
    mean: Array
    low: Array
    high: Array
    quiet: Array
    lowest: float

    @property
    def fluctuations(self) -> Array:
        """How much of the mean loss is there only because gradients are noisy, (m, steps + 1)."""
        with np.errstate(all="ignore"):  # of runs that are lost
            found: Array = self.mean - self.quiet
        return found

    def level(self, schedule: int, first: int, last: int) -> float:
        """The mean of the fluctuations from step ``first`` to ``last``, without it."""
        return float(self.fluctuations[schedule, first:last].mean())

    def price(self, schedule: int, against: int = 0) -> float:
        """By what factor more is left, but for the noise, than under another schedule: progress lost."""
        with np.errstate(all="ignore"):
            return float(self.quiet[schedule, -1] / self.quiet[against, -1])


def annealing(
    surface: Landscape,
    rule: Optimizer,
    schedules: Sequence[Schedule],
    start: ArrayLike,
    steps: int,
    noise: float = 0.0,
    batch_size: int | None = None,
    seeds: int = 32,
    pace: Pace | None = None,
) -> Annealing:
    """Run a rule from one start under every schedule, with ``seeds`` seeds from 0 on, and without noise.

    ``pace`` counts the steps of every fan and every quiet run, one after the other.

    Raises
    ------
    ValueError
        As ``run``; if there is no schedule, neither noise nor batches, or the seeds are not 1 to 200.
    """
    n = checked_whole("The number of seeds", seeds, 1, MAX_SEEDS)
    if not schedules:
        raise ValueError("A comparison needs at least one schedule.")
    if not noise and batch_size is None:
        raise ValueError("Without noise or batches nothing fluctuates: give one of the two.")
    lowest = known_minima(surface).minimum or 0.0
    rates: list[Array] = []
    losses: list[Array] = []
    quiet: list[Array] = []
    for schedule in schedules:
        before = 2 * len(rates)
        fan = run(
            surface, rule, start, steps, schedule, noise, batch_size, range(n),
            pace=after(pace, before * steps),
        )  # fmt: skip
        alone = run(surface, rule, start, steps, schedule, pace=after(pace, (before + 1) * steps))
        own = fan.learning_rates
        rates.append(own if own.ndim == 1 else own.mean(axis=-1))
        losses.append(fan.values - lowest)
        quiet.append(alone.values - lowest)
    with np.errstate(all="ignore"):  # of runs that are lost
        low, high = (np.stack([np.quantile(one, q, axis=-1) for one in losses]) for q in (0.25, 0.75))
        mean = np.stack([one.mean(axis=-1) for one in losses])
    one = np.stack([each[:, 0] for each in losses])
    return Annealing(tuple(schedules), np.stack(rates), one, mean, low, high, np.stack(quiet), lowest)
