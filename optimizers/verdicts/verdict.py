"""What became of a run, in a sentence, with the numbers behind it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from landscapes import Array, Landscape, Point
from optimizers.arithmetic import each
from optimizers.runs.trajectory import Pace, Trajectory
from optimizers.verdicts.behaviour import turning
from optimizers.verdicts.causes import TooLarge, too_large
from optimizers.verdicts.classify import STATIONARY
from optimizers.verdicts.ending import ASTRAY, Ending
from optimizers.verdicts.kinds import Kind
from optimizers.verdicts.known import known_minima
from optimizers.verdicts.track import Track, tail_length
from optimizers.verdicts.window import distances, left_for_good


@dataclass(frozen=True)
class Verdict:
    """A kind, the step at which it was settled, the point there, the numbers behind it and a sentence."""

    kind: Kind
    step: int
    point: Point
    sentence: str
    evidence: Mapping[str, float] = field(default_factory=dict)


def judge(surface: Landscape, t: Trajectory, pace: Pace | None = None) -> Verdict:
    """Say what became of a single run.

    The order: has it reached a point without value; has it come to rest, and at what kind of place; has
    it left for good; does it swing; is there no progress where much is left; does it stand on a slope;
    else it is still descending. What each means stands with the tests in ``Ending``. ``pace`` is that of
    the runs that are made to confirm a cause, as in ``run``.

    Raises
    ------
    ValueError
        If the trajectory holds more than one run.
    """
    if t.points.ndim != 2:
        raise ValueError(f"judge takes one run, not {t.points.shape[1]} at once.")
    end = _End(surface, t, _ending(surface, t), pace)
    with np.errstate(all="ignore"):  # far away numbers overflow, and are judged by that
        kind = Kind.UNDEFINED if end.missing is not None else end.ending.kind
        return _SAYS[kind](end, kind)


def _kind(t: Trajectory) -> Kind:
    with np.errstate(all="ignore"):
        return _ending(t.surface, t).kind


def _ending(surface: Landscape, t: Trajectory) -> Ending:
    last, state = t.points[_last_finite(t)][None], each(lambda leaf: np.array([leaf]), t.last_state)
    noisy = t.noise > 0.0 or t.batches is not None
    track = Track.single(surface, t.points)
    return Ending(t.rule, track, last, state, float(t.learning_rates[-1]), noisy)


@dataclass(frozen=True)
class _End:
    """A run and what its end is, for the sentences."""

    surface: Landscape
    t: Trajectory
    ending: Ending
    pace: Pace | None

    @property
    def last(self) -> int:
        """The last step whose point is finite."""
        return _last_finite(self.t)

    @property
    def missing(self) -> int | None:
        """The first step, if there is one, at which the formula has no value, though not from overflow."""
        points, values = self.t.points[: self.last + 1], self.t.values[: self.last + 1]
        near: NDArray[np.bool_] = distances(self.surface, points) <= ASTRAY
        missing = np.flatnonzero(np.isnan(values) & near)
        return int(missing[0]) if missing.size else None

    def point(self, k: int) -> Point:
        return (float(self.t.points[k, 0]), float(self.t.points[k, 1]))

    def at(self, k: int) -> str:
        """The point after step k in words, to a ten-thousandth of the window: more digits would be noise."""
        x, y = (
            round(c, 4 - math.ceil(math.log10(span))) + 0.0
            for c, span in zip(self.point(k), self.surface.spans, strict=True)
        )
        return f"({x:.6g}, {y:.6g})"

    @property
    def outside(self) -> str:
        """What to add where the run ended outside the window."""
        return ", outside the map" if distances(self.surface, self.t.points[self.last]) > 0.5 else ""

    @property
    def settled(self) -> int:
        """The first step from which the run stays as close to its end as the verdict asks."""
        points = self.t.points[: self.last + 1]
        apart: Array = np.linalg.norm((points - points[-1]) / self.surface.spans, axis=-1)
        away = np.flatnonzero(apart > 2 * STATIONARY)
        return int(away[-1]) + 1 if away.size else 0

    def cause(self, kind: Kind, about: Array) -> TooLarge | None:
        return too_large(self.surface, self.t, kind, about, _kind, self.pace)


def _undefined(end: _End, kind: Kind) -> Verdict:
    k = end.missing
    if k is not None:
        what = "the formula" if end.surface.samples is None else "the sampled slice"
    else:
        k = end.last
        slope = np.isfinite(end.t.gradients[k]).all()
        what = f"the next step of {end.t.rule.name}" if slope else "the gradient"
        if slope and end.t.rule.cost and end.t.rule.cost[2]:
            what += ", by a Hessian that is singular,"
    sentence = f"Undefined: at step {k}, {end.at(k)}, {what} has no value."
    return Verdict(kind, k, end.point(k), sentence)


def _place(end: _End, kind: Kind) -> Verdict:
    k, step = end.last, end.settled
    known = known_minima(end.surface)
    evidence = {"gradient_norm": _norm(end.t.gradients[k])}
    low, high = _curvatures(end.surface, end.t.points[k])
    shape = ""
    if math.isfinite(low) and math.isfinite(evidence["gradient_norm"]):
        evidence |= {"smallest_eigenvalue": low, "largest_eigenvalue": high}
        shape = f": curvatures {low:.3g} and {high:.3g}"
    else:
        evidence = {}
    name = {
        Kind.GLOBAL_MINIMUM: "Minimum",
        Kind.LOCAL_MINIMUM: "Local minimum" if known.minimizers else "Minimum",
        Kind.SADDLE: "Stuck at the saddle",
        Kind.MAXIMUM: "Stuck at the maximum",
    }[kind]
    if kind is Kind.GLOBAL_MINIMUM:
        shape = ", the lowest found on the map" if known.found else ""
        shape = ", the lowest on the map" if end.surface.facts.over_window else shape
        if end.outside and shape:
            shape = ", as low as the lowest" + shape.removeprefix(", the lowest")
    return Verdict(
        kind, step, end.point(k), f"{name} {end.at(k)}{end.outside} at step {step}{shape}.", evidence
    )


def _curvatures(surface: Landscape, p: Array) -> tuple[float, float]:
    hessian = surface.hessian(p)
    if not np.isfinite(hessian).all():
        return math.nan, math.nan
    low, high = np.linalg.eigvalsh(hessian)
    return float(low), float(high)


def _stationary(end: _End, kind: Kind) -> Verdict:
    k = end.last
    gradient = _norm(end.t.gradients[k])
    evidence = {"gradient_norm": gradient} if math.isfinite(gradient) else {}
    where = f"{end.at(k)}{end.outside} from step {end.settled}"
    if end.ending.arrived[0] >= 0:
        low, high = _curvatures(end.surface, end.t.points[k])
        known = f" and the curvatures are {low:.3g} and {high:.3g}" if math.isfinite(low) else ""
        sentence = (
            f"Stationary {where}: the slope is {gradient:.2g}{known}; what kind of place cannot be told."
        )
    else:
        settings = end.t.rule.settings
        rate = float(end.t.learning_rates[-1])
        if rate == 0.0:
            why = "the learning rate is 0"
        elif settings.get("weight_decay", 0.0) > 0.0:
            why = "the rule's step and the decay of the weights cancel"
        elif end.t.rule.cost is None:
            why = "its search finds nothing lower"
        else:
            why = "its steps are shorter than a billionth of the map"
        sentence = f"Stands still {where}: {why}, while the slope is {gradient:.3g}."
    return Verdict(kind, end.settled, end.point(k), sentence, evidence)


def _diverged(end: _End, kind: Kind) -> Verdict:
    left = left_for_good(end.surface, end.t.points)
    step = end.last + 1 if left is None else left
    apart = float(distances(end.surface, end.t.points[end.last]))
    evidence = {"distance_in_windows": apart}
    cause = end.cause(kind, end.t.points[0])
    if cause:
        evidence |= cause.evidence
        happened = cause.sentence
    elif end.last < end.t.steps:
        happened = f"no longer finite from step {end.last + 1} on"
    elif not math.isfinite(end.t.values[-1]):
        happened = "the loss is not finite"
    else:
        course = "the loss falls without end" if end.t.values[-1] < end.t.values[0] else "still leaving"
        happened = f"{apart:.3g} window widths from the middle, and {course}"
    return Verdict(kind, step, end.point(end.last), f"Diverged at step {step}: {happened}.", evidence)


def _oscillating(end: _End, kind: Kind) -> Verdict:
    t, share = end.t, float(turning(end.ending.track)[0])
    tail = t.points[-1 - max(tail_length(t.steps), t.steps // 2) :]
    evidence = {
        "share_of_reversals": share,
        "step_length": float(np.linalg.norm(t.points[-1] - t.points[-2])),
    }
    cause = end.cause(kind, tail.mean(axis=0))
    if cause:
        evidence |= cause.evidence
        why = cause.sentence
    elif t.batches:
        why = "every batch has a gradient of its own"
    elif t.noise:
        why = "every gradient has noise"
    else:
        why = "each step undoes part of the last" if share > 0.5 else "its swings do not shrink"
    across, up = np.ptp(tail, axis=0)
    turns = (
        f"{share:.0%} of the last steps turn back"
        if share > 0.5
        else f"it swings over {across:.3g} by {up:.3g}"
    )
    return Verdict(kind, t.steps, end.point(t.steps), f"Oscillating{end.outside}: {turns}; {why}.", evidence)


def _plateau(end: _End, kind: Kind) -> Verdict:
    t, k = end.t, end.last
    if end.ending.arrived[0] >= 0:
        sentence = f"Plateau: flat ground around {end.at(k)}{end.outside}, from step {end.settled} on."
        return Verdict(kind, end.settled, end.point(k), sentence, {"gradient_norm": 0.0})
    won, left = float(end.ending.won[0]), float(end.ending.left[0])
    tail = tail_length(t.steps)
    gradient = _norm(t.gradients[-1])
    evidence = {"fall_over_tail": won, "gradient_norm": gradient}
    if math.isfinite(left):
        evidence["loss_left"] = left
    change = f"{'fell' if won >= 0.0 else 'rose'} by {abs(won):.2g}"
    of = f" of the {left:.3g} that is left" if math.isfinite(left) else ""
    course = f"over the last {_steps(tail)} the loss {change}{of}"
    sentence = f"Plateau{end.outside}: {course}; the slope is {gradient:.2g}."
    return Verdict(kind, t.steps, end.point(k), sentence, evidence)


def _descending(end: _End, kind: Kind) -> Verdict:
    t, tail = end.t, tail_length(end.t.steps)
    fall = float(t.values[-1 - tail] - t.values[-1])
    evidence = {"fall_over_tail": fall, "gradient_norm": _norm(t.gradients[-1])}
    if math.isnan(fall):
        del evidence["fall_over_tail"]
        trend = f"has no value somewhere on the last {_steps(tail)}"
    else:
        much = f"by {abs(fall):.2g}" if math.isfinite(fall) else "from where no number is large enough"
        trend = f"{'fell' if fall >= 0.0 else 'rose'} {much} over the last {_steps(tail)}"
    share = float(turning(end.ending.track)[0])
    turns = ""
    if share > 0.5:
        evidence["share_of_reversals"] = share
        turns = f"; {share:.0%} of them turn back, by less and less"
    sentence = f"Still {'descending' if fall >= 0 else 'moving'}{end.outside}: the loss {trend}{turns}."
    return Verdict(kind, t.steps, end.point(t.steps), sentence, evidence)


_SAYS: dict[Kind, Callable[[_End, Kind], Verdict]] = {
    Kind.UNDEFINED: _undefined,
    Kind.GLOBAL_MINIMUM: _place,
    Kind.LOCAL_MINIMUM: _place,
    Kind.SADDLE: _place,
    Kind.MAXIMUM: _place,
    Kind.STATIONARY: _stationary,
    Kind.DIVERGED: _diverged,
    Kind.OSCILLATING: _oscillating,
    Kind.PLATEAU: _plateau,
    Kind.DESCENDING: _descending,
}


def _steps(n: int) -> str:
    return f"{n} steps" if n > 1 else "step"


def _last_finite(t: Trajectory) -> int:
    return int(np.isfinite(t.points).all(axis=-1).sum()) - 1


def _norm(gradient: Array) -> float:
    return math.hypot(*gradient)
