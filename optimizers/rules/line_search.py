"""How far to go along a direction: until the loss falls enough, until the slope is small, or to the minimum.

All are written once for a single run and for lanes. A single run evaluates only what it needs.
"""

from __future__ import annotations

import math
import sys
from typing import NamedTuple

from landscapes.compiler import Functions
from optimizers.arithmetic import Coordinate, anywhere, choose, clip, evaluate, maximum, negate, where
from optimizers.optimizer import Pair

SUFFICIENT = 1e-4
"""Share of the fall that the slope promises which a step must deliver (Armijo)."""

_UNSEEN = 1e-17
"""A tenth of the rounding of a loss, as a share of it: a step that promises less cannot lower it."""

_MOST_SHRINKINGS = 2_000
"""Halving underflows before, and no factor below 0.98 leaves a step of a float's whole precision."""

_ROUNDING = 1e-15
_MOST_TRIALS = 40

_LEVEL = 1e-11
"""Share of the first slope that counts as none at the minimum along a line."""

_UNTOLD = 1e-12
"""Share of a loss by which rounding may lift it near a minimum along a line, where slopes tell better."""

_MOST_NEWTON_TRIALS = 12
_PAUSES = (1, 2, 4, 8)
"""Trials after which is asked whether any lane goes on: each time is a fork of the tape."""


class Found(NamedTuple):
    """Where a search ended: the step length, the point there, its loss and its gradient."""

    length: Coordinate
    point: Pair
    value: Coordinate
    gradient: Pair


def backtrack(
    surface: Functions,
    point: Pair,
    value: Coordinate,
    direction: Pair,
    slope: Coordinate,
    first: Coordinate,
    shrink: Coordinate,
) -> tuple[Coordinate, Pair, Coordinate]:
    """Shrink the step until the loss falls enough (Armijo): its length, the point and the loss there.

    ``slope`` is gradient · direction. It goes on for as long as the step changes the point and promises
    a fall that the loss could show; a run for which no such length will do stays put: length 0.
    """
    (x, y), (d_x, d_y) = point, direction
    none = 0.0 * abs(x)  # as long as the lanes, and a number even where the slope is none
    length, active = first + none, (slope < 0.0) & (slope > -math.inf)
    end, reached, found = point, value, slope > math.inf
    unseen = _UNSEEN * abs(value) + sys.float_info.min
    for _ in range(_MOST_SHRINKINGS):
        trial = (x + length * d_x, y + length * d_y)
        active = active & ((trial[0] != x) | (trial[1] != y)) & (-length * slope >= unseen)
        loss = evaluate(active, surface.value, *trial, reached)
        enough = active & (loss <= value + SUFFICIENT * length * slope) & (loss < value)
        end, reached, found = choose(enough, trial, end), where(enough, loss, reached), found | enough
        active = active & negate(enough)
        if not anywhere(active):
            break
        length = where(active, shrink * length, length)
    return where(found, length, none), end, reached


def strong_wolfe(
    surface: Functions,
    point: Pair,
    value: Coordinate,
    gradient: Pair,
    direction: Pair,
    first: Coordinate,
    slope_left: float,
) -> Found:
    """A step that lowers the loss enough and ends where the slope is ``slope_left`` times the first at most.

    The bracketing search of Nocedal and Wright, 2006, algorithms 3.5 and 3.6, with a secant to grow
    and a parabola to shrink. Each trial costs one value; a gradient is asked for only where the loss
    is low enough. A run for which no trial lowers the loss stays put: length 0; so does one whose first
    length is 0.
    """
    (x, y), (d_x, d_y) = point, direction
    slope = gradient[0] * d_x + gradient[1] * d_y
    slack = _ROUNDING * abs(value)
    # The best step so far, and the one on the other side of the minimum once there is one.
    best = Found(0.0 * slope, point, value, gradient)
    best_slope, far, far_value = slope, 0.0 * slope, value
    bracketed, active = slope > math.inf, (slope < 0.0) & (first > 0.0)
    before, before_slope = 0.0 * slope, slope
    length = first + 0.0 * slope
    for _ in range(_MOST_TRIALS):
        trial = (x + length * d_x, y + length * d_y)
        loss = evaluate(active, surface.value, *trial, value)
        low = active & (loss <= value + SUFFICIENT * length * slope + slack) & (loss <= best.value + slack)
        steep = evaluate(low, surface.gradient, *trial, gradient)
        trial_slope = steep[0] * d_x + steep[1] * d_y
        done = low & (abs(trial_slope) <= slope_left * abs(slope))
        # Too high, or past the minimum: the other side of the bracket is known.
        past = low & negate(done) & (where(bracketed, trial_slope * (far - best.length), trial_slope) >= 0.0)
        high = active & negate(low)
        far = where(high, length, where(past, best.length, far))
        far_value = where(high, loss, where(past, best.value, far_value))
        bracketed = bracketed | high | past
        before = where(low, best.length, before)
        before_slope = where(low, best_slope, before_slope)
        best = Found(*choose(low, Found(length, trial, loss, steep), best))
        best_slope = where(low, trial_slope, best_slope)
        active = active & negate(done)
        moved = abs(far - best.length) * maximum(abs(d_x), abs(d_y))
        active = active & negate(bracketed & (moved <= _ROUNDING * maximum(abs(x), abs(y))))
        if not anywhere(active):
            break
        length = where(
            active, _next_length(best, best_slope, far, far_value, bracketed, before, before_slope), length
        )
    # What rounding alone makes lower is no reason to move to where it is steeper.
    better = (best.value < value - slack) | (abs(best_slope) < abs(slope))
    return Found(*choose(better, best, Found(0.0 * slope, point, value, gradient)))


def _next_length(
    best: Found,
    best_slope: Coordinate,
    far: Coordinate,
    far_value: Coordinate,
    bracketed: Coordinate,
    before: Coordinate,
    before_slope: Coordinate,
) -> Coordinate:
    """Where the parabola through the bracket is lowest; without a bracket, where the secant says."""
    width = far - best.length
    bend = 2.0 * (far_value - best.value - best_slope * width)
    usable = bend > 0.0
    share = where(usable, -best_slope * width / where(usable, bend, 1.0), 0.5)
    within = best.length + clip(share, 0.1, 0.9) * width
    stride = best.length - before
    gain = before_slope - best_slope
    shrinking = gain < 0.0
    growth = where(shrinking, best_slope / where(shrinking, gain, 1.0), 4.0)
    beyond = best.length + clip(growth, 0.5, 4.0) * where(stride > 0.0, stride, best.length)
    return where(bracketed, within, beyond)


def minimum_along(surface: Functions, point: Pair, gradient: Pair, direction: Pair) -> Coordinate:
    """How far along a direction of length 1 that leads down the loss is lowest, by Newton's method there.

    0 where it does not lead down, and where no trial lowers the loss. On a quadratic the first
    trial is the answer, −slope/curvature. Elsewhere trials go on, each a value, and a gradient and a
    Hessian where the loss is no higher than before, until the slope along the line is gone. They stay
    within a bracket of a minimum that lies lower than the point: where Newton leads out of it, or the
    line bends down, a parabola shrinks it; as long as there is none they reach out up to ten times as
    far. After twelve the lowest is taken: where the loss falls for ever, the last.
    """
    (x, y), (d_x, d_y) = point, direction
    value, hessian = surface.value(x, y), surface.hessian(x, y)
    first_slope, first_bend = _along(gradient, hessian, direction)
    bent = first_bend != 0.0
    length = where(bent, -first_slope / where(bent, abs(first_bend), 1.0), 1.0)
    best, lowest = 0.0 * abs(x), value
    # The loss still falls at the near end of the bracket; at the far one it rises, or is higher.
    near, near_value, near_slope = best, value, first_slope
    far, far_value = best + math.inf, value
    active = (first_slope < 0.0) & (first_slope > -math.inf)
    slack = _UNTOLD * abs(value)
    for trials in range(1, _MOST_NEWTON_TRIALS + 1):
        trial = (x + length * d_x, y + length * d_y)
        active = active & ((trial[0] != x) | (trial[1] != y))
        loss = evaluate(active, surface.value, *trial, value)
        low = active & (loss <= near_value + slack)
        g = evaluate(low, surface.gradient, *trial, gradient)
        h = evaluate(low, surface.hessian, *trial, hessian)
        slope, bend = _along(g, h, direction)
        level = low & (abs(slope) <= _LEVEL * abs(first_slope))
        best, lowest = choose(level | (low & (loss < lowest)), (length, loss), (best, lowest))
        active = active & negate(level)
        if trials in _PAUSES and not anywhere(active):
            break
        falling = low & (slope < 0.0)
        near, near_value, near_slope = choose(falling, (length, loss, slope), (near, near_value, near_slope))
        far, far_value = choose(active & negate(falling), (length, loss), (far, far_value))
        bracketed = far < math.inf
        width = where(bracketed, far, near) - near
        rise = 2.0 * (far_value - near_value - near_slope * width)
        share = where(rise > 0.0, -near_slope * width / where(rise > 0.0, rise, 1.0), 0.0)
        # As long as nothing lower is known the length may be wrong by powers of ten.
        within = near + where(near > 0.0, 1.0, 0.1) * clip(share, 0.1, 0.9) * width
        newton = length - slope / where(bend > 0.0, bend, 1.0)
        usable = low & (bend > 0.0) & (newton > near) & (newton < where(bracketed, far, 10.0 * near))
        length = where(usable, newton, where(bracketed, within, 4.0 * near))
    return best


def _along(g: Pair, h: tuple[Coordinate, Coordinate, Coordinate], d: Pair) -> Pair:
    """Slope and curvature along a direction."""
    xx, xy, yy = h
    return g[0] * d[0] + g[1] * d[1], d[0] * (xx * d[0] + xy * d[1]) + d[1] * (xy * d[0] + yy * d[1])
