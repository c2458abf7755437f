"""What runs are doing at their end, many at once: keeping still, leaving, swinging."""

from __future__ import annotations

import numpy as np

from landscapes import Array
from optimizers.verdicts.classify import STATIONARY, Lanes
from optimizers.verdicts.motion import (
    growing,
    jittering,
    largest_last,
    lengths,
    movement_floor,
    swinging,
    thirds,
)
from optimizers.verdicts.track import Track, tail_length
from optimizers.verdicts.window import distances

_SPARSELY = 6
"""Of so many kept points one tells how far a run has come."""


def keeping_still(track: Track) -> Lanes:
    """Whether runs hardly move over their last tenth, against the window and their way so far, (n,).

    Steps that grow from third to third of the tail lead away, however short they are.
    """
    spans = track.surface.spans
    near = np.abs(track.row(track.tenth[0]) - track.row(-1)) <= STATIONARY * spans
    still: Lanes = near[:, 0] & near[:, 1]
    some = np.flatnonzero(still)
    if not some.size:
        return still
    part = track if some.size == len(still) else track.of(some)
    moved = _extent(part, _looks(len(part.tenth)))
    come = _extent(part, list(part.all[::-1][::_SPARSELY])[::-1])
    still[some] = (moved <= STATIONARY) & ((moved <= 0.01 * np.fmax(come, moved)) | (moved <= 1e-7))
    if tail_length(track.steps) >= 3:
        # Only where the way of the last third is no shorter than that of the first can steps grow.
        third, first = tail_length(track.steps) // 3, track.tail[0]
        a, b, c, d = part.scaled([first, first + third, -1 - third, -1])
        going = some[still[some] & (lengths(d - c) > 0.5 * lengths(b - a))]
        still[going] = ~_getting_longer(track.of(going))
    return still


def _looks(rows: int) -> list[int]:
    """Some of the last rows, each gap a little wider than the one before it, so that no cycle hides."""
    looks, gap = [-1], 1
    while looks[-1] - gap >= -rows:
        looks.append(looks[-1] - gap)
        gap += len(looks) % 2
    return [*({-rows} - {*looks}), *looks[::-1]]


def _extent(track: Track, rows: list[int]) -> Array:
    """How far the points of these rows are from the last one at most, taken by coordinate."""
    path = track.rows(rows)
    farthest = [
        np.maximum(column.max(axis=0) - column[-1], column[-1] - column.min(axis=0)) / span
        for column, span in zip(np.moveaxis(path, -1, 0), track.surface.spans, strict=True)
    ]
    extent: Array = np.hypot(*farthest)
    return extent


def _getting_longer(track: Track) -> Lanes:
    """Whether the steps of these runs get longer and longer over the tail."""
    path = track.scaled(track.tail)
    strides = lengths(np.diff(path, axis=0))
    first, middle, last = (part.sum(axis=0) for part in thirds(strides))
    directed = lengths(path[-1] - path[0]) >= 0.5 * strides.sum(axis=0)
    longer: Lanes = (last > middle) & (middle > first) & (last > len(strides) * movement_floor(path[-1]))
    longer &= directed | (last > 1.5 * first)
    return longer


def turning(track: Track) -> Array:
    """The share of the last steps that turn back, (n,)."""
    moves = np.diff(track.scaled(track.tail), axis=0)
    turns = (moves[1:] * moves[:-1]).sum(axis=-1)
    return np.mean(turns < 0.0, axis=0) if len(turns) else np.zeros(len(track.runs))


def leaving(track: Track) -> Lanes:
    """Whether runs that are outside the window, and finite, get further out with time, (n,).

    They must be climbing above all that they have seen, or falling with no bottom in sight: what comes
    closer and closer to a place out there is not diverging, nor is what swings back or is bounded.
    """
    surface, tail = track.surface, track.tail[0]
    path = track.rows(track.all)
    apart, losses = distances(surface, path), surface.value(path)
    strides = lengths(np.diff(path[tail:] / surface.spans, axis=0))
    first, _, last = (part.sum(axis=0) for part in thirds(strides))
    shrinking = last < 0.97 * first
    seen = np.fmax.reduce(losses[: len(losses) + tail + 1], axis=0)
    higher = largest_last(losses[tail:]) > seen
    falling = (losses[-1] <= np.fmin.reduce(losses, axis=0)) & ~_bottom_ahead(track)
    found = np.zeros(len(track.runs), dtype=bool)
    for part in (list(track.tail), track.half):
        climbing = growing(losses[part]) & higher & (~shrinking | (turning(track) > 0.5))
        found |= growing(apart[part]) & (climbing | (falling & ~shrinking))
    found &= largest_last(apart) >= apart.max(axis=0)
    # A swing that is still filling its bounds, just outside the window, has not left.
    sixth = -(-len(track.half) // 6)
    early, late = (apart[part].max(axis=0) for part in (track.half[:sixth], track.half[-sixth:]))
    found &= late >= 1.1 * early
    # A rate that has decayed lets a run stand where it was carried while it was large.
    standing = np.abs(apart[-1] - apart[tail]) <= 0.01 * apart[-1]
    carried = (standing & (losses[-1] > 100.0 * np.abs(losses[0]))) | falling
    found |= (apart[-1] > _CARRIED) & carried
    return found


_CARRIED = 10.0
"""Window widths that a bounded run hardly gets away: one that stands further out was carried there."""


def _bottom_ahead(track: Track) -> Lanes:
    """Whether the surface rises anywhere straight ahead, up to a thousand times the tail's way on."""
    before, here = track.rows([track.tail[0], -1])
    course = (here - before)[:, None] * 2.0 ** np.arange(11.0)[:, None]
    ahead = track.surface.value(here[:, None] + course)
    lanes: Lanes = np.logical_or.reduce(ahead > track.surface.value(here)[:, None], axis=-1)
    return lanes


def restless(track: Track, noisy: bool) -> Lanes:
    """Whether what moves runs neither shrinks nor carries them on, in the tail or the second half, (n,)."""
    tail, half = track.scaled(track.tail), track.scaled(track.half)
    lanes: Lanes = swinging(tail, 0.8) | jittering(tail) | swinging(half, 0.6)
    return lanes | _balanced(track) if noisy else lanes


def _balanced(track: Track) -> Lanes:
    """Whether the loss, over the second half, fluctuates more than it falls."""
    losses = track.surface.value(track.rows(track.half))
    if len(losses) < 6:
        return np.zeros(len(track.runs), dtype=bool)
    spread = losses.std(axis=0)
    first, _, last = (part.mean(axis=0) for part in thirds(losses))
    lanes: Lanes = (first - last <= 1.3 * spread) & (spread > 0.0)
    return lanes
