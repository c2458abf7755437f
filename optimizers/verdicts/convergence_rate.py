"""How fast a run closes in on the minimum: the share of the loss above it that a step keeps."""

from __future__ import annotations

import math

import numpy as np

from landscapes import Array, Landscape
from landscapes.once import kept_with, once
from optimizers.runs.trajectory import Trajectory
from optimizers.verdicts.kinds import Kind
from optimizers.verdicts.known import known_minima

_LEAST = 1e-5
"""Of what is left, that a step must win."""
_FEWEST = 4
"""Steps above rounding from which on there is a rate, unless the first one does it all."""
_STEADY = 0.1
"""By how much of itself log R may change along the run and still be called constant."""


@kept_with(1)
def observed_rate(surface: Landscape, t: Trajectory, kind: Kind) -> float:
    r"""The observed convergence rate R of a single run, over the last quarter of its way down.

    $$R = \frac{f(w_{k+1}) - f^*}{f(w_k) - f^*}$$

    The geometric mean of R over those steps at whose beginning $f - f^*$ is more than rounding. A constant
    R < 1 is linear convergence; on a quadratic gradient descent tends to $(1 - \eta\lambda_{\min})^2$, and
    Newton's method to 0. nan where it says nothing: the run has noise or batches, no minimum is known, the
    run (whose verdict is of this ``kind``) is neither at the minimum nor on its way down at a constant R,
    the loss does not shrink, or it is all but gone after a few steps.

    Source: Nocedal, Wright, 2006, Numerical Optimization, section 2.2.
    """
    known = known_minima(surface)
    noisy = t.noise > 0.0 or t.batches is not None
    if noisy or known.minimum is None or not known.minimizers:
        return math.nan
    if kind not in (Kind.GLOBAL_MINIMUM, Kind.DESCENDING):
        return math.nan
    floor = _rounding(surface)
    with np.errstate(invalid="ignore"):
        above = t.values - known.minimum
    rounded = np.flatnonzero(~(above > floor))
    last = int(rounded[0]) if rounded.size else t.steps
    if rounded.size and last > 1:
        last -= 1  # how far a step went that ends in rounding cannot be said
        if last < _FEWEST:
            return math.nan
    if last < 1 or not np.isfinite(above[: last + 1]).all():
        return math.nan
    quarter = max(1, last // 4)
    rate = _mean(above, last - quarter, last, floor)
    if not rate < 1.0 - _LEAST:
        return math.nan
    if kind is Kind.DESCENDING and rate > 0.0:
        before = _mean(above, max(0, last - 2 * quarter), last - quarter, floor)
        if abs(math.log(before / rate)) > _STEADY * abs(math.log(rate)):
            return math.nan
    return rate


def _mean(above: Array, first: int, last: int, floor: float) -> float:
    """The geometric mean of R from one step to another; 0 where all is gone at once."""
    if above[last] <= floor:
        return 0.0
    return float((above[last] / above[first]) ** (1.0 / max(1, last - first)))


@once()
def _rounding(surface: Landscape) -> float:
    """By how much f − f* may be wrong: what it is a trillionth of the window away from the minimizer."""
    known = known_minima(surface)
    assert known.minimum is not None
    turns = np.arange(16) * (np.pi / 8.0)
    aside = 1e-12 * surface.spans * np.stack([np.cos(turns), np.sin(turns)], axis=-1)
    beside = np.abs(surface.value(np.array(known.minimizers[0]) + aside) - known.minimum)
    own = known.rounding if known.found else 1e-15 * abs(known.minimum)
    return 10.0 * float(np.nanmax(beside, initial=0.0)) + own
