"""What became of a run, decided from the gradient, the Hessian and the tail of its trace."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from landscapes import LARGEST, Array, Landscape, Point
from optimizers.arithmetic import each
from optimizers.runs.trajectory import Trajectory
from optimizers.verdicts.classify import KINDS, STATIONARY, Kind, codes_of_points, newton_steps
from optimizers.verdicts.ending import ASTRAY, FAR, Ending, distances, kept_steps, tail_length


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
    ending = _ending(surface, t)
    with np.errstate(all="ignore"):  # far away numbers overflow, and are judged by that
        return (
            _at_tip(surface, t, ending)
            or _undefined(surface, t)
            or _diverged(surface, t, ending)
            or _stationary(surface, t, ending)
            or _oscillating(surface, t, ending)
            or _plateau(t, ending)
            or _descending(t)
        )


def _ending(surface: Landscape, t: Trajectory) -> Ending:
    last, state = t.points[_last_finite(t)][None], each(lambda leaf: np.array([leaf]), t.last_state)
    tail = t.points[kept_steps(t.steps), None]
    return Ending(surface, t.rule, t.steps, tail, last, state, float(t.learning_rates[-1]))


def _at_tip(surface: Landscape, t: Trajectory, ending: Ending) -> Verdict | None:
    if not ending.at_tip[0]:
        return None
    point = _point(t, _last_finite(t))
    step = _settled(surface, t)
    return Verdict(Kind.GLOBAL_MINIMUM, step, point, f"Minimum {_at(surface, point)} at step {step}.")


def _undefined(surface: Landscape, t: Trajectory) -> Verdict | None:
    last = _last_finite(t)
    near: NDArray[np.bool_] = distances(surface, t.points[: last + 1]) <= ASTRAY
    missing = np.flatnonzero(np.isnan(t.values[: last + 1]) & near)
    slopeless = last < t.steps and not np.isfinite(t.gradients[last]).all()
    if missing.size:
        k, what = int(missing[0]), "formula" if surface.samples is None else "sampled slice"
    elif slopeless and near[last] and abs(t.values[last]) <= LARGEST:
        k, what = last, "gradient"
    else:
        return None
    point = _point(t, k)
    sentence = f"Undefined: at step {k}, {_at(surface, point)}, the {what} has no value."
    return Verdict(Kind.UNDEFINED, k, point, sentence)


def _diverged(surface: Landscape, t: Trajectory, ending: Ending) -> Verdict | None:
    if not ending.diverged[0]:
        return None
    last = _last_finite(t)
    apart = distances(surface, t.points[: last + 1])
    if last < t.steps:
        k, happened = last + 1, "no longer finite"
    elif not np.isfinite(ending.values).all():
        k, happened = int(np.argmin(np.isfinite(t.values))), "the loss is not finite"
    else:
        k = int(np.flatnonzero(np.append(True, apart <= FAR))[-1])
        happened = f"{apart[-1]:.3g} window widths from the middle and still leaving"
    evidence = {"distance_in_windows": float(apart[-1])}
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


def _stationary(surface: Landscape, t: Trajectory, ending: Ending) -> Verdict | None:
    kind = KINDS[codes_of_points(surface, ending.last)[0]] if ending.resting[0] else None
    if kind is None:
        return None
    point = _point(t, t.steps)
    step = _settled(surface, t)
    true_eigenvalues = np.linalg.eigvalsh(surface.hessian(t.points[-1]))
    evidence = {
        "newton_step": float(newton_steps(surface, ending.last)[0]),
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
    last = _last_finite(t)
    apart: Array = np.linalg.norm((t.points[: last + 1] - t.points[last]) / surface.spans, axis=-1)
    away = np.flatnonzero(apart > 2 * STATIONARY)
    return int(away[-1]) + 1 if away.size else 0


def _oscillating(surface: Landscape, t: Trajectory, ending: Ending) -> Verdict | None:
    share = float(ending.turning[0])
    if share <= 0.5:
        return None
    evidence = {
        "share_of_reversals": share,
        "step_length": float(np.linalg.norm(t.points[-1] - t.points[-2])),
    }
    theory = _theory(surface, t, evidence)
    restless = "noise keeps it moving" if t.noise else "each step undoes part of the last"
    cause = theory or ("every batch pulls elsewhere" if t.batches else restless)
    sentence = f"Oscillating: {share:.0%} of the last steps turn back; {cause}."
    return Verdict(Kind.OSCILLATING, t.steps, _point(t, t.steps), sentence, evidence)


def _plateau(t: Trajectory, ending: Ending) -> Verdict | None:
    if not ending.level[0]:
        return None
    ahead, left = float(ending.ahead[0]), float(ending.left[0])
    evidence = {"fall_in_ten_more_runs": ahead, "loss_left": left}
    change = f"{'lower' if ahead >= 0.0 else 'raise'} the loss by {abs(ahead):.2g}"
    whole = "what is left" if left < t.surface.loss_range else "its range over the map"
    sentence = f"Plateau: at this pace {10 * t.steps:,} more steps would {change}, at most 1 % of {whole}."
    return Verdict(Kind.PLATEAU, t.steps, _point(t, t.steps), sentence, evidence)


def _descending(t: Trajectory) -> Verdict:
    tail = tail_length(t.steps)
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


def _last_finite(t: Trajectory) -> int:
    return int(np.isfinite(t.points).all(axis=-1).sum()) - 1


def _nearest(known: tuple[Point, ...], p: Array) -> Point | None:
    return min(known, key=lambda q: math.dist(q, p), default=None)


def _point(t: Trajectory, k: int) -> Point:
    return (float(t.points[k, 0]), float(t.points[k, 1]))


def _at(surface: Landscape, point: Point) -> str:
    """The point, to a ten-thousandth of the window: more digits would be noise in a sentence."""
    x, y = (
        round(c, 4 - math.ceil(math.log10(span))) + 0.0 for c, span in zip(point, surface.spans, strict=True)
    )
    return f"({x:.6g}, {y:.6g})"
