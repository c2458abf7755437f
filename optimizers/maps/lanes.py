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
from optimizers.maps.pacing import Paced
from optimizers.optimizer import Optimizer, Pair
from optimizers.runs.stepping import Course, Now
from optimizers.runs.trajectory import Pace
from optimizers.schedules import Schedule, checked_schedule
from optimizers.verdicts.ending import Ending
from optimizers.verdicts.kinds import KINDS, Codes, Kinds
from optimizers.verdicts.track import Track, kept_steps

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
"""Some lanes and how they ended."""


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
    pace: Pace | None = None,
) -> Ends:
    """Run a rule from many starts (n, 2); ``fields`` may give every run its own hyperparameters (n,).

    The ends are those of ``run`` with as many starts, to the bit where no field is given. A run of one
    start rounds functions differently, off polynomials, and powers of a field that varies (β₁, β₂, ψ).
    The ends are judged as ``judge`` judges them, but for a value that was missing on the way only.
    ``pace`` counts the steps of all runs, ``len(starts) * steps`` in the end; it is asked once more before
    the runs of a part are judged, and changes no bit.
    """
    schedule, paced = checked_schedule(schedule), Paced(pace)
    points, last = np.empty_like(starts), np.empty_like(starts)
    codes = np.empty(len(starts), dtype=np.int8)
    fixed: dict[bool, list[_Part]] = {False: [], True: []}
    checked = {key: getattr(rule.varied(**{key: column}), key) for key, column in (fields or {}).items()}
    for chunk, one, columns in chunks(rule, len(starts), checked, chunk_size(surface)):
        for some, ending in _follow(surface, one, starts[chunk], steps, schedule, columns, paced):
            lanes = chunk[some]
            points[lanes], last[lanes] = ending.track.row(-1), ending.last
            if ending.fixed:
                fixed[bool(ending.lost[0])].append((lanes, ending))
            else:
                paced.steps(len(lanes), 1)
                codes[lanes] = ending.codes
    for parts in filter(None, fixed.values()):
        lanes = np.concatenate([part for part, _ in parts])
        codes[lanes] = Ending.joined([ending for _, ending in parts]).codes
    return Ends(points, last, surface.value(points), codes)


def chunk_size(surface: Landscape) -> int:
    """How many lanes are followed together on this surface, whose every lane may hold more than a column."""
    each = 16 if surface.samples else len(surface.data or (0,))
    return min(CHUNK, _HELD // each)


def chunks(
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
    paced: Paced,
) -> list[_Part]:
    """One chunk on its way, in parts: lanes leave it when nothing about them can change any more."""
    factors = schedule.factors(steps)
    steady = steady_from(schedule, factors)
    arrays = surface.compiled.on_arrays

    def course(lanes: Lanes) -> Course:
        own = rule.holding({key: column[lanes] for key, column in columns.items()})  # checked already
        return Course(own, schedule, factors, Compiled(arrays, arrays), arrays.value)

    live = np.arange(len(starts))
    whole, kept = course(live), kept_steps(steps)
    noted: list[tuple[Lanes, Pair]] = []
    now = before = checked = whole.begin((starts[:, 0].copy(), starts[:, 1].copy()))
    noted.append((live, now.point))
    parts: list[_Part] = []
    with np.errstate(all="ignore"):
        for stop in _stops(kept, steps):
            if not live.size:
                break
            while now.k < stop:
                more = paced.steps(len(live), stop - now.k)
                now = whole.advance(now, now.k + more)
                paced.made(more * len(live))
            if stop == kept[len(noted)]:  # the very arrays, uncopied
                noted.append((live, now.point))
            if stop % _EVERY == _EVERY - 1:
                before = now
            if stop % _EVERY and stop < steps:
                continue
            lost = _lost(now.point)
            resting = ~lost & (settled(before, now) if steady <= stop < steps else False)
            if lost.any() or np.count_nonzero(resting) >= _WORTH_IT * len(live):
                for gone in filter(len, (np.flatnonzero(resting), np.flatnonzero(lost))):
                    own, then = course(live[gone]), now.of(gone)
                    end = last = np.stack(then.point, axis=-1)
                    if lost[gone[0]]:
                        last, end = _last_finite(own, checked.of(gone), stop), np.full_like(end, np.nan)
                    ends = (live[gone], (end[:, 0].copy(), end[:, 1].copy()))
                    track = Track(surface, steps, [noted[0], ends], live[gone])
                    ending = Ending(own.rule, track, last, then.state, then.rate, fixed=True)
                    parts.append((live[gone], ending))
                staying = np.flatnonzero(~(lost | resting))
                paced.made((len(live) - len(staying)) * (steps - stop))
                live, now = live[staying], now.of(staying)
                whole = course(live)
            checked = now
    if live.size:
        last = np.stack(now.point, axis=-1)
        track = Track(surface, steps, noted, live)
        parts.append((live, Ending(whole.rule, track, last, now.state, now.rate)))
    return parts


def steady_from(schedule: Schedule, factors: Array) -> int:
    """The step from which on the rate stays as it is; the last one where losses may change it."""
    changes = np.flatnonzero(np.diff(factors))
    return len(factors) if schedule.feedback else int(changes[-1]) + 2 if changes.size else 1


_WORTH_IT = 0.1
"""Share of lanes that must have settled before the others are moved together."""


def _stops(kept: Lanes, steps: int) -> list[int]:
    """The steps at which something is noted or compared, from the first to the last."""
    looks = range(_EVERY, steps, _EVERY)
    return sorted({*kept.tolist(), *looks, *(k - 1 for k in looks), steps} - {0})


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


def settled(before: Now, after: Now) -> Any:
    """For every lane whether point and state are the same to the bit."""
    same: Any = True
    for a, b in zip(leaves((before.point, before.state)), leaves((after.point, after.state)), strict=True):
        same = same & (a == b)
        if not same.any():
            break
    return same
