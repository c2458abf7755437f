"""The momentum lab: the tuning map with theory's edge, terminal velocity, and what μ = 1 keeps."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from charts.figures import decades
from charts.labs.curves import SMALL, Scale, curves, line, scaled, theory
from charts.look import LIGHT, Look
from charts.symbols import RUNS
from landscapes import Array
from optimizers import Kind
from optimizers.studies.tuning import Tuning, edge

_MARKED = {
    Kind.DIVERGED: ("diverged", "x"),
    Kind.UNDEFINED: ("undefined", "x"),
    Kind.OSCILLATING: ("oscillating", "hourglass"),
}
"""What the map says besides the steps: by its own sign, since colour alone says nothing."""


def tuning_figure(found: Tuning, curvature: float | None = None, look: Look = LIGHT) -> go.Figure:
    """Steps to the tolerance for every cell, what diverged or swings by a sign, the edge of stability in ink.

    ``curvature`` is the largest one of the quadratic, or of the minimum, for which the edge is drawn.
    """
    declared = {h.key: h for h in found.rule.hyperparameters()}
    across, up = (
        Scale(f"{declared[field].name} {declared[field].symbol}", _by_ratio(values))
        for field, values in ((found.field_x, found.values_x), (found.field_y, found.values_y))
    )
    figure = curves(across, up, look, height=420)
    steps = np.log10(np.maximum(found.needed, 1.0))  # nan stays nan: such a cell is left empty
    seen = steps[np.isfinite(steps)]
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (0.0, 1.0)
    ticks = decades(low, high) if high - low >= 2.0 else _few(low, high)
    bar = ticks | {"tickvals": [float(np.log10(v)) for v in ticks["tickvals"]]}
    figure.add_heatmap(
        x=found.values_x, y=found.values_y, z=steps, zmin=low, zmax=max(high, low + 1e-9),
        colorscale=[[i / (len(look.heights) - 1), c] for i, c in enumerate(reversed(look.heights))],
        colorbar={"title": {"text": "steps", "font": {"size": SMALL}}, "tickfont": {"size": SMALL}, **bar},
        customdata=np.where(np.isfinite(found.needed), found.needed, -1.0),
        hovertemplate="%{x:.4g}, %{y:.4g}<br>%{customdata:.0f} steps<extra></extra>",
    )  # fmt: skip
    for kind, (name, sign) in _MARKED.items():
        rows, columns = np.nonzero((found.kinds == kind) & np.isnan(found.needed))
        if rows.size:
            figure.add_scatter(
                x=found.values_x[columns], y=found.values_y[rows], mode="markers", name=name,
                marker={"symbol": RUNS[sign].plotly if sign in RUNS else sign, "size": 5, "color": look.ink},
                hoverinfo="skip",
            )  # fmt: skip
    if curvature is not None and found.field_x == "learning_rate":
        said = edge(found.rule, found.field_y, found.values_y, curvature)
        if said is not None:
            inside = (said >= found.values_x[0]) & (said <= found.values_x[-1])
            theory(figure, said[inside], found.values_y[inside], _edge_name(found), look, "solid")
            figure.data[-1].line.width = 3
    return scaled(figure)


def _edge_name(found: Tuning) -> str:
    return "stable up to η = " + found.rule.rate_limit_formula.replace("_max", "<sub>max</sub>")


def _by_ratio(values: Array) -> bool:
    """Whether a grid's values have one ratio, and not one difference."""
    return bool(values[0] > 0.0 and len(values) > 2 and np.ptp(np.diff(np.log(values))) < 1e-6)


def _few(low: float, high: float) -> dict[str, list[float] | list[str]]:
    places = np.unique(np.round(10.0 ** np.linspace(low, high, 4)))
    return {"tickvals": places.tolist(), "ticktext": [f"{place:.0f}" for place in places]}


def kept_figure(quantity: Array, name: str, look: Look = LIGHT) -> go.Figure:
    """A quantity of a run against the step, for both coordinates: (steps + 1, 2)."""
    figure = curves(Scale("step"), Scale(name, low=0.0), look)
    for column, axis, style in zip(quantity.T, ("x", "y"), look.runs, strict=False):
        line(figure, np.arange(len(column)), column, axis, style, points=False)
    return scaled(figure)


def velocity_figure(velocity: Array, terminal: float, look: Look = LIGHT) -> go.Figure:
    """The velocity on a plane against the step, and what it comes to."""
    figure = curves(Scale("step"), Scale("velocity v"), look)
    line(figure, np.arange(len(velocity)), velocity, "run", look.runs[0], points=False)
    if np.isfinite(terminal):
        theory(figure, [0, len(velocity) - 1], [terminal, terminal], "−ηg/(1 − μ)", look)
    return scaled(figure)
