"""What runs are doing at their end, many at once: the tests behind a verdict, in the one order in which they are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import LARGEST, Array, Landscape, Point
from optimizers.arithmetic import leaves, take, together
from optimizers.optimizer import Optimizer, State
from optimizers.verdicts.classify import (
    DEGENERATE,
    FLAT,
    MAXIMUM,
    MINIMUM,
    SADDLE,
    SLOPE,
    STATIONARY,
    Lanes,
    Places,
    classify,
    derivatives,
    newton_step,
)
from optimizers.verdicts.kinds import CODES, KINDS, Codes, Kind, Kinds
from optimizers.verdicts.known import known_minima

ASTRAY = 100.0
"""Window widths beyond which a missing value is taken for overflow: there is no telling the two apart."""

STILL = 1e-12
"""Window widths below which a movement is rounding."""


def tail_length(steps: int) -> int:
    """How many of the last steps say what a run is doing now: a tenth, and thirty if there are as many."""
    return min(steps, max(30, steps // 10))


def kept_steps(steps: int) -> NDArray[np.int64]:
    """The steps whose points a verdict looks at: about sixty over the whole run, and all of its tail."""
    sparse = np.arange(0, steps, max(1, -(-steps // 60)))
    return np.union1d(sparse, np.arange(steps - tail_length(steps), steps + 1)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Ending:
    """The end of n runs.

    Attributes
    ----------
    steps
        Length of the runs.
    start
        (n, 2): where the runs began.
    path
        (m, n, 2): the points after the ``kept_steps``; nan after an overflow.
    last
        (n, 2): the last finite point of every run.
    state, rate
        What the rule remembered at the end, as lanes, and its last learning rate.
    """

    surface: Landscape
    rule: Optimizer
    steps: int
    start: Array
    path: Array
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
        return Ending(
            self.surface, rule, self.steps, self.start[lanes], self.path[:, lanes], self.last[lanes], state, rate
        )

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
            np.concatenate([part.start for part in parts]),
            np.concatenate([part.path for part in parts], axis=1),
            np.concatenate([part.last for part in parts]),
            together([part.state for part in parts]),
            np.concatenate(rates) if isinstance(rates[0], np.ndarray) else rates[0],
        )

    # --- the order of precedence -----------------------------------------------------------

    @property
    def kinds(self) -> Kinds:
        """What became of every run, (n,)."""
        kinds: Kinds = KINDS[self.codes]
        return kinds

    @cached_property
    def codes(self) -> Codes:
        """The same in codes: the first test of ``_ORDER`` that holds says what became of a run."""
        codes = np.full(len(self.last), CODES[Kind.DESCENDING], dtype=np.int8)
        open_, ending = np.arange(len(self.last)), self
        with np.errstate(all="ignore"):  # far away numbers overflow, and are judged by that
            for test in _ORDER:
                found = test(ending)
                holds = found >= 0
                codes[open_[holds]] = found[holds]
                if holds.any():
                    open_ = open_[~holds]
                    if not open_.size:
                        break
                    ending = ending.of(np.flatnonzero(~holds))
        return codes

    @property
    def kind(self) -> Kind:
        """What became of a single run."""
        kind: Kind = KINDS[self.codes[0]]
        return kind

    # --- where the run is ------------------------------------------------------------------

    @cached_property
    def lost(self) -> Lanes:
        """Whether a coordinate is no longer finite."""
        lanes: Lanes = ~np.isfinite(self.path[-1]).all(axis=-1)
        return lanes

    @cached_property
    def values(self) -> Array:
        """The losses along the path, (m, n)."""
        return self.surface.value(self.path)

    @cached_property
    def scaled(self) -> Array:
        """The path in window widths, (m, n, 2)."""
        return self.path / self.surface.spans

    @property
    def tail(self) -> Array:
        """The last points in window widths, one a step: (``tail_length`` + 1, n, 2)."""
        return self.scaled[-1 - tail_length(self.steps) :]

    @cached_property
    def strides(self) -> Array:
        """The lengths of the last steps in window widths, (``tail_length``, n)."""
        moves = np.diff(self.tail, axis=0)
        return np.hypot(moves[..., 0], moves[..., 1])

    # --- undefined -------------------------------------------------------------------------

    @cached_property
    def undefined(self) -> Lanes:
        """Whether the formula, its gradient or the rule's own step has no value where the run last was."""
        near = distances(self.surface, self.last) <= ASTRAY
        value = self.surface.value(self.last)
        stopped = self.lost & (np.abs(value) <= LARGEST)
        some = np.flatnonzero(stopped & near)
        slope = self.surface.gradient(self.last[some])
        # From a slope of a usual size no step overflows: the rule itself has no value there.
        stopped[some] = ~(np.abs(slope).max(axis=-1) > LARGEST)
        lanes: Lanes = near & (np.isnan(value) | stopped)
        return lanes

    # --- at rest ---------------------------------------------------------------------------

    @cached_property
    def still(self) -> Lanes:
        """Whether the run hardly moves: over its last tenth, against the window and against how far it has come.

        Steps that grow from third to third of the tail lead away, however short they are.
        """
        still = np.zeros(len(self.last), dtype=bool)
        there, rest, tail = self.path[-1] / self.surface.spans, -1 - self.steps // 10, -1 - tail_length(self.steps)
        moved = np.abs(self.path[rest] / self.surface.spans - there).max(axis=-1)
        some = np.flatnonzero(moved <= STATIONARY)
        if not some.size:
            return still
        path = self.path[:, some] / self.surface.spans
        apart = np.hypot(*np.moveaxis(path - path[-1], -1, 0))
        shifted, come = apart[rest:].max(axis=0), apart.max(axis=0)
        come = np.fmax(come, np.hypot(*(self.start[some] / self.surface.spans - path[-1]).T))
        still[some] = (shifted <= STATIONARY) & ((shifted <= 0.01 * come) | (shifted <= 1e-7))
        strides = np.hypot(*np.moveaxis(np.diff(path[tail:], axis=0), -1, 0))
        if len(strides) >= 3:
            first, middle, last = (part.sum(axis=0) for part in _thirds(strides))
            floor = len(strides) * (STILL + 1e-15 * np.abs(path[-1]).max(axis=-1))
            directed = np.hypot(*(path[-1] - path[tail]).T) >= 0.5 * strides.sum(axis=0)
            growing = (last > middle) & (middle > first) & (last > floor)
            still[some] &= ~(growing & (directed | (last > 1.5 * first)))
        return still

    @cached_property
    def _one_more(self) -> tuple[Array, Lanes]:
        """How far one more step would lead, in window widths, and whether it leaves the state as it is."""
        length, same = np.full(len(self.last), np.nan), np.zeros(len(self.last), dtype=bool)
        some = np.flatnonzero(self.still)
        if some.size:
            end = replace(self, path=self.path[-1:]).of(some)
            x, y = end.last.T.copy()
            with np.errstate(all="ignore"):
                (to_x, to_y), state = end.rule.step(
                    self.surface.compiled.on_arrays, (x, y), end.state, end.rate, self.steps + 1
                )
                wide, high = self.surface.spans
                length[some] = np.hypot((to_x - x) / wide, (to_y - y) / high)
                same[some] = True
                for a, b in zip(leaves(end.state), leaves(state), strict=True):
                    same[some] &= np.abs(a - b) <= 1e-9 * np.abs(a)
        return length, same

    @cached_property
    def places(self) -> Places:
        """The place nearest to where each run last was, of those that may be at one; a slope elsewhere."""
        found = Places(self.last.copy(), np.full(len(self.last), SLOPE, dtype=np.int8))
        some = np.flatnonzero((self.still & (self._one_more[0] <= STATIONARY)) | self._slopeless)
        if some.size:
            # Runs that end in the same tiny cell are at the same place.
            cells = np.floor(self.last[some] / (0.1 * STATIONARY * self.surface.spans))
            _, first, cell = np.unique(cells, axis=0, return_index=True, return_inverse=True)
            places = classify(self.surface, self.last[some[first]]).of(cell.ravel())
            found.points[some], found.codes[some] = places.points, places.codes
        return found

    @cached_property
    def resting(self) -> Lanes:
        """Whether the run has come to rest at a place."""
        away = (self.last - self.places.points) / self.surface.spans
        lanes: Lanes = (
            self.still
            & (self._one_more[0] <= STATIONARY)
            & (self.places.codes != SLOPE)
            & (np.hypot(away[:, 0], away[:, 1]) <= STATIONARY)
        )
        return lanes

    @cached_property
    def _slopeless(self) -> Lanes:
        """Whether the run ended for want of a slope at a point that has a loss."""
        lanes: Lanes = self.lost & np.isfinite(self.surface.value(self.last))
        some = np.flatnonzero(lanes)
        lanes[some] = ~np.isfinite(self.surface.gradient(self.last[some])).all(axis=-1)
        return lanes

    @cached_property
    def at_tip(self) -> Lanes:
        """Whether the run ended, for want of a slope, on a minimum that comes to a point."""
        lanes: Lanes = self._slopeless & (self.places.codes == MINIMUM)
        return lanes

    @cached_property
    def place_codes(self) -> Codes:
        """The code of the kind of every run that is at a place."""
        of_nature = {
            MINIMUM: Kind.LOCAL_MINIMUM,
            MAXIMUM: Kind.MAXIMUM,
            SADDLE: Kind.SADDLE,
            FLAT: Kind.PLATEAU,
            DEGENERATE: Kind.STATIONARY,
        }
        codes = np.full(len(self.last), CODES[Kind.STATIONARY], dtype=np.int8)
        for nature, kind in of_nature.items():
            codes[self.places.codes == nature] = CODES[kind]
        low = np.flatnonzero(np.isin(self.places.codes, (MINIMUM, DEGENERATE, FLAT)))
        if low.size:
            codes[low[self._lowest(low)]] = CODES[Kind.GLOBAL_MINIMUM]
        return codes

    def _lowest(self, lanes: NDArray[np.int64]) -> Lanes:
        """Whether these runs are at a known global minimizer, or as low as one."""
        known = known_minima(self.surface)
        if known.minimum is None:
            return np.zeros(len(lanes), dtype=bool)
        at = self.places.points[lanes]
        value = np.fmin(self.surface.value(self.last[lanes]), self.surface.value(at))
        start = self.surface.value(self.start[lanes])
        rounding = 1e-14 * abs(known.minimum) + 1e-9 * np.fmax(start - known.minimum, 0.0)
        near = close_to(self.surface, self.last[lanes], known.minimizers)
        level = self.places.codes[lanes] == FLAT
        as_low = np.abs(value - known.minimum) <= rounding
        lowest: Lanes = np.where(level, np.abs(value - known.minimum) <= 1e-14 * abs(known.minimum), near | as_low)
        return lowest

    @cached_property
    def standing(self) -> Lanes:
        """Whether the run stands on a slope for good: no step moves it, nor what it remembers."""
        length, same = self._one_more
        floor = STILL + 1e-15 * np.abs(self.scaled[-1]).max(axis=-1)
        lanes: Lanes = self.still & same & (length <= floor) & (self.strides.max(axis=0) <= floor)
        return lanes

    # --- diverged --------------------------------------------------------------------------

    @cached_property
    def diverged(self) -> Lanes:
        """Whether the run is no longer finite, or outside the window, further with every part of its tail.

        It must be climbing above all that it has seen, or falling with no bottom in sight; what comes
        closer and closer to a place out there is not diverging, nor is what swings back.
        """
        finite = np.isfinite(self.surface.value(self.last)) & ~self.lost
        lanes: Lanes = ~finite
        some = np.flatnonzero(finite & (distances(self.surface, self.last) > 0.5))
        if some.size:
            lanes[some] = self.of(some)._leaving
        return lanes

    @property
    def _leaving(self) -> Lanes:
        apart = distances(self.surface, self.path)
        farthest = apart[-1] >= 0.999 * apart.max(axis=0)
        tail = slice(-1 - tail_length(self.steps), None)
        before = np.fmax.reduce(self.values[: len(self.values) - tail_length(self.steps)], axis=0)
        going = _growing(apart[tail])
        first, _, last = (part.sum(axis=0) for part in _thirds(self.strides))
        shrinking = last < 0.97 * first
        climbing = _growing(self.values[tail]) & (self.values[-1] > before)
        climbing &= ~shrinking | (self.turning > 0.5)
        falling = ~shrinking & (self.values[-1] < self.values[tail.start]) & ~self._bottom_ahead
        # A rate that has decayed lets a run stand where it was carried while it was large.
        carried = _grew(apart) & _grew(self.values) & (self.values[-1] > 10.0 * np.abs(self.values[0]))
        return farthest & ((going & (climbing | falling)) | carried)

    @property
    def _bottom_ahead(self) -> Lanes:
        """Whether the parabola along the run's course has its lowest point ahead."""
        course = self.scaled[-1] - self.tail[0]
        slope, (xx, xy, yy) = derivatives(self.surface, self.last)
        a, b = course.T
        bend = xx * a * a + 2.0 * xy * a * b + yy * b * b
        ahead = -(slope[0] * a + slope[1] * b)
        # A course that would have to go on for a hundred times its length has no bottom in sight.
        lanes: Lanes = (bend > 0.0) & (ahead <= 100.0 * bend)
        return lanes

    # --- oscillating -----------------------------------------------------------------------

    @cached_property
    def turning(self) -> Array:
        """The share of the last steps that turn back, (n,)."""
        moves = np.diff(self.tail, axis=0)
        turns = (moves[1:] * moves[:-1]).sum(axis=-1)
        return np.mean(turns < 0.0, axis=0) if len(turns) else np.zeros(len(self.last))

    @cached_property
    def restless(self) -> Lanes:
        """Whether what moves the run does not shrink and does not carry it on: in its tail, or over its second half."""
        later = kept_steps(self.steps) >= self.steps // 2
        lanes: Lanes = _swinging(self.tail) | _swinging(self.scaled[later])
        return lanes

    # --- plateau ---------------------------------------------------------------------------

    @cached_property
    def left(self) -> Array:
        """What the loss can still fall: to the known minimum, else by what the local parabola promises, (n,).

        nan where neither says anything.
        """
        left = np.full(len(self.last), np.nan)
        value = self.surface.value(self.last)
        known = known_minima(self.surface)
        if known.minimum is not None:
            left = np.where(value >= known.minimum, value - known.minimum, np.nan)
        some = np.flatnonzero(np.isnan(left))
        slope, bend = derivatives(self.surface, self.last[some])
        step = newton_step(slope, bend)
        promise = -0.5 * (step * slope.T).sum(axis=-1)
        left[some] = np.where(promise > 0.0, promise, np.nan)
        return left

    @cached_property
    def won(self) -> Array:
        """By how much the loss has fallen over the tail, (n,)."""
        before, now = self.surface.value(self.path[[-1 - tail_length(self.steps), -1]])
        won: Array = before - now
        return won

    @cached_property
    def level(self) -> Lanes:
        """Whether there is hardly any slope, much left to win, and no progress."""
        slope, _ = derivatives(self.surface, self.last)
        steepness = np.hypot(slope[0], slope[1])
        scale = self.left.copy()
        some = np.flatnonzero(np.isnan(scale))
        if some.size:  # nothing is known of what is left: a share of what the run has seen
            seen = self.surface.value(self.path[:, some])
            scale[some] = 0.1 * (np.fmax.reduce(seen, axis=0) - np.fmin.reduce(seen, axis=0))
        lanes: Lanes = (np.abs(self.won) <= 0.01 * scale) & (steepness <= 0.5 * scale)
        return lanes


def _kind_where(kind: Kind, lanes: Lanes) -> Codes:
    return np.where(lanes, CODES[kind], -1).astype(np.int8)


_ORDER: tuple[Callable[[Ending], Codes], ...] = (
    lambda e: _kind_where(Kind.UNDEFINED, e.undefined & ~e.at_tip),
    lambda e: np.where(e.resting | e.at_tip, e.place_codes, -1).astype(np.int8),
    lambda e: _kind_where(Kind.DIVERGED, e.diverged),
    lambda e: _kind_where(Kind.STATIONARY, e.standing),
    lambda e: _kind_where(Kind.OSCILLATING, e.restless),
    lambda e: _kind_where(Kind.PLATEAU, e.level),
)
"""The one order in which a run is judged: for every run the code of a kind, or −1 to ask on."""


def _thirds(columns: Array) -> list[Array]:
    return np.array_split(columns, 3)


def _growing(column: Array) -> Lanes:
    """Whether the largest of every sixth of the column is larger than that of the sixth before, (n,)."""
    parts = np.array_split(column, min(6, len(column)))
    largest = np.stack([np.fmax.reduce(part, axis=0) for part in parts])
    lanes: Lanes = (np.diff(largest, axis=0) > 0.0).all(axis=0)
    return lanes


def _grew(column: Array) -> Lanes:
    """Whether the column rose from part to part of the time in which it changed at all, and never fell far."""
    largest = np.maximum.accumulate(column, axis=0)
    reached = (largest >= 0.999 * largest[-1]).argmax(axis=0)
    lanes = np.zeros(column.shape[1], dtype=bool)
    for lane in np.flatnonzero(reached >= 5):
        rise = column[: reached[lane] + 1, lane]
        lanes[lane] = bool(_growing(rise[len(rise) // 2 - len(rise) :][:, None])[0]) and bool(
            column[-1, lane] >= 0.9 * largest[-1, lane]
        )
    return lanes


def _swinging(points: Array) -> Lanes:
    """Whether the amplitude does not shrink from third to third, nor the middle move on by as much, (n,)."""
    if len(points) < 6:
        moves = np.diff(points, axis=0)
        if len(moves) < 3:
            return np.zeros(points.shape[1], dtype=bool)
        strides = np.hypot(moves[..., 0], moves[..., 1])
        back = ((moves[1:] * moves[:-1]).sum(axis=-1) < 0.0).all(axis=0)
        short: Lanes = back & (strides[-1] >= 0.8 * strides[0]) & (strides[-1] > STILL)
        return short
    thirds = _thirds(points)
    middles = [part.mean(axis=0) for part in thirds]
    sizes = [
        np.hypot(*np.moveaxis(part - middle, -1, 0)).max(axis=0)
        for part, middle in zip(thirds, middles, strict=True)
    ]
    drift = np.hypot(*(middles[2] - middles[0]).T)
    floor = STILL + 1e-15 * np.abs(points[-1]).max(axis=-1)
    lanes: Lanes = (sizes[2] >= 0.8 * sizes[0]) & (drift < sizes[2]) & (sizes[2] > floor)
    return lanes


def distances(surface: Landscape, p: Array) -> Array:
    """The larger of both coordinates' distances from the window's centre, in window widths."""
    (x, y), (across, up) = np.mean(surface.window, axis=1), surface.spans
    apart: Array = np.maximum(np.abs(p[..., 0] - x) / across, np.abs(p[..., 1] - y) / up)
    return apart


def left_for_good(surface: Landscape, points: Array) -> int | None:
    """The step at which a run (steps + 1, 2) left the window and did not come back; None if it is inside."""
    inside = distances(surface, points) <= 0.5
    if inside[-1]:
        return None
    return int(np.flatnonzero(inside)[-1]) + 1 if inside.any() else 0


def close_to(surface: Landscape, p: Array, known: Sequence[Point]) -> Lanes:
    """Whether each point of (n, 2) is one of the known ones."""
    across, up = surface.spans
    x, y = p[:, 0] / across, p[:, 1] / up
    near = np.zeros(len(p), dtype=bool)
    with np.errstate(over="ignore"):
        for a, b in known:
            near |= (x - a / across) ** 2 + (y - b / up) ** 2 <= (10.0 * STATIONARY) ** 2
    return near
