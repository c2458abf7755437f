"""Slices of networks as figures: side by side on one scale of heights, and what a slice hides of a path."""

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
from landscapes import Array
from optimizers.studies.networks import Slices, TrainingPath

Named = tuple[str, Slices]
_LEVELS = 20


def contours(found: Sequence[Named], look: Look = LIGHT, resolution: int = 101) -> go.Figure:
    """Contour maps side by side, log₁₀ of the loss on one scale, each with the path of its training."""
    heights, low, high, ticks = _heights(found, resolution)
    figure = make_subplots(1, len(found), subplot_titles=_titles(found), horizontal_spacing=0.08)
    step = (high - low) / _LEVELS
    for k, ((_, one), (x, y, z)) in enumerate(zip(found, heights, strict=True), start=1):
        figure.add_trace(
            go.Contour(
                x=x, y=y, z=z, zmin=low, zmax=high, autocontour=False, hoverinfo="skip",
                contours={"start": low + step / 2, "end": high, "size": step}, colorscale=_scale(look),
                line={"color": look.contour, "width": 1}, showscale=k == len(found),
                colorbar=_bar(ticks, look),
            ),
            row=1, col=k,
        )  # fmt: skip
        style, path = look.runs[0], one.path
        figure.add_trace(
            go.Scatter(
                x=path.points[:, 0], y=path.points[:, 1], mode="lines+markers", showlegend=False,
                line={"color": style.color, "width": 2.5}, marker={"size": 4, "color": style.color},
                customdata=np.stack([path.steps, path.losses, path.shown], axis=-1),
                hovertemplate="step %{customdata[0]}<br>network's loss %{customdata[1]:.3g}<br>"
                "slice's loss %{customdata[2]:.3g}<extra></extra>",
            ),
            row=1, col=k,
        )  # fmt: skip
        square = {"scaleanchor": f"x{k}" if k > 1 else "x", "constrain": "domain", "range": [-1, 1]}
        figure.update_xaxes(plain_axis(look, "direction 1") | {"range": [-1, 1]}, row=1, col=k)
        figure.update_yaxes(plain_axis(look, "direction 2" if k == 1 else "") | square, row=1, col=k)
    figure.update_layout(**plain_page(look) | {"margin": {"l": 56, "r": 12, "t": 36, "b": 48}}, height=400)
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
        "aspectmode": "manual",
        "aspectratio": {"x": 1.0, "y": 1.0, "z": 0.7},
    }
    for k, ((_, one), (x, y, z)) in enumerate(zip(found, heights, strict=True), start=1):
        trace = go.Surface(x=x, y=y, z=z, cmin=low, cmax=high, colorscale=_scale(look), showscale=False)
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
