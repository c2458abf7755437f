"""A fan: the same run once for every seed of its noise or its batches, and the one of them in the middle."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from charts import heights
from landscapes import Array
from optimizers import clock
from optimizers.runs.fan import fan_within
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


def seeds_of(s: Scenario, entry: Entry) -> range:
    """The seeds of an entry's runs: all of the scenario's, or its own alone where they make no difference."""
    return range(s.seed, s.seed + (s.seeds if fanned(s, entry) else 1))


def fan(s: Scenario, entry: Entry, pace: Pace | None = None) -> Fan:
    """The runs of an entry for all seeds of the scenario, from its own seed on."""
    seeds = seeds_of(s, entry)
    t, there, middle = fan_within(
        s.surface, entry.rule, s.start, s.steps, s.budget, entry.schedule, s.noise, entry.batch_size,
        seeds, pace,
    )  # fmt: skip
    steps = np.unique(np.linspace(0, t.steps, min(t.steps, _POINTS) + 1).round().astype(int))
    points = np.where(there[..., None], t.points, np.nan)
    losses = np.where(there, heights(s.surface, t), np.nan)
    clocks = np.broadcast_to(clock(t, s.budget).reshape(t.steps + 1, -1), losses.shape)
    return Fan(seeds[middle], steps, points[steps], losses[steps], clocks[steps])
