"""A pace for many runs at once: what is counted is one step of one run."""

from __future__ import annotations

from optimizers.runs.trajectory import Pace


class Paced:
    """How much of a long computation is done, and how much more its pace allows before it is asked again.

    Without a pace everything is allowed. What the pace raises gives the computation up.
    """

    def __init__(self, pace: Pace | None) -> None:
        self._pace, self._done, self._due = pace, 0, 0

    def steps(self, runs: int, most: int) -> int:
        """How many steps so many runs may make together now: from 1 to ``most``."""
        if self._pace is None:
            return most
        if self._done >= self._due:
            self._due = self._done + max(1, self._pace(self._done))
        return max(1, min(most, (self._due - self._done) // max(1, runs)))

    def made(self, count: int) -> None:
        """So many steps of single runs were made, or need not be made any more."""
        self._done += count
