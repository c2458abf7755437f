"""The lab of one weight: steps on a curve, the three names of a rate, and the minimum each start reaches."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from charts import Line, Look, number
from charts.labs.line import curve_thumbnail
from landscapes import Array, Landscape, parse_landscape
from optimizers import OPTIMIZERS, Constant, Kind, Verdict, run
from optimizers.studies.line import Fates, Gait, Motion, Valley, fates, left_after_step, motion, valleys
from ui.lab import Lab
from ui.rates import suited
from ui.scenario import Entry, Scenario
from ui.study import study

_HEIGHT = (-5.0, 5.0)
"""The window of the second weight, which decides nothing."""


class Curve(NamedTuple):
    """A curve to begin with: its window, its start, and the rate of gradient descent on it."""

    name: str
    window: tuple[float, float]
    start: float
    rate: float


CURVES: Mapping[str, Curve] = {
    "L(w) = (10 − 3w)²": Curve("One example: x = 3, y = 10", (1.0, 5.5), 2.0, 0.1),
    "E(x) = ½ a x² + b x + c": Curve("Any parabola", (-5.0, 5.0), 3.0, 0.5),
    "f(x) = x⁴/4 − x²/2 + x/10": Curve("Two wells", (-1.9, 1.9), 1.6, 0.1),
    "f(x) = x²/10 + 1 − cos 3x": Curve("Several wells", (-5.0, 5.0), 4.4, 0.05),
    "f(x) = 1 − exp(−x²)": Curve("A well in flat ground", (-4.0, 4.0), 2.2, 0.2),
}
"""By the formula."""
OWN = "f(x) = x⁴ − 3x² + x"
"""What stands in the field before anyone has typed."""


def chosen(s: Scenario, text: str) -> Scenario:
    """The scenario's rules on one of the curves, or on a formula of the visitor's own where it is none.

    Raises
    ------
    ValueError
        If the formula cannot be read or has two weights; the sentence says so.
    """
    curve = CURVES.get(text)
    surface = parse_landscape(text, curve and (curve.window, _HEIGHT))
    if not surface.is_line:
        first, second = surface.axes
        raise ValueError(f"A line has one weight: write the formula in {first} alone, without {second}.")
    moved = replace(s.on(surface), start=(curve.start if curve else surface.start[0], 0.0))
    return replace(moved, entries=tuple(replace(e, rule=_rated(surface, e, curve)) for e in s.entries))


def _rated(surface: Landscape, entry: Entry, curve: Curve | None) -> object:
    if curve and entry.rule.key == "gradient_descent":
        return replace(entry.rule, learning_rate=curve.rate)  # type: ignore[call-arg]
    return suited(surface, entry.rule)


def _opening() -> Scenario:
    text = next(iter(CURVES))
    rule = OPTIMIZERS["gradient_descent"]()
    return chosen(Scenario(parse_landscape(text), (0.0, 0.0), (Entry("A", rule),), steps=40), text)


def reached(s: Scenario) -> list[Fates] | None:
    """Where every start of the window ends, for each run; None on a surface with two weights."""
    if not s.surface.is_line:
        return None
    found = [
        study(
            "every start", (s.surface, entry.rule, entry.schedule, s.steps),
            lambda pace, e=entry: fates(s.surface, e.rule, s.steps, e.schedule, pace=pace), s.steps,
        )
        for entry in s.entries
    ]  # fmt: skip
    return None if None in found else found


class Factors(NamedTuple):
    """What one step leaves of a small error (n,) at several rates (n,), by the minimum of a valley."""

    rates: Array
    factors: Array
    valley: Valley


def factors(s: Scenario, line: Line) -> Factors | None:
    """For gradient descent at a constant rate, at the minimum in whose valley its run ends or begins."""
    entry, now = s.entries[0], _motion(s, line)
    if now is None or not _linear(entry) or not _curved(s.surface, now.valley):
        return None
    rates = np.linspace(0.0, 3.0, 25) / now.valley.curvature
    return Factors(rates, left_after_step(s.surface, entry.rule, now.valley, rates), now.valley)


def _motion(s: Scenario, line: Line) -> Motion | None:
    return motion(s.surface, valleys(s.surface), line.trajectory.points[:, 0]) if s.surface.is_line else None


def _linear(entry: Entry) -> bool:
    """Whether an error is multiplied by 1 − ηλ at each step."""
    return entry.rule.rate_limit_formula == "2/λ_max" and entry.schedule == Constant()


def _curved(surface: Landscape, valley: Valley) -> bool:
    """Whether the minimum has a curvature that is more than rounding, against what is seen of the curve."""
    bend = valley.curvature * float(surface.spans[0]) ** 2
    return math.isfinite(bend) and bend > 1e-9 * surface.loss_range


def _place(surface: Landscape, valley: Valley) -> str:
    """Where a minimum is; 0 where it differs from it by rounding only."""
    at = valley.minimum if abs(valley.minimum) > 1e-9 * surface.spans[0] else 0.0
    return f"minimum at {surface.axes[0]} = {number(at)}"


_GAITS = {
    Gait.MONOTONE: "it comes down on one side: monotone",
    Gait.OSCILLATING: "it jumps across the minimum and closes in: oscillating",
    Gait.RESTLESS: "it jumps across the minimum for ever and never settles there",
    Gait.DIVERGING: "it gets ever further away: diverging",
}


def told(s: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict]) -> list[str]:
    """What each run does, in numbers of its own, and what theory says of its rate."""
    said = [_told(s, *one) for one in zip(s.entries, lines, verdicts, strict=True)]
    if (found := reached(s)) is None:
        return said
    return [f"{one} {shared(own, s)}".rstrip() for one, own in zip(said, found, strict=True)]


def _told(s: Scenario, entry: Entry, line: Line, verdict: Verdict) -> str:
    if not s.surface.is_line:
        return verdict.sentence
    t, name = line.trajectory, s.surface.axes[0]
    before, after = t.points[:2, 0]
    first = (
        f"At {name} = {number(before)} the slope is {number(t.gradients[0, 0])}, "
        f"and the first step leads to {name} = {number(after)}."
    )
    now = _motion(s, line)
    if now is None or verdict.kind in (Kind.UNDEFINED, Kind.PLATEAU, Kind.MAXIMUM):
        return f"{first} {verdict.sentence}"
    theory = _theory(entry, now) if _curved(s.surface, now.valley) else ""
    return f"{first} About the {_place(s.surface, now.valley)} {_GAITS[now.gait]}. {theory}".rstrip()


def _theory(entry: Entry, now: Motion) -> str:
    if not _linear(entry):
        return ""
    curvature = now.valley.curvature
    product = entry.rule.settings["learning_rate"] * curvature
    return (
        f"λ = f″ = {number(curvature)} there, so ηλ = {number(product)} {_between(product)}: "
        f"theory leaves 1 − ηλ = {number(_tidy(1.0 - product))} of an error at each step"
        + ("." if math.isnan(now.factor) else f", the run {number(_tidy(now.factor), 3)}.")
    )


def _tidy(factor: float) -> float:
    """Without what is only rounding."""
    return round(factor, 9) + 0.0


def _between(product: float) -> str:
    if math.isclose(product, 1.0, rel_tol=1e-9):
        return "is 1"
    if math.isclose(product, 2.0, rel_tol=1e-9):
        return "is 2"
    return "is below 1" if product < 1.0 else "lies between 1 and 2" if product < 2.0 else "is above 2"


def shared(own: Fates, s: Scenario) -> str:
    """What the line of fates shows of a run's rule, in percent."""
    if not own.valleys:
        return "There is no minimum within the map."
    parts = [
        f"{100 * own.share(i):.0f} % in valley {i + 1} ({_place(s.surface, valley)})"
        for i, valley in enumerate(own.valleys)
    ]
    lost = f", {100 * float((own.codes == 0).mean()):.0f} % off the map" if (own.codes == 0).any() else ""
    return (
        f"The coloured line: of all starts end {', '.join(parts)}{lost}; paler where not at the minimum yet."
    )


def _picture(look: Look) -> str:
    s = _opening()
    t = run(s.surface, s.entries[0].rule, s.start, 12)
    return curve_thumbnail(s.surface, "Steps of gradient descent on a parabola", t.points[:, 0], look)


ON_A_LINE = Lab(
    key="on_a_line",
    title="On a line",
    question="What does a step do to one weight?",
    look_for="The step is the slope times η. Below 1/λ it creeps down one side, between 1/λ and 2/λ it jumps "
    "across and closes in, above 2/λ every jump is longer than the last.",
    opening=_opening,
    picture=_picture,
)
