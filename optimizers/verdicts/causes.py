"""Why a run left or swings: a cause is named only where a run at a smaller rate confirms it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from landscapes import Array, Landscape, Point
from optimizers.runs.run import run
from optimizers.runs.trajectory import Pace, Trajectory
from optimizers.verdicts.kinds import Kind
from optimizers.verdicts.known import known_minima

_BELOW = 0.95
"""Share of the bound at which the run is tried again."""


class TooLarge(NamedTuple):
    """A learning rate above the largest one that a quadratic of this curvature allows."""

    rate: float
    limit: float
    curvature: float
    formula: str

    @property
    def sentence(self) -> str:
        """In words, with as many digits as tell the two rates apart."""
        digits = next(n for n in range(3, 18) if f"{self.rate:.{n}g}" != f"{self.limit:.{n}g}")
        limit = f"{self.formula} = {self.limit:.{digits}g}"
        return f"η = {self.rate:.{max(6, digits)}g} is above {limit} at the minimum"

    @property
    def evidence(self) -> dict[str, float]:
        """The numbers behind it."""
        return {
            "learning_rate": self.rate,
            "rate_limit": self.limit,
            "largest_curvature": self.curvature,
        }


def too_large(
    surface: Landscape, t: Trajectory, kind: Kind, about: Array, judged: Any, pace: Pace | None
) -> TooLarge | None:
    """The rate as the cause of what a run became; None where it is not.

    The bound is that of the minimum nearest to ``about``, a point (2,). The rate is the cause only if the
    same run, without noise, becomes the same at this rate and something else a little below the bound.
    ``judged`` says what a trajectory became, ``pace`` goes with each run.
    """
    rate = float(t.learning_rates[0])
    known = known_minima(surface)
    nearest = _nearest((*known.minimizers, *known.local_minimizers), about)
    if nearest is None or t.batches is not None or not math.isfinite(rate):
        return None
    curvature = float(np.linalg.eigvalsh(surface.hessian(nearest))[-1])
    limit = t.rule.rate_limit(curvature) if curvature > 0.0 else None
    if limit is None or not rate > limit:
        return None

    def becomes(share: float) -> Kind:
        base = t.rule.settings["learning_rate"]
        rule = replace(t.rule, learning_rate=base * share)  # type: ignore[call-arg]
        found: Kind = judged(run(surface, rule, t.points[0], t.steps, t.schedule, pace=pace))
        return found

    if becomes(_BELOW * limit / rate) is kind or (t.noise and becomes(1.0) is not kind):
        return None
    return TooLarge(rate, limit, curvature, t.rule.rate_limit_formula)


def _nearest(known: Iterable[Point], p: Array) -> Point | None:
    return min(known, key=lambda q: math.dist(q, p), default=None)
