"""The points of runs that a verdict looks at, after chosen steps: gathered only where they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from landscapes import Array, Landscape
from optimizers.optimizer import Pair

Numbers: TypeAlias = NDArray[np.int64]
"""The numbers of runs, or of rows."""


def tail_length(steps: int) -> int:
    """How many of the last steps say what a run is doing now: a tenth, and thirty if there are as many."""
    return min(steps, max(30, steps // 10))


def kept_steps(steps: int) -> Numbers:
    """The steps whose points a verdict looks at: about forty over the whole run, and all of its tail."""
    tail = np.arange(steps - tail_length(steps), steps + 1)
    return np.union1d(np.arange(0, steps, _stride(steps)), tail).astype(np.int64)


def _stride(steps: int) -> int:
    """Steps from one kept point to the next before the tail."""
    return max(1, -(-steps // 40))


@dataclass(frozen=True, eq=False)
class Track:
    """Where n runs were after the ``kept_steps``; rows are counted from the end, as those of an array.

    Attributes
    ----------
    steps
        Length of the runs.
    noted
        For every kept step the numbers of the runs that were followed then, ascending, and their points.
    runs
        (n,): the numbers of the runs that are meant.
    """

    surface: Landscape
    steps: int
    noted: Sequence[tuple[Numbers, Pair]]
    runs: Numbers

    @staticmethod
    def single(surface: Landscape, points: Array) -> Track:
        """That of one run with all of its points (steps + 1, 2)."""
        first, steps = np.zeros(1, dtype=np.int64), len(points) - 1
        columns = np.ascontiguousarray(points[kept_steps(steps)].T)
        noted = [(first, (columns[0, k : k + 1], columns[1, k : k + 1])) for k in range(columns.shape[1])]
        return Track(surface, steps, noted, first)

    def of(self, runs: Numbers) -> Track:
        """That of some of the runs, given by their places among these."""
        return replace(self, runs=self.runs[runs])

    def standing(self) -> Track:
        """That of runs which have stayed at their last point since the first kept step."""
        first, *_, last = self.noted
        return replace(self, noted=[first, *[last] * (len(kept_steps(self.steps)) - 1)])

    def row(self, k: int) -> Array:
        """The points of one row, (n, 2)."""
        points: Array = self.rows([k])[0]
        return points

    def rows(self, which: Sequence[int]) -> Array:
        """The points of these rows, (m, n, 2), each coordinate of a row contiguous; nan after an overflow."""
        found = np.empty((len(which), 2, len(self.runs)))
        places: dict[int, Numbers] = {}  # runs leave now and then, so most rows share theirs
        for columns, k in zip(found, which, strict=True):
            runs, (x, y) = self.noted[k]
            if len(runs) == len(self.runs):
                columns[0], columns[1] = x, y
                continue
            if id(runs) not in places:
                places[id(runs)] = np.searchsorted(runs, self.runs)
            where = places[id(runs)]
            x.take(where, out=columns[0], mode="clip")
            y.take(where, out=columns[1], mode="clip")
        return np.moveaxis(found, 1, -1)

    def scaled(self, which: Sequence[int]) -> Array:
        """The same in window widths."""
        return self.rows(which) / self.surface.spans

    @property
    def all(self) -> range:
        """All rows."""
        return range(-len(self.noted), 0)

    @property
    def tail(self) -> range:
        """The rows of the tail, one a step."""
        return range(-1 - tail_length(self.steps), 0)

    @property
    def tenth(self) -> range:
        """The rows of the last tenth of the run; the last one alone of fewer than ten steps."""
        return range(-1 - self.steps // 10, 0)

    @property
    def half(self) -> list[int]:
        """The rows that tell the second half of the run, at equal intervals."""
        kept = kept_steps(self.steps)
        later = (kept >= self.steps // 2) & (kept % _stride(self.steps) == 0)
        return [int(k) - len(kept) for k in np.flatnonzero(later)]
