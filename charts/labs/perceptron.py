"""Perceptron and backprop as figures: examples and lines, updates against t, a gradient that vanishes."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from charts.figures import plain_axis, plain_page
from charts.labs.curves import SMALL, Scale, curves, line, scaled, theory
from charts.look import LIGHT, Look
from landscapes import Array
from optimizers.studies.perceptron import Spoiled, decision_line


def decision_lines(
    points: Array, signs: Array, units: Sequence[tuple[str, Sequence[float]]], look: Look = LIGHT
) -> go.Figure:
    """The examples, + and −, and the line of every named unit (w_x, w_y, b)."""
    reach = 1.25 * max(2.0, float(abs(points).max()))
    figure = go.Figure()
    for (name, weights), style in zip(units, look.runs, strict=False):
        found = decision_line(weights, points, signs, 2.0 * reach)
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
        **plain_page(look) | {"margin": {"l": 52, "r": 12, "t": 48, "b": 48}},
        legend={"orientation": "h", "x": 0.0, "y": 1.02, "yanchor": "bottom", "font": {"size": SMALL}},
        xaxis={**plain_axis(look, "x"), "range": [-reach, reach]},
        yaxis={**plain_axis(look, "y"), "range": [-reach, reach], "scaleanchor": "x", "constrain": "domain"},
    )  # fmt: skip
    return figure


def updates_against_distance(found: Spoiled, look: Look = LIGHT) -> go.Figure:
    """The measured number of updates and the bound of the theorem against the distance of the spoiler."""
    figure = curves(Scale("distance t"), Scale("updates", logarithmic=True), look)
    line(figure, found.distances, found.updates, "perceptron, measured", look.runs[0])
    theory(figure, found.distances, found.bounds, "at most R²/γ²", look)
    return scaled(figure)


def pull_against_distance(found: Spoiled, look: Look = LIGHT) -> go.Figure:
    """The spoiler's gradient at the three points' solution against its distance: it vanishes."""
    figure = curves(Scale("distance t"), Scale("|gradient of the spoiler|", logarithmic=True), look)
    line(figure, found.distances, found.pulls, "backprop", look.runs[1])
    return scaled(figure)


def loss_against_distance(found: Spoiled, look: Look = LIGHT) -> go.Figure:
    """Where backprop ends from near the three points' solution: low where it separates all four."""
    figure = curves(Scale("distance t"), Scale("loss where backprop ends", low=0.0), look)
    line(figure, found.distances, found.losses, "backprop", look.runs[1])
    return scaled(figure)
