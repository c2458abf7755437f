"""Slices of networks as figures, side by side on one scale of heights, and what a slice hides of a path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from charts.figures import plain_axis, plain_page
from charts.labs.curves import SMALL, Scale, curves, line, scaled
from charts.look import LIGHT, Look
from charts.numbers import power_of_ten
from charts.outcomes import shade
from landscapes import Array
from optimizers.studies.networks import Slices, TrainingPath

Named = tuple[str, Slices]
_LEVELS = 20


def contours(found: Sequence[Named], which: int, look: Look = LIGHT, resolution: int = 101) -> go.Figure:
    """Contours of one of the slices, log₁₀ of the loss on the scale of heights that all of them have."""
    heights, low, high, ticks = _heights(found, resolution)
    (name, _), (x, y, z) = found[which], heights[which]
    step = (high - low) / _LEVELS
    figure = go.Figure(
        go.Contour(
            x=x, y=y, z=z.astype(np.float32), zmin=low, zmax=high, autocontour=False, hoverinfo="skip",
            contours={"start": low + step / 2, "end": high, "size": step}, colorscale=_scale(look),
            line={"color": look.contour, "width": 1}, colorbar=_bar(ticks, look),
        )
    )  # fmt: skip
    square = {"scaleanchor": "x", "constrain": "domain", "range": [-1, 1]}
    figure.update_layout(
        **plain_page(look) | {"margin": {"l": 52, "r": 12, "t": 48, "b": 48}},
        title={"text": name, "x": 0.0, "pad": {"l": 10}, "y": 1.0, "yanchor": "top", "font": {"size": 15}},
        xaxis=plain_axis(look, "direction 1") | {"range": [-1, 1], "constrain": "domain"},
        yaxis=plain_axis(look, "direction 2") | square,
    )
    return figure


def reliefs(found: Sequence[Named], look: Look = LIGHT, resolution: int = 81) -> go.Figure:
    """The same in three dimensions, on the same scale of heights."""
    heights, low, high, (values, texts) = _heights(found, resolution)
    kinds = [[{"type": "surface"}] * len(found)]
    figure = make_subplots(1, len(found), specs=kinds, subplot_titles=_titles(found), horizontal_spacing=0.02)
    axis = {"color": look.ink, "gridcolor": look.faint, "backgroundcolor": look.paper}
    scene = {
        "xaxis": axis | {"title": {"text": "direction 1"}},
        "yaxis": axis | {"title": {"text": "direction 2"}},
        "zaxis": axis
        | {"title": {"text": "loss"}, "range": [low, high], "tickvals": values, "ticktext": texts},
        "camera": {"eye": {"x": 1.5, "y": 1.5, "z": 1.0}, "center": {"x": 0.0, "y": 0.0, "z": -0.15}},
        "aspectmode": "manual",
        "aspectratio": {"x": 1.0, "y": 1.0, "z": 0.7},
    }
    for k, ((_, one), (x, y, z)) in enumerate(zip(found, heights, strict=True), start=1):
        trace = go.Surface(
            x=x, y=y, z=z.astype(np.float32), cmin=low, cmax=high, showscale=False,
            colorscale=[[0.0, shade(look.ink, look.paper, 0.5)], [1.0, look.faint]],  # seen against the paper
            contours={"z": {"show": True, "color": look.ink, "width": 1, "start": low, "end": high,
                            "size": (high - low) / _LEVELS}},
        )  # fmt: skip
        figure.add_trace(trace, row=1, col=k)
        style, path = look.runs[0], one.path
        over = go.Scatter3d(
            x=path.points[:, 0], y=path.points[:, 1], z=np.log10(path.shown), mode="lines", showlegend=False,
            line={"color": style.color, "width": 5}, hoverinfo="skip",
        )  # fmt: skip
        figure.add_trace(over, row=1, col=k)
        figure.update_layout({"scene" if k == 1 else f"scene{k}": scene})
    figure.update_layout(**plain_page(look) | {"margin": {"l": 0, "r": 0, "t": 36, "b": 0}}, height=420)
    return figure


def hidden_trace(path: TrainingPath, look: Look = LIGHT) -> go.Figure:
    """The network's own loss during training, and the one that the slice shows below its path."""
    figure = curves(Scale("training step"), Scale("loss", logarithmic=True), look)
    line(figure, path.steps, path.losses, "of the network", look.runs[0], points=False)
    line(figure, path.steps, path.shown, "in the slice", look.runs[1], points=False)
    return scaled(figure)


def _titles(found: Sequence[Named]) -> list[str]:
    return [name for name, _ in found]


def _heights(
    found: Sequence[Named], resolution: int
) -> tuple[list[tuple[Array, Array, Array]], float, float, tuple[list[float], list[str]]]:
    """Columns, rows and log₁₀ of the loss of each; the lowest and highest of all; ticks at powers of ten."""
    grids = []
    for _, one in found:
        x, y, loss = one.surface.grid(resolution)
        grids.append((x, y, np.log10(loss)))
    low = min(float(np.nanmin(z)) for *_, z in grids)
    high = max(float(np.nanmax(z)) for *_, z in grids)
    powers = range(int(np.ceil(low)), int(np.floor(high)) + 1)
    return grids, low, high, ([float(p) for p in powers], [power_of_ten(p) for p in powers])


def _scale(look: Look) -> list[list[Any]]:
    return [[i / (len(look.heights) - 1), color] for i, color in enumerate(look.heights)]


def _bar(ticks: tuple[list[float], list[str]], look: Look) -> dict[str, Any]:
    small = {"color": look.ink, "size": SMALL}
    return {
        "title": {"text": "loss", "font": small}, "tickvals": ticks[0], "ticktext": ticks[1],
        "tickfont": small, "thickness": 10, "outlinewidth": 0,
    }  # fmt: skip
