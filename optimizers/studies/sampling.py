"""Mini-batches: the variance of their gradient at one place, and what epochs and updates are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from landscapes import Array, Landscape
from optimizers.checks import checked_batch_size, checked_start, checked_whole, numbers
from optimizers.maps.read_only import ReadOnly
from optimizers.optimizer import Optimizer
from optimizers.runs.batches import Batch, batches
from optimizers.runs.run import run
from optimizers.runs.trajectory import Pace
from optimizers.studies.watching import after
from optimizers.verdicts.known import known_minima

MAX_DRAWS = 20_000
"""Batches of one size at most."""

_TOGETHER = 500
"""Batches whose gradients are asked for at once."""


@dataclass(frozen=True, eq=False)
class Spread(ReadOnly):
    """Gradients of many batches at one place.

    Variances are summed over both coordinates.

    Attributes
    ----------
    sizes
        (m,): the batch sizes S.
    variances, errors
        (m,): the mean square of what a batch's gradient is off the full one, and its standard error.
    means
        (m, 2): the mean of the batches' gradients.
    full
        (2,): the gradient of all examples.
    single
        σ²: the same mean square over all batches of a single example.
    examples
        N: how many training examples there are.
    """

    sizes: Array
    variances: Array
    errors: Array
    means: Array
    full: Array
    single: float
    examples: int
    draws: int


def spread(
    surface: Landscape,
    point: ArrayLike,
    sizes: ArrayLike | None = None,
    draws: int = 1_000,
    seed: int = 0,
    pace: Pace | None = None,
) -> Spread:
    """Ask batches of every size, from 1 to all examples unless given, for their gradient at one point.

    Every draw is the first batch of an epoch of its own, as a run would draw it: without replacement.
    ``pace`` counts draws, size after size.

    Raises
    ------
    ValueError
        If the surface is not made from data, a size is not from 1 to all examples, the draws are not 2 to
        20,000, or the point is not two finite numbers.
    """
    w, n = checked_start(point), checked_whole("The number of draws", draws, 2, MAX_DRAWS)
    checked_batch_size(1, surface)
    examples = len(surface.data or ())
    given = np.arange(1.0, examples + 1.0) if sizes is None else np.atleast_1d(numbers(sizes))
    column = np.array([checked_batch_size(size, surface) for size in given.ravel()], dtype=np.float64)
    full = surface.gradient(w)
    alone = _gradients(surface, w, np.arange(examples)[None])
    squares, means = np.empty((len(column), n)), np.empty((len(column), 2))
    for place, size in enumerate(column.astype(int)):
        found, done = np.empty((n, 2)), 0
        while done < n:
            more = min(n - done, _TOGETHER, max(1, pace(place * n + done)) if pace else n)
            seeds = range(seed + done, seed + done + more)
            (chosen,) = batches(examples, int(size), 1, seeds)
            found[done : done + more] = _gradients(surface, w, chosen)
            done += more
        with np.errstate(all="ignore"):  # of gradients that no float can hold
            squares[place], means[place] = ((found - full) ** 2).sum(axis=-1), found.mean(axis=0)
    with np.errstate(all="ignore"):
        largest = np.maximum(squares.max(axis=-1), np.finfo(np.float64).tiny)
        errors = (squares / largest[:, None]).std(axis=-1, ddof=1) * largest / np.sqrt(n)
        variances = squares.mean(axis=-1)
        single = float(((alone - full) ** 2).sum(axis=-1).mean())
    return Spread(column, variances, errors, means, full, single, examples, n)


def _gradients(surface: Landscape, w: Array, chosen: Batch) -> Array:
    """The gradients at one point of batches (size, n), (n, 2)."""
    lanes = chosen.shape[-1]
    gradient = surface.batch(chosen).on_arrays.gradient
    return np.stack(gradient(np.full(lanes, w[0]), np.full(lanes, w[1])), axis=-1)


def variance_theory(single: float, examples: int, sizes: ArrayLike) -> Array:
    """σ²/S · (N − S)/(N − 1): the variance of the mean of S examples of N, drawn without replacement.

    At S = N it is 0; for S ≪ N, or with replacement, it is σ²/S. Of a single example of one it is 0.

    Source: Cochran, 1977, Sampling Techniques, theorem 2.2.
    """
    s = np.asarray(sizes, dtype=np.float64)
    left = (examples - s) / (examples - 1.0) if examples > 1 else np.zeros_like(s)
    found: Array = single / s * left
    return found


@dataclass(frozen=True, eq=False)
class Epochs(ReadOnly):
    """Runs with several batch sizes, each over a fan of seeds, with as many looks at examples.

    Attributes
    ----------
    sizes, updates
        (m,): the batch sizes and how many updates each made.
    epochs
        For each size (updates + 1,): how often all examples had been seen after every update.
    losses, low, high
        For each size (updates + 1,): mean and quartiles over the seeds of the full loss, above ``lowest``.
    paths
        For each size (updates + 1, 2): where the first seed's run went.
    """

    sizes: Array
    updates: Array
    epochs: tuple[Array, ...]
    losses: tuple[Array, ...]
    low: tuple[Array, ...]
    high: tuple[Array, ...]
    paths: tuple[Array, ...]
    lowest: float


def epochs(
    surface: Landscape,
    rule: Optimizer,
    start: ArrayLike,
    sizes: Sequence[int],
    rounds: int,
    seeds: int = 20,
    pace: Pace | None = None,
) -> Epochs:
    """Run a rule through all examples so many times, with every batch size.

    A small batch makes more updates of the same work; a full one goes straight downhill. ``pace`` counts
    updates, size after size.

    Raises
    ------
    ValueError
        As ``run``; and if there is no size, or rounds and seeds are not from 1 to 1,000 and 200.
    """
    checked_batch_size(1, surface)
    examples = len(surface.data or ())
    times = checked_whole("The number of epochs", rounds, 1, 1_000)
    fan = checked_whole("The number of seeds", seeds, 1, 200)
    chosen = [checked_batch_size(size, surface) for size in sizes]
    if not chosen:
        raise ValueError("A comparison needs at least one batch size.")
    lowest, done = known_minima(surface).minimum or 0.0, 0
    seen, losses, paths = [], [], []
    for size in chosen:
        updates = times * -(-examples // size)
        t = run(surface, rule, start, updates, batch_size=size, seed=range(fan), pace=after(pace, done))
        done += updates
        shares = [len(batch) / examples for batch in t.batches or ()]
        seen.append(np.concatenate([[0.0], np.cumsum(shares)]))
        losses.append(t.values - lowest)
        paths.append(t.points[:, 0].copy())
    with np.errstate(all="ignore"):  # of runs that are lost
        low, high = (tuple(np.quantile(one, q, axis=-1) for one in losses) for q in (0.25, 0.75))
        mean = tuple(one.mean(axis=-1) for one in losses)
    return Epochs(
        np.array(chosen, dtype=np.float64), np.array([len(one) - 1.0 for one in seen]), tuple(seen),
        mean, low, high, tuple(paths), lowest,
    )  # fmt: skip
