"""How runs ended, many at once: the tests behind a verdict, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import Array, Landscape
from optimizers.arithmetic import take, together
from optimizers.optimizer import Optimizer, State
from optimizers.stationary import STATIONARY, Kind, kinds_of_points, newton_steps

Lanes = NDArray[np.bool_]
Kinds = NDArray[Any]
"""An array of ``Kind`` objects."""

FAR = 1.5
"""Distance from the window's centre, in window widths, beyond which a run is far outside."""

ASTRAY = 100.0
"""Distance beyond which a missing value is taken for overflow: there is no telling the two apart."""


def tail_length(steps: int) -> int:
    """How many of the last steps say what a run is doing now: a tenth."""
    return max(1, steps // 10)


def points_kept(steps: int) -> int:
    """How many of the last points a verdict looks at."""
    return min(steps + 1, max(4, tail_length(steps) + 1))


@dataclass(frozen=True, eq=False)
class Ending:
    """The end of n runs.

    Attributes
    ----------
    steps
        Length of the runs.
    tail
        (``points_kept(steps)``, n, 2): the last points; nan after an overflow.
    last
        (n, 2): the last finite point of every run.
    state, rate
        What the rule remembered at the end, as lanes, and its last learning rate.
    """

    surface: Landscape
    rule: Optimizer
    steps: int
    tail: Array
    last: Array
    state: State
    rate: Any

    def of(self, lanes: NDArray[np.int64]) -> Ending:
        """The ending of some of the runs."""
        settings: dict[str, Any] = self.rule.settings
        columns = {k: v[lanes] for k, v in settings.items() if isinstance(v, np.ndarray)}
        rate = self.rate[lanes] if isinstance(self.rate, np.ndarray) else self.rate
        state = take(self.state, lanes)
        rule = self.rule.varied(**columns)
        return Ending(self.surface, rule, self.steps, self.tail[:, lanes], self.last[lanes], state, rate)

    def repeated(self, times: int) -> Ending:
        """The same, at every point of the tail where it is at its last one."""
        return replace(self, tail=np.broadcast_to(self.tail[-1], (times, *self.last.shape)))

    @staticmethod
    def joined(parts: Sequence[Ending]) -> Ending:
        """The runs of several endings after each other."""
        first, *_ = parts
        settings: list[dict[str, Any]] = [part.rule.settings for part in parts]
        varying = [key for key, value in settings[0].items() if isinstance(value, np.ndarray)]
        columns = {key: np.concatenate([one[key] for one in settings]) for key in varying}
        rates = [part.rate for part in parts]
        return Ending(
            first.surface,
            first.rule.varied(**columns),
            first.steps,
            np.concatenate([part.tail for part in parts], axis=1),
            np.concatenate([part.last for part in parts]),
            together([part.state for part in parts]),
            np.concatenate(rates) if isinstance(rates[0], np.ndarray) else rates[0],
        )

    @cached_property
    def kinds(self) -> Kinds:
        """What became of every run, (n,)."""
        kinds = np.full(len(self.last), Kind.DESCENDING, dtype=object)
        with np.errstate(all="ignore"):
            kinds[self.level] = Kind.PLATEAU
            kinds[self.turning > 0.5] = Kind.OSCILLATING
            resting = np.flatnonzero(self.resting)
            found = kinds_of_points(self.surface, self.last[resting])
            told = found != None  # noqa: E711 - lane by lane
            kinds[resting[told]] = found[told]
            kinds[self.diverged] = Kind.DIVERGED
            kinds[self.undefined] = Kind.UNDEFINED
        return kinds

    @cached_property
    def lost(self) -> Lanes:
        """Whether a coordinate is no longer finite."""
        lanes: Lanes = ~np.isfinite(self.tail[-1]).all(axis=-1)
        return lanes

    @cached_property
    def distances(self) -> Array:
        """How far the points of the tail are from the window's centre, (..., n), in window widths."""
        return distances(self.surface, self.tail)

    @cached_property
    def undefined(self) -> Lanes:
        """Whether the surface, or its gradient, has no value where the run last was."""
        near = distances(self.surface, self.last) <= ASTRAY
        nameless = ~np.isfinite(self.surface.value(self.last))
        slopeless = self.lost & ~np.isfinite(self.surface.gradient(self.last)).all(axis=-1)
        lanes: Lanes = near & (nameless | slopeless)
        return lanes

    @cached_property
    def diverged(self) -> Lanes:
        """Whether the run overflowed, or is far outside and still leaving."""
        tail = self.distances[-1 - tail_length(self.steps) :]
        leaving = (tail[-1] > FAR) & (tail[-1] > tail[:-1].max(axis=0, initial=0.0))
        lanes: Lanes = self.lost | leaving | ~np.isfinite(self.values).all(axis=0)
        return lanes

    @cached_property
    def values(self) -> Array:
        """The losses over the tail, (tail + 1, n)."""
        return self.surface.value(self.tail[-1 - tail_length(self.steps) :])

    @cached_property
    def newton(self) -> Array:
        """The Newton steps at the last ten points at most, (..., n), in window widths."""
        return newton_steps(self.surface, self.tail[-min(10, tail_length(self.steps)) :])

    @cached_property
    def resting(self) -> Lanes:
        """Whether the Newton step is tiny at the end and one more step of the rule would not leave."""
        still: Lanes = np.all(self.newton <= STATIONARY, axis=0)
        if not still.any():
            return still
        x, y = (self.last[:, c].copy() for c in (0, 1))
        with np.errstate(all="ignore"):
            (to_x, to_y), _ = self.rule.step(
                self.surface.compiled.on_arrays, (x, y), self.state, self.rate, self.steps + 1
            )
        moved = np.stack([to_x - x, to_y - y], axis=-1) / self.surface.spans
        near: Lanes = np.linalg.norm(moved, axis=-1) <= STATIONARY
        return still & near

    @cached_property
    def turning(self) -> Array:
        """The share of the last steps that turn back, (n,)."""
        moves = np.diff(self.tail[-max(4, tail_length(self.steps)) :], axis=0)
        turns = (moves[1:] * moves[:-1]).sum(axis=-1)
        return np.mean(turns < 0.0, axis=0) if len(turns) else np.zeros(len(self.last))

    @cached_property
    def ahead(self) -> Array:
        """By how much ten more runs as long would lower the loss at the present pace, (n,)."""
        tail = min(self.steps, tail_length(self.steps))
        ahead: Array = 10.0 * self.steps * (self.values[0] - self.values[-1]) / tail
        return ahead

    @cached_property
    def left(self) -> Array:
        """What the loss can still fall: its range over the map; less near a known minimum, (n,)."""
        left = np.full(len(self.last), self.surface.loss_range)
        # Near a known minimum less than 1 % of the range is left to fall at any pace.
        return (
            left if self.surface.minimum is None else np.minimum(left, self.values[-1] - self.surface.minimum)
        )

    @cached_property
    def level(self) -> Lanes:
        """Whether ten more runs would hardly change the loss."""
        lanes: Lanes = np.abs(self.ahead) <= 0.01 * self.left
        return lanes


def distances(surface: Landscape, p: Array) -> Array:
    """The larger of both coordinates' distances from the window's centre, in window widths."""
    apart: Array = np.abs((p - np.mean(surface.window, axis=1)) / surface.spans).max(axis=-1)
    return apart
