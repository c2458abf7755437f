"""A fan: the same run once for every seed of its noise or its batches, and the one of them in the middle."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from charts import heights
from landscapes import Array
from optimizers import Trajectory, clock, run, step_cost
from optimizers.runs.budget import ends_within, lengthened
from optimizers.runs.trajectory import Pace
from ui.scenario import Entry, Scenario

_POINTS = 100
"""Points of a thin line that are sent at most, besides the first."""


class Fan(NamedTuple):
    """The runs of n seeds at some of their steps (k,): points (k, n, 2), heights of the loss, clocks (k, n).

    ``seed`` is that of the run whose final loss is the median of all; a run that was lost is the worst.
    """

    seed: int
    steps: Array
    points: Array
    losses: Array
    clock: Array


def fanned(scenario: Scenario, entry: Entry) -> bool:
    """Whether a run differs from seed to seed, and several were asked for."""
    return scenario.seeds > 1 and (scenario.noise > 0.0 or entry.batch_size is not None)


def fan(s: Scenario, entry: Entry, pace: Pace | None = None) -> Fan:
    """The runs of an entry for all seeds of the scenario, from its own seed on."""
    seeds = range(s.seed, s.seed + s.seeds)

    def make(steps: int) -> Trajectory:
        return run(
            s.surface, entry.rule, s.start, steps, entry.schedule,
            noise=s.noise, batch_size=entry.batch_size, seed=seeds, pace=pace,
        )  # fmt: skip

    # Where a step costs what the run finds, each seed's ends where its own budget does.
    most = s.most_steps(entry)
    if step_cost(entry.rule, entry.schedule, s.budget) is None:
        t = lengthened(make, most, s.steps, s.budget)
        ends = ends_within(t, s.steps, most, s.budget)
    else:
        t, ends = make(most), np.full(len(seeds), most)
    there = np.arange(t.steps + 1)[:, None] <= ends
    final = t.values[there.sum(axis=0) - 1, range(len(seeds))]
    final = np.where(np.isfinite(final), final, np.inf)
    middle = int(np.argsort(final, kind="stable")[len(seeds) // 2])
    steps = np.unique(np.linspace(0, t.steps, min(t.steps, _POINTS) + 1).round().astype(int))
    points = np.where(there[..., None], t.points, np.nan)
    losses = np.where(there, heights(s.surface, t), np.nan)
    clocks = np.broadcast_to(clock(t, s.budget).reshape(t.steps + 1, -1), losses.shape)
    return Fan(seeds[middle], steps, points[steps], losses[steps], clocks[steps])
