"""How many steps runs needed: from which step on each stayed where it ended."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from landscapes import Array, Landscape
from landscapes.compiler import Compiled
from optimizers.maps.lanes import chunk_size, settled, steady_from
from optimizers.maps.pacing import Paced
from optimizers.optimizer import Optimizer
from optimizers.runs.stepping import Course
from optimizers.runs.trajectory import Pace
from optimizers.schedules import Schedule, checked_schedule
from optimizers.verdicts.classify import STATIONARY

_EVERY = 20
"""Steps between two looks for runs that can come no closer."""


def arrivals(
    surface: Landscape,
    rule: Optimizer,
    starts: Array,
    ends: Array,
    steps: int,
    schedule: Schedule | None = None,
    pace: Pace | None = None,
) -> NDArray[np.int64]:
    """After how many steps each run was, and stayed, within 1e-4 window widths of its end, (n,).

    The runs are made again towards ``ends`` (n, 2), as ``follow_ends`` returned them, and no history is
    kept; −1 for a run whose end is not finite. It says nothing about whether the end is a place to stay:
    a run that is still moving there arrives with its last steps.

    ``pace`` counts the steps of all runs: ``len(starts) * steps`` at most.
    """
    needed = np.full(len(starts), -1)
    schedule, paced = checked_schedule(schedule), Paced(pace)
    finite = np.flatnonzero(np.isfinite(ends).all(axis=-1))
    paced.made((len(starts) - len(finite)) * steps)
    for lanes in np.array_split(finite, max(1, -(-len(finite) // chunk_size(surface)))):
        needed[lanes] = _follow(surface, rule, starts[lanes], ends[lanes], steps, schedule, paced)
    return needed


def _follow(
    surface: Landscape,
    rule: Optimizer,
    starts: Array,
    ends: Array,
    steps: int,
    schedule: Schedule,
    paced: Paced,
) -> NDArray[np.int64]:
    """One chunk: the step after the last one at which each run was not there yet."""
    factors, arrays = schedule.factors(steps), surface.compiled.on_arrays
    course = Course(rule, schedule, factors, Compiled(arrays, arrays), arrays.value)
    steady, needed = steady_from(schedule, factors), np.zeros(len(starts), dtype=np.int64)
    live, count = np.arange(len(starts)), needed.copy()
    now = before = course.begin((starts[:, 0].copy(), starts[:, 1].copy()))
    x, y = ends.T.copy()
    wide, high = (STATIONARY * surface.spans) ** -2.0
    with np.errstate(all="ignore"):
        while now.k < steps and live.size:
            across, up = now.point[0] - x, now.point[1] - y
            count[across * across * wide + up * up * high > 1.0] = now.k + 1
            if now.k % _EVERY == 0 and now.k >= steady:
                going = np.flatnonzero(~settled(before, now))
                if len(going) < 0.9 * len(live):
                    needed[live] = count
                    paced.made((len(live) - len(going)) * (steps - now.k))
                    live, count, x, y = (column[going] for column in (live, count, x, y))
                    now = now.of(going)
            before = now
            paced.steps(len(live), 1)
            now = course.advance(now, now.k + 1)
            paced.made(len(live))
    needed[live] = count
    return needed
