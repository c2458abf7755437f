"""What became of a run, decided from the gradient, the Hessian and the tail of its trace."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from landscapes import Array, Landscape, Point
from optimizers.engine import careful_step
from optimizers.stationary import STATIONARY, Kind, kinds_of_points, newton_steps
from optimizers.trajectory import Trajectory


@dataclass(frozen=True)
class Verdict:
    """A kind, the step at which it was settled, the point there, the numbers behind it and a sentence."""

    kind: Kind
    step: int
    point: Point
    sentence: str
    evidence: Mapping[str, float] = field(default_factory=dict)


def judge(surface: Landscape, t: Trajectory) -> Verdict:
    """Say what became of a single run.

    The kinds are tested in the order of ``Kind``. *Stationary* means that the Newton step |H⁺g| is
    tiny against the window over the last steps and that one more step of the rule would not leave;
    the eigenvalues of H then tell a minimum from a saddle.

    Raises
    ------
    ValueError
        If the trajectory holds more than one run.
    """
    if t.points.ndim != 2:
        raise ValueError(f"judge takes one run, not {t.points.shape[1]} at once.")
    with np.errstate(all="ignore"):  # far away numbers overflow, and are judged by that
        return (
            _undefined(surface, t)
            or _diverged(surface, t)
            or _stationary(surface, t)
            or _oscillating(surface, t)
            or _plateau(surface, t)
            or _descending(t)
        )


_FAR = 1.5
"""Distance from the window's centre, in window widths, beyond which a run is far outside."""

_ASTRAY = 100.0
"""Distance beyond which a missing value is taken for overflow: there is no telling the two apart."""


def _undefined(surface: Landscape, t: Trajectory) -> Verdict | None:
    last = _last_finite(t)
    near: NDArray[np.bool_] = _distances(surface, t.points[: last + 1]) <= _ASTRAY
    missing = np.flatnonzero(~np.isfinite(t.values[: last + 1]) & near)
    if missing.size:
        k, what = int(missing[0]), "formula"
    elif last < t.steps and near[last] and not np.isfinite(t.gradients[last]).all():
        k, what = last, "gradient"
    else:
        return None
    point = _point(t, k)
    sentence = f"Undefined: at step {k}, {_at(surface, point)}, the {what} has no value."
    return Verdict(Kind.UNDEFINED, k, point, sentence)


def _diverged(surface: Landscape, t: Trajectory) -> Verdict | None:
    last = _last_finite(t)
    distances = _distances(surface, t.points[: last + 1])
    tail = distances[-1 - _tail(t) :]
    if last < t.steps:
        k, happened = last + 1, "no longer finite"
    elif not np.isfinite(t.values[-1 - _tail(t) :]).all():
        k, happened = int(np.argmin(np.isfinite(t.values))), "the loss is not finite"
    elif distances[-1] > _FAR and distances[-1] > tail[:-1].max(initial=0.0):
        k = int(np.flatnonzero(np.append(True, distances <= _FAR))[-1])
        happened = f"{distances[-1]:.3g} window widths from the middle and still leaving"
    else:
        return None
    evidence = {"distance_in_windows": float(distances[-1])}
    theory = _theory(surface, t, evidence)
    sentence = f"Diverged at step {k}: {theory or happened}."
    return Verdict(Kind.DIVERGED, k, _point(t, last), sentence, evidence)


def _theory(surface: Landscape, t: Trajectory, evidence: dict[str, float]) -> str | None:
    """η against the largest rate that a quadratic of the minimum's (else the start's) curvature allows."""
    rate = float(t.learning_rates[0])
    start = t.points[0]
    nearest = _nearest(surface.minimizers, start)
    curvature = float(np.linalg.eigvalsh(surface.hessian(start if nearest is None else nearest))[-1])
    limit = t.rule.rate_limit(curvature) if curvature > 0.0 else None
    if limit is None or not rate > limit:
        return None
    evidence |= {"learning_rate": rate, "rate_limit": limit, "largest_curvature": curvature}
    where = "at the start" if nearest is None else "at the minimum"
    digits = next(n for n in range(3, 18) if f"{rate:.{n}g}" != f"{limit:.{n}g}")
    return f"η = {rate:.{digits}g} is above {t.rule.rate_limit_formula} = {limit:.{digits}g} {where}"


def _stationary(surface: Landscape, t: Trajectory) -> Verdict | None:
    tail = min(10, _tail(t))
    newton = newton_steps(surface, t.points[-tail:])
    if not (newton <= STATIONARY).all() or not _rests(surface, t):
        return None
    point = _point(t, t.steps)
    kind = kinds_of_points(surface, t.points[-1:])[0]
    if kind is None:
        return None
    step = _settled(surface, t)
    true_eigenvalues = np.linalg.eigvalsh(surface.hessian(t.points[-1]))
    evidence = {
        "newton_step": float(newton[-1]),
        "smallest_eigenvalue": float(true_eigenvalues[0]),
        "largest_eigenvalue": float(true_eigenvalues[-1]),
        "gradient_norm": float(np.linalg.norm(t.gradients[-1])),
    }
    name = {
        Kind.GLOBAL_MINIMUM: "Minimum",
        Kind.LOCAL_MINIMUM: "Local minimum" if surface.minimizers else "Minimum",
        Kind.SADDLE: "Stuck at the saddle",
        Kind.MAXIMUM: "Stuck at the maximum",
    }[kind]
    low, high = true_eigenvalues.tolist()
    shape = "" if kind is Kind.GLOBAL_MINIMUM else f": curvatures {low:.3g} and {high:.3g}"
    return Verdict(kind, step, point, f"{name} {_at(surface, point)} at step {step}{shape}.", evidence)


def _settled(surface: Landscape, t: Trajectory) -> int:
    """The first step from which the run stays as close to its end as the verdict asks."""
    apart: Array = np.linalg.norm((t.points - t.points[-1]) / surface.spans, axis=-1)
    away = np.flatnonzero(apart > 2 * STATIONARY)
    return int(away[-1]) + 1 if away.size else 0


def _rests(surface: Landscape, t: Trajectory) -> bool:
    """Whether one more step of the rule, without noise, would stay."""
    last, rate = _point(t, t.steps), float(t.learning_rates[-1])
    moved, _ = careful_step(t.rule, surface.compiled.on_arrays, last, t.last_state, rate, t.steps + 1)
    return bool(np.linalg.norm((np.array(moved) - last) / surface.spans) <= STATIONARY)


def _oscillating(surface: Landscape, t: Trajectory) -> Verdict | None:
    tail = t.points[-max(4, _tail(t)) :]
    moves = np.diff(tail, axis=0)
    turns: Array = (moves[1:] * moves[:-1]).sum(axis=-1)
    if not turns.size or (turns < 0.0).mean() <= 0.5:
        return None
    evidence = {
        "share_of_reversals": float((turns < 0.0).mean()),
        "step_length": float(np.linalg.norm(moves[-1])),
    }
    theory = _theory(surface, t, evidence)
    cause = theory or ("noise keeps it moving" if t.noise else "each step undoes part of the last")
    sentence = f"Oscillating: {evidence['share_of_reversals']:.0%} of the last steps turn back; {cause}."
    return Verdict(Kind.OSCILLATING, t.steps, _point(t, t.steps), sentence, evidence)


def _plateau(surface: Landscape, t: Trajectory) -> Verdict | None:
    tail = min(t.steps, _tail(t))
    pace = float(t.values[-1 - tail] - t.values[-1]) / tail
    ahead = 10.0 * pace * t.steps
    # Near a known minimum less than 1 % of the range is left to fall at any pace.
    left = surface.loss_range
    if surface.minimum is not None:
        left = min(left, float(t.values[-1]) - surface.minimum)
    if not abs(ahead) <= 0.01 * left:
        return None
    evidence = {"fall_in_ten_more_runs": ahead, "loss_left": left}
    change = f"{'lower' if ahead >= 0.0 else 'raise'} the loss by {abs(ahead):.2g}"
    whole = "what is left" if left < surface.loss_range else "its range over the map"
    sentence = f"Plateau: at this pace {10 * t.steps:,} more steps would {change}, at most 1 % of {whole}."
    return Verdict(Kind.PLATEAU, t.steps, _point(t, t.steps), sentence, evidence)


def _descending(t: Trajectory) -> Verdict:
    tail = min(t.steps, _tail(t))
    fall = float(t.values[-1 - tail] - t.values[-1])
    gradient = float(np.linalg.norm(t.gradients[-1]))
    evidence = {"fall_over_tail": fall, "gradient_norm": gradient}
    trend = (
        f"fell by {fall:.2g} over the last {tail} steps"
        if fall >= 0
        else f"rose by {-fall:.2g} over the last {tail} steps"
    )
    sentence = f"Still {'descending' if fall >= 0 else 'moving'}: the loss {trend}."
    return Verdict(Kind.DESCENDING, t.steps, _point(t, t.steps), sentence, evidence)


def _tail(t: Trajectory) -> int:
    return max(1, t.steps // 10)


def _last_finite(t: Trajectory) -> int:
    return int(np.isfinite(t.points).all(axis=-1).sum()) - 1


def _distances(surface: Landscape, p: Array) -> Array:
    """The larger of both coordinates' distances from the window's centre, in window widths."""
    distances: Array = np.abs((p - np.mean(surface.window, axis=1)) / surface.spans).max(axis=-1)
    return distances


def _nearest(known: tuple[Point, ...], p: Array) -> Point | None:
    return min(known, key=lambda q: math.dist(q, p), default=None)


def _point(t: Trajectory, k: int) -> Point:
    return (float(t.points[k, 0]), float(t.points[k, 1]))


def _at(surface: Landscape, point: Point) -> str:
    """The point, to a ten-thousandth of the window: more digits would be noise in a sentence."""
    digits = 4 - math.ceil(math.log10(surface.spans.max()))
    x, y = (round(c, digits) + 0.0 for c in point)
    return f"({x:.6g}, {y:.6g})"
