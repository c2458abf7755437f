"""Perceptron and backprop as figures: examples and lines, updates against t, a gradient that vanishes."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from charts.figures import plain_axis, plain_page
from charts.labs.curves import SMALL, Scale, curves, line, scaled, theory
from charts.look import LIGHT, Look, RunStyle
from landscapes import Array
from optimizers.studies.perceptron import Counted, Spoiled, decision_line

_ACROSS = 3.0
"""Input 1 is shown from −3 to 3."""


def perceptron_style(look: Look) -> RunStyle:
    """How the perceptron is drawn: as no run of a lab is."""
    return look.runs[-1]


def plane(look: Look = LIGHT, farthest: float = 20.0) -> go.Figure:
    """The axes of the examples, down to a spoiler at (0, −farthest)."""
    layout = plain_page(look) | {
        "margin": {"l": 52, "r": 12, "t": 52, "b": 48},
        "xaxis": {**plain_axis(look, "input 1"), "range": [-_ACROSS, _ACROSS]},
        "yaxis": {**plain_axis(look, "input 2"), "range": [-1.08 * farthest - 0.5, 0.12 * farthest + 1.0]},
    }
    figure = go.Figure(layout=layout)
    figure.add_annotation(
        text="axes scaled", x=1, y=0, xref="paper", yref="paper", xanchor="right", yanchor="bottom",
        showarrow=False, font={"size": SMALL, "color": look.ink},
    )  # fmt: skip
    return figure


def decision_lines(
    points: Array, signs: Array, units: Sequence[tuple[str, Sequence[float], RunStyle]], look: Look = LIGHT
) -> go.Figure:
    """The examples, + and −, and the line of every named unit (w_x, w_y, b)."""
    farthest = float(abs(points).max())
    figure = plane(look, farthest)
    for name, weights, style in units:
        found = decision_line(weights, points, signs, 4.0 * max(_ACROSS, farthest))
        wrong = int((~found.right).sum())
        figure.add_scatter(
            x=[x for x, _ in found.ends], y=[y for _, y in found.ends], mode="lines",
            name=f"{name}: {wrong} wrong", line={"color": style.color, "width": 3, "dash": style.dash},
        )  # fmt: skip
    for sign, text in ((1.0, "+"), (-1.0, "−")):
        some = points[signs == sign]
        figure.add_scatter(
            x=some[:, 0], y=some[:, 1], mode="markers+text", text=[text] * len(some), showlegend=False,
            textfont={"size": 18, "color": look.ink}, hovertemplate="(%{x}, %{y})<extra></extra>",
            marker={"symbol": "circle" if sign > 0.0 else "square", "size": 24, "color": look.paper,
                    "line": {"width": 2, "color": look.ink}},
        )  # fmt: skip
    figure.update_layout(
        legend={"orientation": "h", "x": 0.0, "y": 1.02, "yanchor": "bottom", "font": {"size": SMALL}}
    )
    return figure


def updates_against_distance(found: Counted, look: Look = LIGHT) -> go.Figure:
    """The measured number of updates and the bound of the theorem against the distance of the spoiler."""
    figure = curves(Scale("distance t"), Scale("updates", logarithmic=True), look)
    line(figure, found.distances, found.updates, "perceptron, measured", perceptron_style(look), points=False)
    theory(figure, found.distances, found.bounds, "at most R²/γ²", look)
    return scaled(figure)


def pull_against_distance(found: Spoiled, look: Look = LIGHT) -> go.Figure:
    """The spoiler's gradient at the three points' solution against its distance: it vanishes."""
    figure = curves(Scale("distance t"), Scale("|gradient of the spoiler|", logarithmic=True), look)
    line(figure, found.distances, found.pulls, "backprop", look.runs[0], points=False)
    return scaled(figure)


def loss_against_distance(found: Spoiled, look: Look = LIGHT) -> go.Figure:
    """Where backprop ends from near the three points' solution: low where it separates all four."""
    figure = curves(Scale("distance t"), Scale("loss where backprop ends", low=0.0), look)
    line(figure, found.distances, found.losses, "backprop", look.runs[0], points=False)
    return scaled(figure)
