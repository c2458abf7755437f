"""Which training examples each step sees: without replacement within an epoch, then shuffled anew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Batch = NDArray[np.int64]
"""Rows of the examples, (size,), or (size, n) where each of n runs has its own."""


def batches(examples: int, size: int, steps: int, seed: int | Sequence[int]) -> tuple[Batch, ...]:
    """The batch of every step; the last one of an epoch is smaller where the size does not divide evenly.

    The stream depends on the seed alone, apart from the noise's; a longer one begins with the shorter.
    """
    if not isinstance(seed, int | np.integer):
        runs = [drawn(examples, size, steps, one) for one in seed]
        return tuple(np.stack(step, axis=-1) for step in zip(*runs, strict=True))
    return tuple(drawn(examples, size, steps, seed))


def drawn(examples: int, size: int, steps: int, seed: int) -> list[Batch]:
    """The rows of every step's batch, of one seed."""
    random, whole = np.random.default_rng([seed, examples]), examples // size * size
    found: list[Batch] = []
    while len(found) < steps:
        order = random.permutation(examples)
        found.extend(np.sort(order[:whole].reshape(-1, size), axis=-1))
        if whole < examples:
            found.append(np.sort(order[whole:]))
    return found[:steps]
