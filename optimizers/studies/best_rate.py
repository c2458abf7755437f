"""The learning rate at which a run comes furthest within its budget: of a row of rates, found by trying."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Array, Landscape
from optimizers.optimizer import Optimizer
from optimizers.runs.budget import Budget, run_within
from optimizers.runs.fan import fan_within
from optimizers.runs.trajectory import Pace
from optimizers.schedules import Constant, Schedule
from optimizers.verdicts.known import known_minima
from optimizers.verdicts.window import distances

EVERY, AROUND = 3, 2
"""Of the rates every third is tried, and then two on either side of the best of those."""

_ARRIVED = 1e-6
"""Share of the start's height above the lowest loss that counts as having arrived."""


class BestRate(NamedTuple):
    """The best of so many rates that were tried; None if all are lost."""

    rate: float | None
    tried: int


class _Tried(NamedTuple):
    """A rate, the loss it ends with, and the losses on the way."""

    rate: float
    end: float
    losses: Array


def tries(rates: Sequence[float]) -> int:
    """How many of the rates are tried at most."""
    return len(rates[::EVERY]) + 2 * AROUND


def best_rate(
    surface: Landscape,
    rule: Optimizer,
    start: ArrayLike,
    amount: int,
    rates: Sequence[float],
    budget: Budget = Budget.STEPS,
    schedule: Schedule | None = None,
    noise: float = 0.0,
    batch_size: int | None = None,
    seed: int | Sequence[int] = 0,
    pace: Pace | None = None,
) -> BestRate:
    """The rate that is soonest at the lowest loss, to stay, or else ends lowest.

    The lowest loss is the known minimum, else the lowest end of all that are tried; within a millionth of
    the way down counts. Of several seeds the run of the median final loss counts, as in ``fan_within``. Of
    one seed, under noise or with batches, a run's end is its mean loss over the last tenth: its last loss
    is chance. A run is lost that ends more than half a window outside the window, or nowhere. ``pace``
    counts the steps of all tries, one after the other.

    Raises
    ------
    ValueError
        As ``run_within``; and if the rule has no learning rate.
    """
    if "learning_rate" not in rule.settings:
        raise ValueError(f"{rule.name} has no learning rate.")
    plan, tried, done = schedule or Constant(), dict[float, _Tried | None](), 0

    def attempt(rate: float) -> None:
        nonlocal done
        before, tail = done, 1
        one = replace(rule, **{"learning_rate": rate})
        told = pace and (lambda made: pace(before + made))
        if isinstance(seed, Sequence):
            t, there, i = fan_within(
                surface, one, start, amount, budget, plan, noise, batch_size, seed, told
            )  # fmt: skip
            points, losses = t.points[there[:, i], i], t.values[there[:, i], i]
        else:
            t = run_within(surface, one, start, amount, budget, plan, noise, batch_size, seed, told)
            points, losses = t.points, t.values
            if noise or batch_size:
                tail = max(1, t.steps // 10)
        done += t.steps
        with np.errstate(all="ignore"):
            end, away = float(losses[-tail:].mean()), float(distances(surface, points[-1]))
        tried[rate] = _Tried(rate, end, losses) if math.isfinite(end) and away <= 1.0 else None

    for rate in rates[::EVERY]:
        attempt(rate)
    first = _best(surface, tried)
    if first is None:
        return BestRate(None, len(tried))
    at = rates.index(first)
    for rate in rates[max(0, at - AROUND) : at + AROUND + 1]:
        if rate not in tried:
            attempt(rate)
    return BestRate(_best(surface, tried), len(tried))


def _best(surface: Landscape, tried: dict[float, _Tried | None]) -> float | None:
    kept = [one for one in tried.values() if one is not None]
    if not kept:
        return None
    lowest = known_minima(surface).minimum
    bottom = min(one.end for one in kept) if lowest is None else lowest
    level = bottom + _ARRIVED * max(0.0, float(kept[0].losses[0]) - bottom)

    def needed(one: _Tried) -> float:
        above = np.flatnonzero(~(one.losses <= level))
        last = int(above[-1]) if above.size else -1
        return last + 1.0 if last < len(one.losses) - 1 else math.inf

    return min(kept, key=lambda one: (needed(one), one.end, one.rate)).rate
