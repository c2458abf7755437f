"""How runs ended, many at once: the tests behind a verdict, and the one order in which they are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from landscapes import LARGEST, Array, Landscape
from landscapes.once import kept
from optimizers.arithmetic import leaves, take, together
from optimizers.optimizer import Optimizer, State
from optimizers.verdicts.behaviour import keeping_still, leaving, restless
from optimizers.verdicts.classify import (
    FLAT,
    MINIMUM,
    NATURES,
    STATIONARY,
    Lanes,
    Nature,
    Places,
    classify,
    derivatives,
)
from optimizers.verdicts.kinds import CODES, KINDS, Codes, Kind, Kinds
from optimizers.verdicts.known import known_minima
from optimizers.verdicts.motion import lengths
from optimizers.verdicts.stationary_points import relief
from optimizers.verdicts.track import Numbers, Track, tail_length
from optimizers.verdicts.window import close_to, distances

ASTRAY = 100.0
"""Window widths beyond which a missing value is taken for overflow: there is no telling the two apart."""

_STANDING = 1e-9
"""Window widths a step may move a run that stands."""


@dataclass(frozen=True, eq=False)
class Ending:
    """The end of n runs.

    Attributes
    ----------
    track
        Where the runs were.
    last
        (n, 2): the last finite point of every run.
    state, rate
        What the rule remembered at the end, as lanes, and its last learning rate.
    noisy
        Whether gradients were disturbed: by noise, or by mini-batches.
    fixed
        Whether no step can change anything any more; the track then has the first and last rows only.
    """

    rule: Optimizer
    track: Track
    last: Array
    state: State
    rate: Any
    noisy: bool = False
    fixed: bool = False

    @property
    def surface(self) -> Landscape:
        """The surface that the runs were on."""
        return self.track.surface

    @property
    def steps(self) -> int:
        """Length of the runs."""
        return self.track.steps

    def of(self, lanes: Numbers) -> Ending:
        """The ending of some of the runs."""
        settings: dict[str, Any] = self.rule.settings
        columns = {k: v[lanes] for k, v in settings.items() if isinstance(v, np.ndarray)}
        rate = self.rate[lanes] if isinstance(self.rate, np.ndarray) else self.rate
        some = replace(
            self,
            rule=self.rule.holding(columns),
            track=self.track.of(lanes),
            last=self.last[lanes],
            state=take(self.state, lanes),
            rate=rate,
        )
        if "staying" in self.__dict__:  # what is known already is not asked again
            some.__dict__["staying"] = self.staying[lanes]
        return some

    @staticmethod
    def joined(parts: Sequence[Ending]) -> Ending:
        """The runs of several fixed endings, all of them lost or none, after each other."""
        first, *_ = parts
        settings: list[dict[str, Any]] = [part.rule.settings for part in parts]
        varying = [key for key, value in settings[0].items() if isinstance(value, np.ndarray)]
        columns = {key: np.concatenate([one[key] for one in settings]) for key in varying}
        rates = [part.rate for part in parts]
        rows = [np.concatenate([part.track.row(k) for part in parts]) for k in (0, -1)]
        runs = np.arange(len(rows[0]))
        noted = [(runs, (row[:, 0].copy(), row[:, 1].copy())) for row in rows]
        return replace(
            first,
            rule=first.rule.holding(columns),
            track=replace(first.track, noted=noted, runs=runs),
            last=np.concatenate([part.last for part in parts]),
            state=together([part.state for part in parts]),
            rate=np.concatenate(rates) if isinstance(rates[0], np.ndarray) else rates[0],
        )

    # --- the order of precedence -----------------------------------------------------------

    @property
    def kinds(self) -> Kinds:
        """What became of every run, (n,)."""
        kinds: Kinds = KINDS[self.codes]
        return kinds

    @kept
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
                if test is _arrived and ending.fixed:
                    ending = replace(ending, track=ending.track.standing(), fixed=False)
        return codes

    @property
    def kind(self) -> Kind:
        """What became of a single run."""
        kind: Kind = KINDS[self.codes[0]]
        return kind

    # --- where the run is ------------------------------------------------------------------

    @kept
    def lost(self) -> Lanes:
        """Whether a coordinate is no longer finite."""
        lanes: Lanes = np.logical_and.reduce(np.isfinite(self.track.row(-1)), axis=-1)
        return ~lanes

    # --- undefined -------------------------------------------------------------------------

    @kept
    def undefined(self) -> Lanes:
        """Whether the formula, its gradient or the rule's own step has no value where the run last was."""
        value = self.surface.value(self.last)
        lanes: Lanes = np.isnan(value)
        stopped = np.flatnonzero(self.lost & (np.abs(value) <= LARGEST))
        if stopped.size:
            # From a slope of a usual size no step overflows: the rule itself has no value there.
            slope = np.abs(self.surface.gradient(self.last[stopped])).max(axis=-1)
            lanes[stopped] = ~(slope > LARGEST)
        some = np.flatnonzero(lanes)
        lanes[some] = distances(self.surface, self.last[some]) <= ASTRAY
        return lanes

    @kept
    def unfounded(self) -> Lanes:
        """Whether the formula has no value where the run began."""
        start = self.track.row(0)
        lanes: Lanes = np.isnan(self.surface.value(start))
        some = np.flatnonzero(lanes)
        lanes[some] = distances(self.surface, start[some]) <= ASTRAY
        return lanes

    # --- at rest ---------------------------------------------------------------------------

    def _going_on(self, lanes: Numbers, steps: int) -> Array:
        """How far from their ends so many more steps would take these runs at most, in window widths."""
        end = self.of(lanes)
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

    @kept
    def staying(self) -> Lanes:
        """Whether the run hardly moves, and one more step would not leave."""
        if self.fixed:
            return ~self.lost
        lanes = keeping_still(self.track)
        some = np.flatnonzero(lanes)
        if some.size:
            lanes[some] = self._going_on(some, 1) <= STATIONARY
        last, before = self.track.row(-1), self.track.row(-2)
        stood = np.flatnonzero(~lanes & (last == before).all(axis=-1))
        if stood.size:
            lanes[stood] = self._repeating(stood)
        return lanes

    def _repeating(self, lanes: Numbers) -> Lanes:
        """Whether one more step leaves point and state of these runs as they are, to the bit."""
        end = self.of(lanes)
        point = tuple(end.last.T.copy())
        with np.errstate(all="ignore"):
            after = end.rule.step(self.surface.compiled.on_arrays, point, end.state, end.rate, self.steps + 1)
        same = np.ones(len(lanes), dtype=bool)
        for a, b in zip(leaves((point, end.state)), leaves(after), strict=True):
            same &= a == b
        return same

    @kept
    def arrived(self) -> Codes:
        """The code of the kind of every run that has come to rest at a place, or ended on a tip; else −1."""
        codes = np.full(len(self.last), -1, dtype=np.int8)
        some = np.flatnonzero(self.staying | self._slopeless)
        if some.size:
            # Runs that end in the same tiny cell are at the same place.
            cells = np.floor(self.last[some] / (0.1 * STATIONARY * self.surface.spans))
            cells = cells.view(np.complex128).ravel()
            _, first, cell = np.unique(cells, return_index=True, return_inverse=True)
            places = classify(self.surface, self.last[some[first]])
            codes[some] = _kinds_of(self.surface, places)[cell]
            away = lengths((self.last[some] - places.points[cell]) / self.surface.spans) > STATIONARY
            tip = self._slopeless[some]
            codes[some[(away & ~tip) | (tip & (places.codes[cell] != MINIMUM))]] = -1
        return codes

    @kept
    def _slopeless(self) -> Lanes:
        """Whether the run ended for want of a slope at a point that has a loss."""
        lanes: Lanes = self.lost.copy()
        some = np.flatnonzero(lanes)
        lanes[some] = np.isfinite(self.surface.value(self.last[some]))
        lanes[some] &= ~np.isfinite(self.surface.gradient(self.last[some])).all(axis=-1)
        return lanes

    @kept
    def standing(self) -> Lanes:
        """Whether the run stands on a slope: it has not moved, and fifty more steps would not move it."""
        strides = lengths(np.diff(self.track.scaled(self.track.tail), axis=0))
        lanes: Lanes = self.staying & (strides.max(axis=0) <= _STANDING)
        some = np.flatnonzero(lanes)
        if some.size:
            lanes[some] = self._going_on(some, 50) <= 50 * _STANDING
        return lanes

    # --- moving -----------------------------------------------------------------------------

    @kept
    def diverged(self) -> Lanes:
        """Whether the run is no longer finite by growth, or outside the window and leaving."""
        finite = np.isfinite(self.surface.value(self.last)) & ~self.lost
        lanes: Lanes = ~finite
        some = np.flatnonzero(finite & (distances(self.surface, self.last) > 0.5))
        if some.size:
            lanes[some] = leaving(self.track.of(some))
        return lanes

    @kept
    def restless(self) -> Lanes:
        """Whether what moves the run neither shrinks nor carries it on."""
        return restless(self.track, self.noisy)

    # --- plateau ---------------------------------------------------------------------------

    @kept
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

    @kept
    def won(self) -> Array:
        """By how much the loss has fallen over the tail, (n,)."""
        before, now = self.surface.value(self.track.rows([-1 - tail_length(self.steps), -1]))
        won: Array = before - now
        return won

    @kept
    def level(self) -> Lanes:
        """Whether there is hardly any slope, much left to win, and no progress."""
        slope, _ = derivatives(self.surface, self.last)
        steepness = np.hypot(slope[0], slope[1])
        # On a bowl the slope times the way to its bottom is more than what is left.
        gentle = steepness * np.maximum(1.0, 0.5 + distances(self.surface, self.last)) <= 0.5 * self.left
        lanes: Lanes = gentle & (np.abs(self.won) <= 0.01 * self.left)
        # Where nothing moves, a slope that no map shows is none, whatever is left.
        lanes |= self.standing & (steepness <= 1e-4 * relief(self.surface))
        return lanes


_KIND_OF = {
    Nature.MINIMUM: Kind.LOCAL_MINIMUM,
    Nature.MAXIMUM: Kind.MAXIMUM,
    Nature.SADDLE: Kind.SADDLE,
    Nature.FLAT: Kind.PLATEAU,
    Nature.DEGENERATE: Kind.STATIONARY,
}
_CODE_OF = np.array([*(CODES[_KIND_OF[nature]] for nature in NATURES), -1], dtype=np.int8)


def _kinds_of(surface: Landscape, places: Places) -> Codes:
    """The code of the kind of each of n places, (n,); −1 on a slope."""
    codes: Codes = _CODE_OF[places.codes]
    known = known_minima(surface)
    if known.minimum is not None:
        above = np.abs(surface.value(places.points) - known.minimum)
        exactly = above <= 1e-14 * abs(known.minimum)
        near = close_to(surface, places.points, known.minimizers) | (above <= known.rounding)
        minimal = places.codes == MINIMUM
        codes[(minimal & near) | ((places.codes == FLAT) & exactly)] = CODES[Kind.GLOBAL_MINIMUM]
    return codes


def _kind_where(kind: Kind, lanes: Lanes) -> Codes:
    return np.where(lanes, CODES[kind], -1).astype(np.int8)


def _undefined(ending: Ending) -> Codes:
    return _kind_where(Kind.UNDEFINED, ending.unfounded | (ending.undefined & (ending.arrived < 0)))


def _arrived(ending: Ending) -> Codes:
    return ending.arrived


_ORDER: tuple[Callable[[Ending], Codes], ...] = (
    _undefined,
    _arrived,
    lambda e: _kind_where(Kind.DIVERGED, e.diverged),
    lambda e: _kind_where(Kind.OSCILLATING, e.restless),
    lambda e: _kind_where(Kind.PLATEAU, e.level),
    lambda e: _kind_where(Kind.STATIONARY, e.standing),
)
"""The one order in which a run is judged: for every run the code of a kind, or −1 to ask on."""
