"""Many runs of which only the end is wanted: no histories, and no work for lanes that have settled."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import Array, Landscape
from optimizers.ending import Ending, Kinds, points_kept
from optimizers.engine import each
from optimizers.optimizer import Optimizer
from optimizers.schedules import Constant, Schedule

Lanes = NDArray[np.int64]
"""The numbers of lanes."""

CHUNK = 10_000
"""Lanes that are followed together: the working set stays in the processor's cache."""

_EVERY = 10
"""Steps between two looks for lanes that need no more work."""


@dataclass(frozen=True, eq=False)
class Ends:
    """Where n runs ended: points (n, 2), losses (n,) and kinds of verdict (n,)."""

    points: Array
    losses: Array
    kinds: Kinds


def follow_ends(
    surface: Landscape,
    rule: Optimizer,
    starts: Array,
    steps: int,
    schedule: Schedule | None = None,
    fields: Mapping[str, Array] | None = None,
) -> Ends:
    """Run a rule from many starts (n, 2); ``fields`` may give every run its own hyperparameters (n,).

    The ends are those of ``run`` to the bit, and judged as ``judge`` judges them, but for a value
    that was missing on the way only.
    """
    points, kinds = np.empty_like(starts), np.empty(len(starts), dtype=object)
    for lanes, one, columns in _batches(rule, len(starts), fields or {}):
        ending = _follow(surface, one, starts[lanes], steps, schedule or Constant(), columns)
        kinds[lanes], points[lanes] = ending.kinds, ending.tail[-1]
    return Ends(points, surface.value(points), kinds)


def _batches(
    rule: Optimizer, n: int, fields: Mapping[str, Array]
) -> Iterator[tuple[Lanes, Optimizer, dict[str, Array]]]:
    """Chunks of lanes, each with its rule and what varies: switches and whole numbers never do."""
    discrete = [h.key for h in rule.hyperparameters() if (h.whole or h.switch) and h.key in fields]
    rows = list(zip(*(fields[key].tolist() for key in discrete), strict=True)) or [()] * n
    for row in dict.fromkeys(rows):
        one = replace(rule, **dict(zip(discrete, row, strict=True)))
        group = np.array([lane for lane, other in enumerate(rows) if other == row])
        for first in range(0, len(group), CHUNK):
            lanes = group[first : first + CHUNK]
            yield lanes, one, {key: column[lanes] for key, column in fields.items() if key not in discrete}


def _follow(
    surface: Landscape,
    rule: Optimizer,
    starts: Array,
    steps: int,
    schedule: Schedule,
    columns: dict[str, Array],
) -> Ending:
    """One chunk on its way; lanes leave it when nothing about them can change any more."""
    exact = surface.compiled.on_arrays
    factors = schedule.factors(steps)
    changes = np.flatnonzero(np.diff(factors))
    steady = steps if schedule.feedback else int(changes[-1]) + 2 if changes.size else 1
    everyone = one = rule.varied(**columns)
    live = np.arange(len(starts))
    point = (starts[:, 0].copy(), starts[:, 1].copy())
    state, kept, factor = one.initial(point), (), 1.0
    tail = np.empty((points_kept(steps), 2, len(starts)))
    first_kept = steps + 1 - len(tail)
    last, parted, recent = starts.T.copy(), [], [point]
    if first_kept == 0:
        tail[0] = point
    with np.errstate(all="ignore"):
        for k in range(1, steps + 1):
            if schedule.feedback:
                loss = exact.value(*point)
                kept = schedule.react(kept, loss) if kept else schedule.initial(loss)
            factor = kept[0] if kept else float(factors[k - 1])
            before = point, state
            point, state = one.step(exact, point, state, _rate(one) * factor, k)
            recent.append(point)
            if k >= first_kept:
                tail[k - first_kept][:, live] = point
            if k % _EVERY and k < steps:
                continue
            last[:, live] = _last_finite(recent)
            recent = [point]
            if steady <= k < steps:
                gone = _settled(before, (point, state)) | ~(np.isfinite(point[0]) & np.isfinite(point[1]))
                if gone.mean() < _WORTH_IT:
                    continue
                tail[max(k - first_kept, -1) + 1 :, :, live[gone]] = np.stack(point)[:, gone]
                parted.append((live[gone], _taken(state, gone)))
                live, point, state = live[~gone], _taken(point, ~gone), _taken(state, ~gone)
                one, recent = rule.varied(**{key: column[live] for key, column in columns.items()}), [point]
                if not live.size:
                    break
        parted.append((live, state))
    back = np.argsort(np.concatenate([lanes for lanes, _ in parted]))
    tail = np.moveaxis(tail, 1, -1)
    tail[np.logical_or.accumulate(~np.isfinite(tail).all(axis=-1), axis=0)] = np.nan
    state = _joined([leaves for _, leaves in parted], back)
    return Ending(surface, everyone, steps, tail, last.T, state, _rate(everyone) * factor)


_WORTH_IT = 0.02
"""Share of lanes that must have settled before the others are moved together."""


def _rate(rule: Optimizer) -> Any:
    return getattr(rule, "learning_rate", math.nan)


def _settled(before: Any, after: Any) -> Any:
    """For every lane whether the whole tree is the same to the bit."""
    if isinstance(after, tuple):
        same = True
        for a, b in zip(before, after, strict=True):
            same = same & _settled(a, b)
            if not np.any(same):
                break
        return same
    return before == after


def _taken(tree: Any, lanes: Any) -> Any:
    return each(lambda leaf: leaf[lanes], tree)


def _joined(trees: list[Any], order: Lanes) -> Any:
    if isinstance(trees[0], tuple):
        return tuple(_joined(list(branches), order) for branches in zip(*trees, strict=True))
    return np.concatenate(trees)[order]


def _last_finite(recent: list[Any]) -> Array:
    """The last point of every lane that was finite, (2, n)."""
    x, y = recent[-1]
    missing = ~(np.isfinite(x) & np.isfinite(y))
    found: Array = np.stack([x, y])
    for earlier in reversed(recent[:-1]):
        if not missing.any():
            break
        found[:, missing] = np.stack(earlier)[:, missing]
        missing = ~np.isfinite(found).all(axis=0)
    return found
