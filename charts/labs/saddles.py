"""The lab of saddles and plateaux: steps to escape against the distance, slopes along a line, crossings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from charts.labs.curves import Scale, curves, line, scaled, theory
from charts.look import LIGHT, Look, RunStyle
from landscapes import Array
from optimizers.studies.escape import Escape, descent_steps
from optimizers.studies.plateaux import Crossing, Slopes


def escape_curve(found: Escape, look: Look = LIGHT) -> go.Figure:
    """Steps until each rule has left the ridge, against the distance; theory for gradient descent.

    Equal steps to the left cost a rule that goes by the gradient's size equal steps upwards.
    """
    figure = curves(
        Scale("distance d from the ridge", True), Scale("steps to escape (dotted: theory)", low=0.0), look
    )
    positive = found.distances > 0.0
    for rule, steps, style in zip(found.rules, found.steps, _styles(found.rules, look), strict=True):
        line(figure, found.distances[positive], steps[positive], rule.name, style)
    for rule in found.rules:
        if rule.rate_limit_formula == "2/λ_max":
            rate, distances = rule.settings["learning_rate"], found.distances[positive]
            said = descent_steps(rate, found.curvature, distances, found.radius)
            theory(figure, distances, said, "ln(r/d) / ln(1 + η|λ|)", look)
    return scaled(figure)


def slope_curve(found: Slopes, look: Look = LIGHT) -> go.Figure:
    """The length of the gradient along a line, against the weight that changes most on it.

    Where it is exactly 0, a log axis has no place for it, and the line is broken.
    """
    axis = int(np.ptp(found.points, axis=0).argmax())
    name = ("w", "b")[axis]
    figure = curves(Scale(f"weight {name}"), Scale("gradient norm", True), look)
    line(
        figure, found.points[:, axis], np.where(found.norms > 0.0, found.norms, np.nan), "gradient norm",
        look.runs[0], points=False,
    )  # fmt: skip
    figure.update_layout(showlegend=False)
    return scaled(figure)


def term_curve(inputs: Array, terms: Mapping[str, Array], look: Look = LIGHT) -> go.Figure:
    """What squared error sends back through every unit against its input z; broken where it is exactly 0."""
    figure = curves(Scale("input z of the unit"), Scale("signal sent back, |h̄φ′(z)|", True, 1e-8), look)
    for (unit, term), style in zip(terms.items(), look.runs, strict=False):
        line(figure, inputs, np.where(term > 0.0, term, np.nan), unit, style, points=False)
    return scaled(figure)


def crossing_traces(found: Crossing, look: Look = LIGHT) -> go.Figure:
    """Loss against step for every rule, from one start on the plateau."""
    known = found.lowest is not None
    title = "loss above minimum" if known else "loss"
    ends = found.losses[found.losses > 0.0]
    low = max(1e-16, float(ends.min())) if known and ends.size else None
    figure = curves(Scale("step"), Scale(title, known, low), look)
    for rule, trace, style in zip(found.rules, found.losses, _styles(found.rules, look), strict=True):
        shown = np.where(trace > 0.0, trace, np.nan) if known else trace
        line(figure, np.arange(len(trace)), shown, rule.name, style, points=False)
    return scaled(figure)


def _styles(rules: Sequence[object], look: Look) -> list[RunStyle]:
    return [look.runs[i % len(look.runs)] for i in range(len(rules))]
