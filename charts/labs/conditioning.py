"""The lab of ravines: steps to converge against the condition number and against the angle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from charts.labs.curves import Scale, curves, line, scaled, theory
from charts.look import LIGHT, Look
from optimizers.studies.convergence import (
    TOLERANCE,
    Convergence,
    descent_theory,
    heavy_ball_theory,
)


def steps_against_condition(
    found: Sequence[Convergence], tolerance: float = TOLERANCE, look: Look = LIGHT
) -> go.Figure:
    """Steps of every rule against κ; theory for gradient descent and momentum at their best."""
    figure = curves(Scale("condition number κ", True), Scale("steps to converge", True, low=1.0), look)
    for place, one in enumerate(found):
        line(figure, one.kappas, one.steps, one.rule.name, look.runs[place % len(look.runs)])
    for key, says, name, dash in (
        ("gradient_descent", descent_theory, "(κ − 1)/(κ + 1)", "2px,3px"),
        ("momentum", heavy_ball_theory, "(√κ − 1)/(√κ + 1)", "8px,4px"),
    ):
        for one in found:
            if one.rule.key == key and one.known:
                said = says(one.kappas, tolerance)
                theory(figure, one.kappas, said, f"theory: {name} a step", look, dash)
    return scaled(figure)


def steps_against_angle(found: Sequence[Convergence], look: Look = LIGHT) -> go.Figure:
    """Steps of every rule against the angle of the ravine."""
    figure = curves(Scale("angle θ, degrees"), Scale("steps to converge", True, low=1.0), look)
    for place, one in enumerate(found):
        line(figure, one.angles, one.steps, one.rule.name, look.runs[place % len(look.runs)])
    figure = scaled(figure)
    if found:
        ends = [int(f([one.angles for one in found])) for f in (np.min, np.max)]
        figure.update_xaxes(dtick=15 if ends[1] - ends[0] >= 30 else None)
    return figure
