"""The momentum lab: the tuning map with theory's edge, terminal velocity, and what μ = 1 keeps."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from charts.labs.curves import Scale, curves, line, scaled, theory
from charts.look import LIGHT, Look
from charts.numbers import number
from charts.outcomes import KINDS, Outcome, shade
from charts.symbols import RUNS
from landscapes import Array
from optimizers import Kind
from optimizers.studies.tuning import Tuning, edge

_EVERY = 3
"""Cells from one sign of an outcome to the next: colour is not the only one, and is still seen."""


def tuning_figure(found: Tuning, curvature: float | None = None, look: Look = LIGHT) -> go.Figure:
    """Steps to the tolerance for every cell, darker where fewer; other outcomes in their colours and signs.

    ``curvature`` is the largest one of the quadratic, or of the minimum, for which the edge of stability is
    drawn in ink.
    """
    declared = {h.key: h for h in found.rule.hyperparameters()}
    across, up = (
        Scale(f"{declared[field].name} {declared[field].symbol}", _by_ratio(values))
        for field, values in ((found.field_x, found.values_x), (found.field_y, found.values_y))
    )
    figure = curves(across, up, look, height=420)
    steps = np.log10(np.maximum(found.needed, 1.0))  # nan stays nan: such a cell has an outcome instead
    seen = steps[np.isfinite(steps)]
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (0.0, 1.0)
    good = KINDS[Kind.GLOBAL_MINIMUM].color
    figure.add_heatmap(
        x=found.values_x, y=found.values_y, z=steps, zmin=low, zmax=max(high, low + 1e-9), showscale=False,
        colorscale=[[0.0, good], [1.0, shade(good, look.paper, 0.75)]],
        hoverinfo="skip",
    )  # fmt: skip
    if seen.size:
        few, many = (number(round(10.0**end)) for end in (low, high))
        _sign(figure, [None], [None], f"converges in {few} to {many} steps", KINDS[Kind.GLOBAL_MINIMUM])
    late = np.isnan(found.needed)
    for kind, outcome in KINDS.items():
        own = (found.kinds == kind) & late
        if not own.any():
            continue
        figure.add_heatmap(
            x=found.values_x, y=found.values_y, z=np.where(own, 0.0, np.nan), zmin=0.0, zmax=1.0,
            colorscale=[[0.0, outcome.color], [1.0, outcome.color]], opacity=0.55, showscale=False,
            name=str(kind), hoverinfo="skip",
        )  # fmt: skip
        spread = np.zeros_like(own)
        spread[1::_EVERY, 1::_EVERY] = True
        rows, columns = np.nonzero(own & spread if (own & spread).any() else own)
        places = found.values_x[columns], found.values_y[rows]
        _sign(figure, *places, str(kind), outcome)
    # Of heat maps one over the other, the last alone is asked what it is.
    told = np.where(late, found.kinds.astype(str), [[f"{n:.0f} steps" for n in row] for row in found.needed])
    figure.add_heatmap(
        x=found.values_x, y=found.values_y, z=np.zeros_like(steps), customdata=told, showscale=False,
        colorscale=[[0.0, "rgba(0, 0, 0, 0)"], [1.0, "rgba(0, 0, 0, 0)"]], name="what became of it",
        hovertemplate="%{x:.3g}, %{y:.3g}<br>%{customdata}<extra></extra>",
    )  # fmt: skip
    if curvature is not None and found.field_x == "learning_rate":
        said = edge(found.rule, found.field_y, found.values_y, curvature)
        if said is not None:
            inside = (said >= found.values_x[0]) & (said <= found.values_x[-1])
            theory(figure, said[inside], found.values_y[inside], _edge_name(found), look, "solid")
            figure.data[-1].line.width = 3
    return scaled(figure)


def _edge_name(found: Tuning) -> str:
    return "edge " + found.rule.rate_limit_formula.replace("_max", "<sub>max</sub>")


def _sign(figure: go.Figure, x: Any, y: Any, name: str, outcome: Outcome) -> None:
    marker = {"symbol": RUNS[outcome.sign].plotly, "size": 6, "color": outcome.color}
    figure.add_scatter(x=x, y=y, mode="markers", name=name, marker=marker, hoverinfo="skip")


def _by_ratio(values: Array) -> bool:
    """Whether a grid's values have one ratio, but for their last digits, and not one difference."""
    if values[0] <= 0.0 or len(values) < 3:
        return False
    ratios = np.diff(np.log(values))
    return bool(np.ptp(ratios) < 0.1 * ratios.mean())


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
