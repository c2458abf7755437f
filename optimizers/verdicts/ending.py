"""What runs are doing at their end, many at once: the tests behind a verdict, in their one order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import LARGEST, Array, Landscape
from optimizers.arithmetic import take, together
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
)
from optimizers.verdicts.kinds import CODES, KINDS, Codes, Kind, Kinds
from optimizers.verdicts.known import known_minima
from optimizers.verdicts.motion import growing, jittering, largest_last, movement_floor, swinging, thirds
from optimizers.verdicts.window import close_to, distances

ASTRAY = 100.0
"""Window widths beyond which a missing value is taken for overflow: there is no telling the two apart."""

_SPARSELY = 6
"""Of so many kept points one tells how far a run has come."""

_STANDING = 1e-9
"""Window widths a step may move a run that stands."""


def tail_length(steps: int) -> int:
    """How many of the last steps say what a run is doing now: a tenth, and thirty if there are as many."""
    return min(steps, max(30, steps // 10))


def kept_steps(steps: int) -> NDArray[np.int64]:
    """The steps whose points a verdict looks at: about forty over the whole run, and all of its tail."""
    tail = np.arange(steps - tail_length(steps), steps + 1)
    return np.union1d(np.arange(0, steps, _stride(steps)), tail).astype(np.int64)


def _stride(steps: int) -> int:
    """Steps from one kept point to the next before the tail."""
    return max(1, -(-steps // 40))


@dataclass(frozen=True, eq=False)
class Ending:
    """The end of n runs.

    Attributes
    ----------
    steps
        Length of the runs.
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
    path: Array
    last: Array
    state: State
    rate: Any
    noisy: bool = False
    """Whether gradients were disturbed: by noise, or by mini-batches."""
    fixed: bool = False
    """Whether no step can change anything any more; ``path`` then holds the first and the last point only."""

    def of(self, lanes: NDArray[np.int64]) -> Ending:
        """The ending of some of the runs."""
        settings: dict[str, Any] = self.rule.settings
        columns = {k: v[lanes] for k, v in settings.items() if isinstance(v, np.ndarray)}
        rate = self.rate[lanes] if isinstance(self.rate, np.ndarray) else self.rate
        state = take(self.state, lanes)
        rule = self.rule.varied(**columns)
        some = replace(
            self, rule=rule, path=self.path[:, lanes], last=self.last[lanes], state=state, rate=rate
        )
        for name in ("still", "staying"):  # what is known already is not asked again
            if name in self.__dict__:
                some.__dict__[name] = self.__dict__[name][lanes]
        return some

    @staticmethod
    def joined(parts: Sequence[Ending]) -> Ending:
        """The runs of several endings after each other."""
        first, *_ = parts
        settings: list[dict[str, Any]] = [part.rule.settings for part in parts]
        varying = [key for key, value in settings[0].items() if isinstance(value, np.ndarray)]
        rates = [part.rate for part in parts]
        return replace(
            first,
            rule=first.rule.varied(
                **{key: np.concatenate([one[key] for one in settings]) for key in varying}
            ),
            path=np.concatenate([part.path for part in parts], axis=1),
            last=np.concatenate([part.last for part in parts]),
            state=together([part.state for part in parts]),
            rate=np.concatenate(rates) if isinstance(rates[0], np.ndarray) else rates[0],
        )

    @property
    def _in_full(self) -> Ending:
        """The same with every point of the path."""
        if not self.fixed:
            return self
        rest = np.broadcast_to(self.path[-1], (len(kept_steps(self.steps)) - 1, *self.last.shape))
        return replace(self, path=np.concatenate([self.path[:1], rest]), fixed=False)

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
                if test is _placed:
                    ending = ending._in_full
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
        """Whether the run hardly moves over its last tenth, against the window and its way so far.

        Steps that grow from third to third of the tail lead away, however short they are.
        """
        if self.fixed:
            return ~self.lost
        rest, tail = -1 - self.steps // 10, -1 - tail_length(self.steps)
        near = np.abs(self.path[rest] - self.path[-1]) <= STATIONARY * self.surface.spans
        still: Lanes = near[:, 0] & near[:, 1]
        some = np.flatnonzero(still)
        if not some.size:
            return still
        path = self.path if some.size == len(still) else self.path[:, some]
        moved, come = (self._extent(part) for part in (path[rest:], path[::-1][::_SPARSELY][::-1]))
        still[some] = (moved <= STATIONARY) & ((moved <= 0.01 * np.fmax(come, moved)) | (moved <= 1e-7))
        if tail_length(self.steps) >= 3:
            # Only where the way of the last third is no shorter than that of the first can steps grow.
            third = tail_length(self.steps) // 3
            early, late = (
                _lengths((path[k] - path[k + third]) / self.surface.spans) for k in (tail, -1 - third)
            )
            going = some[still[some] & (late > 0.5 * early)]
            still[going] = ~self._growing(going)
        return still

    def _extent(self, path: Array) -> Array:
        """How far the points of a path (m, n, 2) are from its end at most, taken by coordinate."""
        farthest = [
            np.maximum(column.max(axis=0) - column[-1], column[-1] - column.min(axis=0)) / span
            for column, span in zip(np.moveaxis(path, -1, 0), self.surface.spans, strict=True)
        ]
        extent: Array = np.hypot(*farthest)
        return extent

    def _growing(self, lanes: NDArray[np.int64]) -> Lanes:
        """Whether the steps of these runs, which are short, get longer and longer over the tail."""
        path = self.path[-1 - tail_length(self.steps) :, lanes] / self.surface.spans
        strides = _lengths(np.diff(path, axis=0))
        first, middle, last = (part.sum(axis=0) for part in thirds(strides))
        floor = len(strides) * movement_floor(path[-1])
        directed = _lengths(path[-1] - path[0]) >= 0.5 * strides.sum(axis=0)
        lanes_: Lanes = (
            (last > middle) & (middle > first) & (last > floor) & (directed | (last > 1.5 * first))
        )
        return lanes_

    def _going_on(self, lanes: NDArray[np.int64], steps: int) -> Array:
        """How far from their ends so many more steps would take these runs at most, in window widths."""
        end = replace(self, path=self.path[-1:]).of(lanes)
        x, y = end.last.T.copy()
        point, state, far = (x, y), end.state, np.zeros(len(lanes))
        wide, high = self.surface.spans
        with np.errstate(all="ignore"):
            for k in range(1, steps + 1):
                point, state = end.rule.step(
                    self.surface.compiled.on_arrays, point, state, end.rate, self.steps + k
                )
                far = np.maximum(far, np.hypot((point[0] - x) / wide, (point[1] - y) / high))
        return far

    @cached_property
    def staying(self) -> Lanes:
        """Whether the run hardly moves, and one more step would not leave."""
        lanes: Lanes = self.still.copy()
        some = np.flatnonzero(lanes)
        if some.size and not self.fixed:
            lanes[some] = self._going_on(some, 1) <= STATIONARY
        return lanes

    @cached_property
    def places(self) -> Places:
        """The place nearest to where each run last was, of those that may be at one; a slope elsewhere."""
        nowhere = np.full(len(self.last), SLOPE, dtype=np.int8)
        found = Places(self.last.copy(), nowhere, np.zeros(len(self.last), dtype=bool))
        some = np.flatnonzero(self.staying | self._slopeless)
        if some.size:
            # Runs that end in the same tiny cell are at the same place.
            cells = np.floor(self.last[some] / (0.1 * STATIONARY * self.surface.spans))
            cells = cells.view(np.complex128).ravel()
            _, first, cell = np.unique(cells, return_index=True, return_inverse=True)
            places = classify(self.surface, self.last[some[first]]).of(cell)
            found.points[some], found.codes[some] = places.points, places.codes
            found.smooth[some] = places.smooth
        return found

    @cached_property
    def resting(self) -> Lanes:
        """Whether the run has come to rest at a place."""
        away = (self.last - self.places.points) / self.surface.spans
        lanes: Lanes = (
            self.staying & (self.places.codes != SLOPE) & (np.hypot(away[:, 0], away[:, 1]) <= STATIONARY)
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
        start = self.surface.value(self.path[0, lanes])
        rounding = 1e-14 * abs(known.minimum) + 1e-9 * np.fmax(start - known.minimum, 0.0)
        near = close_to(self.surface, self.last[lanes], known.minimizers)
        level = self.places.codes[lanes] == FLAT
        as_low = np.abs(value - known.minimum) <= rounding
        lowest: Lanes = np.where(
            level, np.abs(value - known.minimum) <= 1e-14 * abs(known.minimum), near | as_low
        )
        return lowest

    @cached_property
    def standing(self) -> Lanes:
        """Whether the run stands on a slope: it has not moved, and fifty more steps would not move it."""
        lanes: Lanes = self.staying & (self.strides.max(axis=0) <= _STANDING)
        some = np.flatnonzero(lanes)
        if some.size:
            lanes[some] = self._going_on(some, 50) <= 50 * _STANDING
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
        apart, losses, tail = distances(self.surface, self.path), self.values, -1 - tail_length(self.steps)
        before = np.fmax.reduce(losses[: len(losses) + tail + 1], axis=0)
        first, _, last = (part.sum(axis=0) for part in thirds(self.strides))
        shrinking = last < 0.97 * first
        higher = largest_last(losses[tail:]) > before
        falling = (losses[-1] <= np.fmin.reduce(losses, axis=0)) & ~self._bottom_ahead
        leaving = np.zeros(len(self.last), dtype=bool)
        for part in (np.arange(len(apart) + tail, len(apart)), np.flatnonzero(self._later)):
            climbing = growing(losses[part]) & higher & (~shrinking | (self.turning > 0.5))
            leaving |= growing(apart[part]) & (climbing | (falling & ~shrinking))
        leaving &= largest_last(apart) >= apart.max(axis=0)
        # A rate that has decayed lets a run stand where it was carried while it was large.
        standing = np.abs(apart[-1] - apart[tail]) <= 0.01 * apart[-1]
        carried = (apart[-1] > 10.0) & ((standing & (losses[-1] > 100.0 * np.abs(losses[0]))) | falling)
        lanes: Lanes = leaving | carried
        return lanes

    @property
    def _bottom_ahead(self) -> Lanes:
        """Whether the surface rises anywhere straight ahead, up to a thousand times the tail's way on."""
        course = (self.path[-1] - self.path[-1 - tail_length(self.steps)])[:, None]
        ahead = self.surface.value(self.path[-1][:, None] + course * 2.0 ** np.arange(11.0)[:, None])
        here = self.surface.value(self.path[-1])[:, None]
        lanes: Lanes = np.logical_or.reduce(ahead > here, axis=-1)
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
        """Whether what moves the run neither shrinks nor carries it on, in its tail or its second half."""
        lanes: Lanes = (
            swinging(self.tail, 0.8) | jittering(self.tail) | swinging(self.scaled[self._later], 0.6)
        )
        return lanes | self._balanced if self.noisy else lanes

    @property
    def _balanced(self) -> Lanes:
        """Whether the loss, over the second half, fluctuates more than it falls."""
        losses = self.surface.value(self.path[self._later])
        if len(losses) < 6:
            return np.zeros(len(self.last), dtype=bool)
        spread = losses.std(axis=0)
        first, _, last = (part.mean(axis=0) for part in thirds(losses))
        lanes: Lanes = (first - last <= 1.3 * spread) & (spread > 0.0)
        return lanes

    @property
    def _later(self) -> Lanes:
        """Which of the kept steps tell the second half of the run, at equal intervals."""
        kept = kept_steps(self.steps)
        later: Lanes = (kept >= self.steps // 2) & (kept % _stride(self.steps) == 0)
        return later

    # --- plateau ---------------------------------------------------------------------------

    @cached_property
    def left(self) -> Array:
        """What the loss can still fall: to the known minimum, else to the lowest hundredth of the map, (n,).

        nan where the run is lower than that.
        """
        known = known_minima(self.surface)
        value, lowest = self.surface.value(self.last), known.minimum
        if lowest is None:
            losses = self.surface.grid(41)[2]
            losses = losses[np.isfinite(losses)]
            lowest = float(np.quantile(losses, 0.01)) if losses.size else np.inf
        left: Array = np.where(value > lowest, value - lowest, np.nan)
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
        # On a bowl the slope times the way to its bottom is more than what is left.
        gentle = steepness * np.maximum(1.0, 0.5 + distances(self.surface, self.last)) <= 0.5 * self.left
        lanes: Lanes = gentle & (np.abs(self.won) <= 0.01 * self.left)
        return lanes


def _kind_where(kind: Kind, lanes: Lanes) -> Codes:
    return np.where(lanes, CODES[kind], -1).astype(np.int8)


def _placed(ending: Ending) -> Codes:
    return np.where(ending.resting | ending.at_tip, ending.place_codes, -1).astype(np.int8)


_ORDER: tuple[Callable[[Ending], Codes], ...] = (
    lambda e: _kind_where(Kind.UNDEFINED, e.undefined & ~e.at_tip),
    _placed,
    lambda e: _kind_where(Kind.DIVERGED, e.diverged),
    lambda e: _kind_where(Kind.OSCILLATING, e.restless),
    lambda e: _kind_where(Kind.PLATEAU, e.level),
    lambda e: _kind_where(Kind.STATIONARY, e.standing),
)
"""The one order in which a run is judged: for every run the code of a kind, or −1 to ask on."""


def _lengths(vectors: Array) -> Array:
    """The lengths of vectors (..., 2)."""
    lengths: Array = np.hypot(vectors[..., 0], vectors[..., 1])
    return lengths
