"""Many runs of which only the end is wanted: no histories, and no work for lanes that have settled."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import Array, Landscape
from landscapes.compiler import Compiled
from optimizers.arithmetic import leaves
from optimizers.optimizer import Optimizer, Pair
from optimizers.runs.stepping import Course, Now
from optimizers.schedules import Schedule, checked_schedule
from optimizers.verdicts.classify import KINDS, Codes
from optimizers.verdicts.ending import Ending, Kinds, kept_steps

Lanes = NDArray[np.int64]
"""The numbers of lanes."""

CHUNK = 16_000
"""Lanes that are followed together: a column stays in the cache, and below the size at which the C
library asks the system for new pages every time."""

_HELD = 80_000
"""Losses of examples, or coefficients of a spline, that are in work at once: they stay in the cache too."""

_EVERY = 20
"""Steps between two looks for lanes that need no more work."""

_Part = tuple[Lanes, Ending]
"""Some lanes and how they ended; its tail is a single point where that is all there is to it."""


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
    schedule = checked_schedule(schedule)
    points, last = np.empty_like(starts), np.empty_like(starts)
    codes = np.empty(len(starts), dtype=np.int8)
    still: dict[bool, list[_Part]] = {False: [], True: []}
    for chunk, one, columns in _chunks(rule, len(starts), fields or {}, _chunk_size(surface)):
        followed = _follow(surface, one, starts[chunk], steps, schedule, columns)
        parts = [(chunk[lanes], ending) for lanes, ending in followed]
        for lanes, ending in parts:
            points[lanes], last[lanes] = ending.tail[-1], ending.last
        if moving := [part for part in parts if len(part[1].tail) > 1]:
            lanes, ending = _joined(moving)
            codes[lanes] = ending.codes
        for lanes, ending in parts:
            if len(ending.tail) == 1:
                still[bool(ending.lost[0])].append((lanes, ending))
    for lost, some in still.items():
        if some:
            lanes, ending = _joined(some)
            codes[lanes] = _codes_of_still(ending, lost)
    return Ends(points, last, surface.value(points), codes)


def _joined(parts: list[_Part]) -> _Part:
    """The lanes of several parts after each other, and how they ended."""
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([lanes for lanes, _ in parts]), Ending.joined([ending for _, ending in parts])


def _codes_of_still(ending: Ending, lost: bool) -> Codes:
    """The kinds of lanes whose whole tail is one point; those at rest at the same one are judged once."""
    repeated = ending.repeated(len(kept_steps(ending.steps)))
    if lost:
        return repeated.codes
    bits = ending.last.copy().view(np.complex128).ravel()
    _, first, which = np.unique(bits, return_index=True, return_inverse=True)
    codes: Codes = repeated.of(first).codes[which]
    return codes


def _chunk_size(surface: Landscape) -> int:
    """Lanes that are followed together on this surface, whose every lane may hold more than a column."""
    each = 16 if surface.samples else len(surface.data or (0,))
    return min(CHUNK, _HELD // each)


def _chunks(
    rule: Optimizer, n: int, fields: Mapping[str, Array], size: int
) -> Iterator[tuple[Lanes, Optimizer, dict[str, Array]]]:
    """Lanes by the chunk, with their rule and what varies: switches and whole numbers never do."""
    discrete = [h.key for h in rule.hyperparameters() if (h.whole or h.switch) and h.key in fields]
    rows = np.stack([fields[key] for key in discrete], axis=-1) if discrete else np.zeros((n, 0))
    for row in dict.fromkeys(map(tuple, rows.tolist() if discrete else [()])):
        one = replace(rule, **dict(zip(discrete, row, strict=True)))
        group = np.flatnonzero((rows == row).all(axis=-1))
        for lanes in np.array_split(group, max(1, -(-len(group) // size))):  # all about as long
            yield lanes, one, {key: column[lanes] for key, column in fields.items() if key not in discrete}


def _follow(
    surface: Landscape,
    rule: Optimizer,
    starts: Array,
    steps: int,
    schedule: Schedule,
    columns: dict[str, Array],
) -> list[_Part]:
    """One chunk on its way, in parts: lanes leave it when nothing about them can change any more."""
    factors = schedule.factors(steps)
    changes = np.flatnonzero(np.diff(factors))
    steady = steps if schedule.feedback else int(changes[-1]) + 2 if changes.size else 1
    arrays = surface.compiled.on_arrays

    def course(lanes: Lanes) -> Course:
        own = rule.varied(**{key: column[lanes] for key, column in columns.items()})
        return Course(own, schedule, factors, Compiled(arrays, arrays), arrays.value)

    live = np.arange(len(starts))
    whole, tail = course(live), _Tail(steps)
    now = before = checked = whole.begin((starts[:, 0].copy(), starts[:, 1].copy()))
    tail.note(now)
    parts: list[_Part] = []
    with np.errstate(all="ignore"):
        for stop in _stops(tail.steps, steps):
            if not live.size:
                break
            now = whole.advance(now, stop)
            tail.note(now)
            if stop % _EVERY == _EVERY - 1:
                before = now
            if stop % _EVERY and stop < steps:
                continue
            lost = _lost(now.point)
            resting = ~lost & (_settled(before, now) if steady <= stop < steps else False)
            if lost.any() or np.count_nonzero(resting) >= _WORTH_IT * len(live):
                for gone in filter(len, (np.flatnonzero(resting), np.flatnonzero(lost))):
                    own, then = course(live[gone]), now.of(gone)
                    end = last = np.stack(then.point, axis=-1)
                    if lost[gone[0]]:
                        last, end = _last_finite(own, checked.of(gone), stop), np.full_like(end, np.nan)
                    ending = Ending(
                        surface, own.rule, steps, tail.staying(gone, end), last, then.state, then.rate
                    )
                    parts.append((live[gone], ending))
                staying = np.flatnonzero(~(lost | resting))
                live, now = live[staying], now.of(staying)
                whole = course(live)
                tail.keep(staying)
            checked = now
    if live.size:
        points = np.moveaxis(tail.columns, 1, -1)
        parts.append((live, Ending(surface, whole.rule, steps, points, points[-1], now.state, now.rate)))
    return parts


_WORTH_IT = 0.1
"""Share of lanes that must have settled before the others are moved together."""


def _stops(kept: Lanes, steps: int) -> list[int]:
    """The steps at which something is noted or compared, from the first to the last."""
    looks = range(_EVERY, steps, _EVERY)
    return sorted({*kept.tolist(), *looks, *(k - 1 for k in looks), steps} - {0})


class _Tail:
    """The points of the live lanes after the steps that a verdict asks for, (kept, 2, n)."""

    def __init__(self, steps: int) -> None:
        self.steps = kept_steps(steps)
        self.columns: Array = np.empty((0, 2, 0))
        self._noted = 0

    def note(self, now: Now) -> None:
        """Keep these points if their step is one that is asked for."""
        if now.k == self.steps[self._noted]:
            if not self._noted:  # there is no room for them before they come
                self.columns = np.empty((len(self.steps), 2, len(now.point[0])))
            self.columns[self._noted] = now.point
            self._noted += 1

    def staying(self, lanes: Lanes, end: Array) -> Array:
        """The tail of lanes that are at ``end`` from here on; a single point if they were never elsewhere."""
        if not self._noted:
            return end[None]
        noted = np.moveaxis(self.columns[: self._noted, :, lanes], 1, -1)
        if np.isnan(end).all():
            finite = np.isfinite(noted).all(axis=-1)
            noted[~np.logical_and.accumulate(finite, axis=0)] = np.nan
        rest = np.broadcast_to(end, (len(self.steps) - self._noted, *end.shape))
        return np.concatenate([noted, rest])

    def keep(self, lanes: Lanes) -> None:
        """Go on with these lanes only."""
        if self._noted:
            noted = self.columns[: self._noted, :, lanes]
            self.columns = np.empty((len(self.steps), 2, len(lanes)))
            self.columns[: self._noted] = noted


def _lost(point: Pair) -> Any:
    """For every lane whether a coordinate is no longer finite."""
    x, y = point
    if math.isfinite(x.sum() + y.sum()):
        return np.zeros(len(x), dtype=bool)
    return ~(np.isfinite(x) & np.isfinite(y))


def _last_finite(course: Course, then: Now, k: int) -> Array:
    """The last finite point of lanes that were lost on the way to step k: the way is gone again."""
    found = np.stack(then.point, axis=-1)
    while then.k < k:
        then = course.advance(then, then.k + 1)
        p = np.stack(then.point, axis=-1)
        found = np.where(np.isfinite(p).all(axis=-1)[:, None], p, found)
    return found


def _settled(before: Now, after: Now) -> Any:
    """For every lane whether point and state are the same to the bit."""
    same: Any = True
    for a, b in zip(leaves((before.point, before.state)), leaves((after.point, after.state)), strict=True):
        same = same & (a == b)
        if not same.any():
            break
    return same
