"""How runs ended, many at once: the tests behind a verdict, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import LARGEST, Array, Landscape
from optimizers.arithmetic import take, together
from optimizers.optimizer import Optimizer, State
from optimizers.verdicts.classify import (
    CODES,
    KINDS,
    STATIONARY,
    Codes,
    Kind,
    codes_of_points,
    newton_steps,
)

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


def kept_steps(steps: int) -> NDArray[np.int64]:
    """The steps whose points a verdict looks at: strictly increasing, the last of them ``steps``."""
    count = min(steps + 1, max(4, tail_length(steps) + 1))
    return np.arange(steps + 1 - count, steps + 1)


@dataclass(frozen=True, eq=False)
class Ending:
    """The end of n runs.

    Attributes
    ----------
    steps
        Length of the runs.
    tail
        (kept, n, 2): the points after ``kept_steps(steps)``; nan after an overflow.
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

    @property
    def kinds(self) -> Kinds:
        """What became of every run, (n,)."""
        kinds: Kinds = KINDS[self.codes]
        return kinds

    @cached_property
    def codes(self) -> Codes:
        """The same in codes."""
        codes = np.full(len(self.last), -1, dtype=np.int8)
        with np.errstate(all="ignore"):
            resting = np.flatnonzero(self.resting)
            codes[resting] = codes_of_points(self.surface, self.last[resting])
            codes[self.diverged] = CODES[Kind.DIVERGED]
            codes[self.undefined] = CODES[Kind.UNDEFINED]
            moving = np.flatnonzero(codes == -1)
            if moving.size:
                rest = self.of(moving)
                others = np.where(rest.level, CODES[Kind.PLATEAU], CODES[Kind.DESCENDING])
                others[rest.turning > 0.5] = CODES[Kind.OSCILLATING]
                codes[moving] = others
            codes[self.at_tip] = CODES[Kind.GLOBAL_MINIMUM]
        return codes

    @cached_property
    def lost(self) -> Lanes:
        """Whether a coordinate is no longer finite."""
        lanes: Lanes = ~np.isfinite(self.tail[-1, :, 0] + self.tail[-1, :, 1])
        return lanes

    @cached_property
    def undefined(self) -> Lanes:
        """Whether the surface, or its gradient, has no value where the run last was."""
        near = distances(self.surface, self.last) <= ASTRAY
        values = self.surface.value(self.last)
        slopeless = self.lost & ~np.isfinite(self.surface.gradient(self.last)).all(axis=-1)
        lanes: Lanes = near & (np.isnan(values) | (slopeless & (np.abs(values) <= LARGEST)))
        return lanes

    @cached_property
    def diverged(self) -> Lanes:
        """Whether the run overflowed, or is far outside and still leaving."""
        far = np.flatnonzero(distances(self.surface, self.tail[-1]) > FAR)
        tail = distances(self.surface, self.tail[-1 - tail_length(self.steps) :, far])
        leaving = np.zeros(len(self.last), dtype=bool)
        leaving[far] = tail[-1] > tail[:-1].max(axis=0, initial=0.0)
        lanes: Lanes = self.lost | leaving | ~np.isfinite(self.values).all(axis=0)
        return lanes

    @cached_property
    def values(self) -> Array:
        """The losses where the tail begins and where it ends, (2, n)."""
        return self.surface.value(self.tail[[-1 - tail_length(self.steps), -1]])

    @cached_property
    def resting(self) -> Lanes:
        """Whether the run stays where the Newton step is tiny, and one more step of the rule would too.

        Its last points, ten at most, lie together; the Newton step is taken at the last two of them.
        """
        resting = np.zeros(len(self.last), dtype=bool)
        wide, high = self.surface.spans
        count = min(10, tail_length(self.steps))
        some = np.flatnonzero(self._together)
        for p in self.tail[-min(2, count) :][::-1]:
            some = some[newton_steps(self.surface, p[some]) <= STATIONARY]
        if some.size:
            end = replace(self, tail=self.tail[-1:]).of(some)
            x, y = end.last.T.copy()
            with np.errstate(all="ignore"):
                (to_x, to_y), _ = end.rule.step(
                    self.surface.compiled.on_arrays, (x, y), end.state, end.rate, self.steps + 1
                )
            resting[some] = np.hypot((to_x - x) / wide, (to_y - y) / high) <= STATIONARY
        return resting

    @cached_property
    def at_tip(self) -> Lanes:
        """Whether the run stays, or ended for want of a slope, at a known minimum that comes to a point."""
        lowest = self.surface.minimum
        if self.surface.facts.smooth or lowest is None:
            return np.zeros(len(self.last), dtype=bool)
        arrived = self.surface.value(self.last) <= lowest + 1e-9 * self.surface.loss_range
        lanes: Lanes = arrived & (self.lost | self._together)
        return lanes

    @cached_property
    def _together(self) -> Lanes:
        """Whether the last points, ten at most, lie together."""
        count = min(10, tail_length(self.steps))
        columns = (self.tail[-count:, :, c] for c in (0, 1))
        across, up = (np.max(column, axis=0) - np.min(column, axis=0) for column in columns)
        wide, high = self.surface.spans
        lanes: Lanes = np.hypot(across / wide, up / high) <= 2.0 * STATIONARY
        return lanes

    @cached_property
    def turning(self) -> Array:
        """The share of the last steps that turn back, (n,)."""
        tail = self.tail[-max(4, tail_length(self.steps)) :]
        across, up = (np.diff(tail[..., c], axis=0) for c in (0, 1))
        turns = across[1:] * across[:-1] + up[1:] * up[:-1]
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
    (x, y), (across, up) = np.mean(surface.window, axis=1), surface.spans
    apart: Array = np.maximum(np.abs(p[..., 0] - x) / across, np.abs(p[..., 1] - y) / up)
    return apart
