"""Many runs of which only the end is wanted: no histories, and no work for lanes that have settled."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from landscapes import Array, Landscape
from landscapes.compiler import Functions
from optimizers.arithmetic import leaves, take
from optimizers.optimizer import Optimizer, Pair, State
from optimizers.schedules import Constant, Schedule
from optimizers.verdicts.kinds import KINDS, Codes, Kinds
from optimizers.verdicts.ending import Ending, tail_length as points_kept

Lanes = NDArray[np.int64]
"""The numbers of lanes."""

CHUNK = 16_000
"""Lanes that are followed together: a column stays in the cache, and below the size at which the C
library asks the system for new pages every time."""

_HELD = 80_000
"""Losses of examples, or coefficients of a spline, that are in work at once: they stay in the cache too."""

_EVERY = 20
"""Steps between two looks for lanes that need no more work."""


@dataclass(frozen=True, eq=False)
class Ends:
    """Where n runs ended.

    Attributes
    ----------
    points, last
        (n, 2): the last points, nan after an overflow, and the last finite ones.
    losses, codes
        (n,): the losses at the last points, and the kinds of verdict in codes.
    """

    points: Array
    last: Array
    losses: Array
    codes: Codes

    @property
    def kinds(self) -> Kinds:
        """The kinds as objects."""
        kinds: Kinds = KINDS[self.codes]
        return kinds


def follow_ends(
    surface: Landscape,
    rule: Optimizer,
    starts: Array,
    steps: int,
    schedule: Schedule | None = None,
    fields: Mapping[str, Array] | None = None,
) -> Ends:
    """Run a rule from many starts (n, 2); ``fields`` may give every run its own hyperparameters (n,).

    The ends are those of ``run`` with as many starts, to the bit where no field is given. A run of one
    start rounds functions differently, off polynomials, and powers of a field that varies (β₁, β₂, ψ).
    The ends are judged as ``judge`` judges them, but for a value that was missing on the way only.
    """
    points, last = np.empty_like(starts), np.empty_like(starts)
    codes = np.empty(len(starts), dtype=np.int8)
    at_rest: list[tuple[Lanes, Ending]] = []
    gone: list[tuple[Lanes, Ending]] = []
    for lanes, one, columns in _batches(rule, len(starts), fields or {}, _chunk(surface)):
        for part, ending in _follow(surface, one, starts[lanes], steps, schedule or Constant(), columns):
            where = lanes[part]
            points[where], last[where] = ending.tail[-1], ending.last
            if len(ending.tail) > 1:
                codes[where] = ending.codes
            else:
                (gone if ending.lost.any() else at_rest).append((where, ending))
    for parts in (at_rest, gone):
        if parts:
            where = np.concatenate([lanes for lanes, _ in parts])
            codes[where] = _finished(Ending.joined([ending for _, ending in parts]))
    return Ends(points, last, surface.value(points), codes)


def _finished(ending: Ending) -> Codes:
    """The kinds of lanes that left on the way; those at rest at the same point are judged once."""
    repeated = ending.repeated(points_kept(ending.steps))
    if ending.lost.any():
        return repeated.codes
    bits = ending.last.copy().view(np.complex128).ravel()
    _, first, which = np.unique(bits, return_index=True, return_inverse=True)
    codes: Codes = repeated.of(first).codes[which]
    return codes


def _chunk(surface: Landscape) -> int:
    """Lanes that are followed together on this surface, whose every lane may hold more than a column."""
    each = 16 if surface.samples else len(surface.data or (0,))
    return min(CHUNK, _HELD // each)


def _batches(
    rule: Optimizer, n: int, fields: Mapping[str, Array], chunk: int
) -> Iterator[tuple[Lanes, Optimizer, dict[str, Array]]]:
    """Chunks of lanes, each with its rule and what varies: switches and whole numbers never do."""
    discrete = [h.key for h in rule.hyperparameters() if (h.whole or h.switch) and h.key in fields]
    rows = np.stack([fields[key] for key in discrete], axis=-1) if discrete else np.zeros((n, 0))
    for row in dict.fromkeys(map(tuple, rows.tolist() if discrete else [()])):
        one = replace(rule, **dict(zip(discrete, row, strict=True)))
        group = np.flatnonzero((rows == row).all(axis=-1))
        for first in range(0, len(group), chunk):
            lanes = group[first : first + chunk]
            yield lanes, one, {key: column[lanes] for key, column in fields.items() if key not in discrete}


def _follow(
    surface: Landscape,
    rule: Optimizer,
    starts: Array,
    steps: int,
    schedule: Schedule,
    columns: dict[str, Array],
) -> list[tuple[Lanes, Ending]]:
    """One chunk on its way, in parts: lanes leave it when nothing about them can change any more."""
    factors = schedule.factors(steps)
    changes = np.flatnonzero(np.diff(factors))
    steady = steps if schedule.feedback else int(changes[-1]) + 2 if changes.size else 1
    march = partial(_march, surface.compiled.on_arrays, schedule, factors.tolist())
    one, live = rule.varied(**columns), np.arange(len(starts))
    point = (starts[:, 0].copy(), starts[:, 1].copy())
    now = before = checked = _Now(0, point, one.initial(point), (), math.nan)
    tail = _Tail(steps)
    tail.note(0, point)
    parts = []
    with np.errstate(all="ignore"):
        while now.k < steps and live.size:
            if now.k % _EVERY == _EVERY - 1:
                before = now
            now = march(one, now)
            tail.note(now.k, now.point)
            if now.k % _EVERY and now.k < steps:
                continue
            lost = _lost(now.point)
            resting = ~lost & (_settled(before, now) if steady <= now.k < steps else False)
            if lost.any() or np.count_nonzero(resting) >= _WORTH_IT * len(live):
                for gone in filter(len, (np.flatnonzero(resting), np.flatnonzero(lost))):
                    some, then = live[gone], now.of(gone)
                    own = rule.varied(**{key: column[some] for key, column in columns.items()})
                    end = np.stack(then.point, axis=-1)
                    last = (
                        _last_finite(partial(march, own), checked.of(gone), now.k) if lost[gone[0]] else end
                    )
                    end = np.where(lost[gone[0]], np.nan, end)
                    parts.append((some, Ending(surface, own, steps, end[None], last, then.state, then.rate)))
                staying = np.flatnonzero(~(lost | resting))
                live, now = live[staying], now.of(staying)
                one = rule.varied(**{key: column[live] for key, column in columns.items()})
                tail.keep(staying)
            checked = now
    if live.size:
        points = np.moveaxis(tail.columns, 1, -1)
        parts.append((live, Ending(surface, one, steps, points, points[-1], now.state, now.rate)))
    return parts


_WORTH_IT = 0.1
"""Share of lanes that must have settled before the others are moved together."""


class _Tail:
    """The last points of the lanes, (points, 2, n): there is no room for them before they come."""

    def __init__(self, steps: int) -> None:
        self._first = steps + 1 - points_kept(steps)
        self._count = points_kept(steps)
        self.columns: Array = np.empty((0, 2, 0))

    def note(self, k: int, point: Pair) -> None:
        """Keep the point after step k if it is one of the last."""
        if k == self._first:
            self.columns = np.empty((self._count, 2, len(point[0])))
        if k >= self._first:
            self.columns[k - self._first] = point

    def keep(self, lanes: Lanes) -> None:
        """Go on with these lanes only."""
        if len(self.columns):
            self.columns = self.columns[:, :, lanes]


class _Now(NamedTuple):
    """Where the lanes are after step k: all that the next step depends on, and the rate of this one."""

    k: int
    point: Pair
    state: State
    kept: Any
    rate: Any

    def of(self, lanes: Lanes) -> _Now:
        """The same for some of the lanes."""
        point, state, kept = (take(tree, lanes) for tree in (self.point, self.state, self.kept))
        return _Now(
            self.k, point, state, kept, self.rate[lanes] if isinstance(self.rate, np.ndarray) else self.rate
        )


def _march(exact: Functions, schedule: Schedule, factors: list[float], rule: Optimizer, now: _Now) -> _Now:
    """One step of all lanes."""
    kept = now.kept
    if schedule.feedback:
        loss = exact.value(*now.point)
        kept = schedule.react(kept, loss) if kept else schedule.initial(loss)
    rate = getattr(rule, "learning_rate", math.nan) * (kept[0] if kept else factors[now.k])
    return _Now(now.k + 1, *rule.step(exact, now.point, now.state, rate, now.k + 1), kept, rate)


def _lost(point: Pair) -> Any:
    """For every lane whether a coordinate is no longer finite."""
    x, y = point
    if math.isfinite(x.sum() + y.sum()):
        return np.zeros(len(x), dtype=bool)
    return ~(np.isfinite(x) & np.isfinite(y))


def _last_finite(march: Callable[[_Now], _Now], then: _Now, k: int) -> Array:
    """The last finite point of lanes that were lost on the way to step k: the way is gone again."""
    found = np.stack(then.point, axis=-1)
    while then.k < k:
        then = march(then)
        p = np.stack(then.point, axis=-1)
        found = np.where(np.isfinite(p).all(axis=-1)[:, None], p, found)
    return found


def _settled(before: _Now, after: _Now) -> Any:
    """For every lane whether point and state are the same to the bit."""
    same: Any = True
    for a, b in zip(leaves((before.point, before.state)), leaves((after.point, after.state)), strict=True):
        same = same & (a == b)
        if not same.any():
            break
    return same
