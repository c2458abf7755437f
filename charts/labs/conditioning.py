"""The lab of ravines: steps to converge against the condition number and against the angle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from charts.labs.curves import Scale, curves, line, mark, scaled, theory
from charts.look import LIGHT, Look, RunStyle
from charts.numbers import number
from landscapes import Array
from optimizers.studies.convergence import (
    TOLERANCE,
    Convergence,
    descent_theory,
    heavy_ball_theory,
)

_STEPS = "steps until {:g} % of the loss is left"


def steps_against_condition(
    found: Sequence[Convergence],
    tolerance: float = TOLERANCE,
    look: Look = LIGHT,
    styles: Sequence[RunStyle] | None = None,
) -> go.Figure:
    """Steps of every rule against κ; theory for gradient descent and momentum at their best.

    The rules are drawn in these ``styles``, else in those of the runs in their order.
    """
    title = _STEPS.format(100 * tolerance)
    figure = curves(Scale("condition number κ", True), Scale(title, True, low=1.0), look)
    _measured(figure, found, "kappas", styles or look.runs)
    for key, says, name, dash in (
        ("gradient_descent", descent_theory, "(κ − 1)/(κ + 1)", "2px,3px"),
        ("momentum", heavy_ball_theory, "(√κ − 1)/(√κ + 1)", "8px,4px"),
    ):
        for one in found:
            if one.rule.key == key and one.known:
                said = says(one.kappas, tolerance)
                theory(figure, one.kappas, said, f"theory: {name} a step", look, dash)
    return scaled(figure)


def steps_against_angle(
    found: Sequence[Convergence],
    tolerance: float = TOLERANCE,
    look: Look = LIGHT,
    styles: Sequence[RunStyle] | None = None,
) -> go.Figure:
    """Steps of every rule against the angle of the ravine."""
    title = _STEPS.format(100 * tolerance)
    figure = curves(Scale("angle θ, degrees"), Scale(title, True, low=1.0), look)
    _measured(figure, found, "angles", styles or look.runs)
    figure = scaled(figure)
    if found:
        ends = [int(f([one.angles for one in found])) for f in (np.min, np.max)]
        figure.update_xaxes(dtick=15 if ends[1] - ends[0] >= 30 else None)
    return figure


def _measured(
    figure: go.Figure, found: Sequence[Convergence], against: str, styles: Sequence[RunStyle]
) -> None:
    for place, one in enumerate(found):
        line(figure, getattr(one, against), one.steps, one.rule.name, styles[place % len(styles)])


def error_factors(rates: Array, factors: Array, curvatures: Array, look: Look = LIGHT) -> go.Figure:
    """What a step leaves of the error in each direction (2, n) against the rate (n,), 1/λ and 2/λ marked."""
    figure = curves(
        Scale("learning rate η", True),
        Scale("share of the error that a step leaves", low=0.0, high=2.0),
        look,
    )
    for place, (left, curvature) in enumerate(zip(factors, curvatures, strict=True)):
        style = look.runs[place]
        line(figure, rates, left, f"direction {place + 1}: λ = {number(curvature, 3)}", style, points=False)
        for k, side in ((1, "right"), (2, "left")):
            mark(figure, k / curvature, f"{k}/λ{'₁₂'[place]}", look, side)
    theory(figure, rates[[0, -1]], [1.0, 1.0], "beyond this it grows", look)
    return scaled(figure)
