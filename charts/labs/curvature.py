"""Curvature as figures: a matrix that is learned, a load that adapts, what kind of place starts end at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from charts.labs.basins import painted, rgb
from charts.labs.curves import SMALL, Scale, curves, line, scaled
from charts.look import LIGHT, Look
from charts.outcomes import KINDS
from charts.symbols import RUNS, sign
from landscapes import Array, Landscape
from optimizers import Kind
from optimizers.studies.curvature import Damped, Learned, Natures


def learned_trace(found: Sequence[tuple[str, Learned]], look: Look = LIGHT) -> go.Figure:
    """‖BH − I‖ against the step, one line a named run: 0 is the inverse Hessian itself."""
    figure = curves(Scale("step"), Scale("‖BH − I‖", logarithmic=True), look)
    for (name, one), style in zip(found, look.runs, strict=False):
        line(figure, np.arange(len(one.errors)), np.where(one.errors > 0.0, one.errors, np.nan), name, style)
    return scaled(figure)


def damping_trace(found: Damped, look: Look = LIGHT) -> go.Figure:
    """The λ of every step; a cross stands where the trial was higher, so that the step stayed put."""
    figure = curves(Scale("step"), Scale("λ", logarithmic=True), look)
    steps = np.arange(1, len(found.damping))
    line(figure, steps, found.damping[:-1], "λ", look.runs[0])
    away = found.rejected
    figure.add_scatter(
        x=steps[away], y=found.damping[:-1][away], mode="markers", name="trial rejected",
        marker={"symbol": "x-thin", "size": 11, "line": {"width": 2.5, "color": look.runs[1].color}},
    )  # fmt: skip
    return scaled(figure)


def natures_map(surface: Landscape, found: Natures, look: Look = LIGHT) -> go.Figure:
    """What kind of place each start ends at; every place has the sign of its kind, the legend its share."""
    kinds = [kind for kind in Kind if kind in found.shares]
    palette = np.array([rgb(KINDS[kind].color) for kind in kinds])
    places = np.array([[kinds.index(kind) for kind in row] for row in found.kinds])
    figure = painted(surface, found.x, found.y, palette[places], look)
    for kind in kinds:
        ends = _places(surface, found.ends[found.kinds == kind]) if kind in _SIGNS else [(None, None)]
        shape = sign(_SIGNS[kind]) if kind in _SIGNS else RUNS[KINDS[kind].sign]
        figure.add_scatter(
            x=[p[0] for p in ends], y=[p[1] for p in ends], mode="markers",
            name=f"{kind}: {100 * found.shares[kind]:.3g} %",
            marker={"symbol": shape.plotly, "size": 12, "color": KINDS[kind].color,
                    "line": {"width": 1.5, "color": look.paper}},
        )  # fmt: skip
    figure.update_layout(
        showlegend=True, margin={"l": 52, "r": 12, "t": 64, "b": 48},
        legend={"orientation": "h", "x": 0.0, "y": 1.02, "yanchor": "bottom", "font": {"size": SMALL}},
    )  # fmt: skip
    return figure


def _places(surface: Landscape, ends: Array) -> Array:
    """One end (2,) for each place at which runs ended."""
    cells = np.round(ends / (1e-3 * surface.spans))
    return ends[np.unique(cells, axis=0, return_index=True)[1]]


_SIGNS = {
    Kind.GLOBAL_MINIMUM: "minimum",
    Kind.LOCAL_MINIMUM: "local minimum",
    Kind.SADDLE: "saddle",
    Kind.MAXIMUM: "maximum",
}
