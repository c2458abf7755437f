"""Landscape and trajectories as Plotly figures: contour map, loss trace, gradient-norm trace."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import plotly
import plotly.graph_objects as go
from numpy.typing import NDArray

from charts.facts import (
    Axis,
    Exit,
    gradient_axis,
    gradient_norms,
    heights,
    learning_rates,
    left_map,
    loss_axis,
    marks,
    rate_axis,
)
from charts.look import LIGHT, Look, RunStyle
from charts.numbers import number, power_of_ten
from charts.relief import Relief, equal_scales, relief, relief_around
from charts.symbols import LANDSCAPE, RUNS, sign
from landscapes import Array, Landscape
from optimizers import Budget, Trajectory, clock


class Line(NamedTuple):
    """A run on a picture: its name, its style and its numbers."""

    label: str
    style: RunStyle
    trajectory: Trajectory


SCRIPTS = Path(plotly.__file__).parent / "package_data"
"""Where the plotly package keeps Plotly's browser code, ``plotly.min.js``."""

_SHORT = {0: "1", 1: "10"}
_FONT = 14
_SHORT_NAME = 3
"""Characters from which on a name does not fit beside the end of its axis."""
_FAMILY = '"Source Sans", sans-serif'


def empty_map(surface: Landscape, look: Look = LIGHT) -> go.Figure:
    """The contour map with its known minimizers and saddles, before any run.

    Where both axes have one scale, the picture may show more than the window; it never shows less.
    """
    (x_lo, x_hi), (y_lo, y_hi) = surface.window
    together = {"scaleanchor": "x", "constrain": "range"} if equal_scales(surface) else {}
    layout = plain_page(look) | {
        "margin": {"l": 52, "r": 12, "t": 30, "b": 48},
        "xaxis": {**plain_axis(look, surface.axes[0]), "range": [x_lo, x_hi]},
        "yaxis": {**plain_axis(look, surface.axes[1]), "range": [y_lo, y_hi], **together},
        "dragmode": "pan",
    }
    # With its layout from the start: to update one takes ten times as long.
    figure = go.Figure(_contours(relief_around(surface), look), layout)
    for name, points in marks(surface).items():
        figure.add_scatter(
            x=[p[0] for p in points], y=[p[1] for p in points], name=name, mode="markers",
            marker=_outlined(name, look), showlegend=False,
            text=[f"{name} ({number(a, 5)}, {number(b, 5)})" for a, b in points],
            hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    if not together:
        figure.add_annotation(
            text="axes scaled", x=1, y=1, xref="paper", yref="paper", xanchor="right", yanchor="bottom",
            showarrow=False, font={"size": 13, "color": look.ink},
        )  # fmt: skip
    return figure


def _outlined(name: str, look: Look) -> dict[str, Any]:
    line = {"width": 2, "color": look.ink}
    return {"symbol": sign(name).plotly, "size": 13, "color": look.paper, "line": line}


def bare_map(surface: Landscape, look: Look = LIGHT) -> go.Figure:
    """The contour map without its scale, which ``scale`` has, and with its axes named at their ends."""
    figure = empty_map(surface, look)
    figure.update_traces(showscale=False, selector={"type": "contour"})
    across, up = surface.axes
    short = len(up) < _SHORT_NAME
    layout, right = figure.layout, 24 if len(across) < _SHORT_NAME else 56
    layout.margin = {"l": (40 if short else 62) + _more_room(surface), "r": right, "t": 30, "b": 52}
    layout.xaxis.title.text, layout.yaxis.title.text = "", "" if short else up
    figure.update_annotations(yanchor="top")  # the legend stands above
    ends = [(across, {"x": 1, "y": 0, "xanchor": "left", "yanchor": "middle", "xshift": 4})]
    if short:
        ends.append(
            (up, {"x": 0, "y": 1, "xanchor": "right", "yanchor": "bottom", "xshift": -4, "yshift": 2})
        )
    for name, place in ends:
        figure.add_annotation(
            text=name, xref="paper", yref="paper", showarrow=False, font={"size": 15, "color": look.ink},
            **place,
        )  # fmt: skip
    return figure


def _more_room(surface: Landscape) -> int:
    """Pixels that the upward axis's numbers need besides; Plotly's own margins widen ranges at every zoom."""
    largest = max(map(abs, surface.window[1]))
    return 0 if 0.05 <= largest < 1000.0 else 28


def scale(surface: Landscape, look: Look = LIGHT) -> dict[str, Any]:
    """The colours of the map from low to high, and which loss stands at which share of the way."""
    r = relief(surface)
    low, high = r.span
    ticks = [
        [float((tick - low) / (high - low)), number(loss).removeprefix("1·")]
        for tick, loss in zip(r.ticks, r.losses, strict=True)
        if high > low
    ]
    return {"colors": look.heights, "ticks": ticks}


def contour_map(surface: Landscape, lines: Sequence[Line], look: Look = LIGHT) -> go.Figure:
    """The contour map with every path, its start, its end and the step at which it left the map."""
    figure = empty_map(surface, look)
    for line in lines:
        points, color = line.trajectory.points, line.style.color
        step = np.arange(len(points))
        figure.add_scatter(
            x=points[:, 0], y=points[:, 1], mode="lines", name=line.label,
            line={"color": color, "width": 2.5, "dash": line.style.dash},
            customdata=np.stack([step, line.trajectory.values], axis=-1),
            hovertemplate="step %{customdata[0]}<br>(%{x:.6g}, %{y:.6g})<br>loss %{customdata[1]:.6g}",
        )  # fmt: skip
        last = points[np.isfinite(points).all(axis=-1)][-1]
        marker = {
            "symbol": RUNS[line.style.marker].plotly,
            "size": 11,
            "color": color,
            "line": {"width": 1.5, "color": look.halo},
        }
        figure.add_scatter(
            x=[last[0]], y=[last[1]], mode="markers", marker=marker, showlegend=False, hoverinfo="skip",
        )  # fmt: skip
        gone = left_map(surface, line.trajectory)
        if gone is not None:
            figure.add_annotation(**_arrow(gone, color))
    starts = {tuple(line.trajectory.points[0]) for line in lines}
    marker = {"symbol": LANDSCAPE["start"].plotly, "size": 14, "color": look.ink, "line": {"width": 3}}
    figure.add_scatter(
        x=[p[0] for p in starts], y=[p[1] for p in starts], mode="markers", marker=marker, name="start",
        showlegend=False, hovertemplate="start (%{x:.6g}, %{y:.6g})<extra></extra>",
    )  # fmt: skip
    return figure


def bands(surface: Landscape, look: Look = LIGHT) -> dict[str, Any]:
    """How the map's heights are coloured, for a picture of them that is made without Plotly.

    A height is ±log₁₀(1 + |loss − ``lowest``|/``knee``), or the loss where there is no ``knee``. ``scale``
    spans ``low`` to ``high``; one colour reaches from contour to contour, which lie ``spacing`` apart.
    """
    r = relief_around(surface)
    (low, high), (first, last) = r.span, r.contours
    scale = {"low": low, "high": high, "lowest": r.lowest, "knee": r.knee, "scale": look.heights}
    return scale | {"first": first, "last": last, "spacing": r.spacing, "contour": look.contour}


def relief_3d(surface: Landscape, look: Look = LIGHT, resolution: int = 81) -> go.Figure:
    """The surface in three dimensions, with heights as the map has them."""
    r = relief(surface, resolution)
    scale = [[i / (len(look.heights) - 1), color] for i, color in enumerate(look.heights)]
    axis = {"color": look.ink, "gridcolor": look.faint, "backgroundcolor": look.paper}
    width, depth = surface.spans / surface.spans.max() if equal_scales(surface) else (1.0, 1.0)
    ticks = {"tickvals": r.ticks, "ticktext": [number(loss).removeprefix("1·") for loss in r.losses]}
    layout = plain_page(look) | {
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "height": 420,
        "scene": {
            "xaxis": axis | {"title": {"text": surface.axes[0]}},
            "yaxis": axis | {"title": {"text": surface.axes[1]}},
            "zaxis": axis | ticks | {"title": {"text": "loss"}},
            "aspectmode": "manual",
            "aspectratio": {"x": float(width), "y": float(depth), "z": 0.7},
        },
    }
    return go.Figure(go.Surface(x=r.x, y=r.y, z=r.height, colorscale=scale, showscale=False), layout)


def loss_trace(
    surface: Landscape, lines: Sequence[Line], look: Look = LIGHT, budget: Budget = Budget.STEPS
) -> go.Figure:
    """Loss against what is counted: above the known minimum on a log axis, linear where there is none."""
    traces = [heights(surface, line.trajectory) for line in lines]
    return _trace(lines, traces, loss_axis(surface, traces), look, budget)


def gradient_trace(lines: Sequence[Line], look: Look = LIGHT, budget: Budget = Budget.STEPS) -> go.Figure:
    """The length of the exact gradient against what is counted, on a log axis."""
    traces = [gradient_norms(line.trajectory) for line in lines]
    return _trace(lines, traces, gradient_axis(traces), look, budget)


def rate_trace(lines: Sequence[Line], look: Look = LIGHT) -> go.Figure:
    """The learning rate that led to every step, on a log axis."""
    traces = [learning_rates(line.trajectory) for line in lines]
    return _trace(lines, traces, rate_axis(traces), look)


def _trace(
    lines: Sequence[Line],
    traces: Sequence[Array],
    axis: Axis,
    look: Look,
    budget: Budget = Budget.STEPS,
) -> go.Figure:
    clocks = [clock(line.trajectory, budget) for line in lines]
    end = max((float(now[-1]) for now in clocks), default=1.0)
    figure = go.Figure(layout=trace_layout(axis, end, look, counted=budget.axis))
    for line, now, trace in zip(lines, clocks, traces, strict=True):
        figure.add_scatter(
            x=now,
            y=np.where(trace > 0.0, trace, np.nan) if axis.logarithmic else trace,
            mode="lines", name=line.label,
            line={"color": line.style.color, "width": 2.5, "dash": line.style.dash},
            hovertemplate=f"{budget.one} %{{x}}<br>" + axis.title + " %{y:.6g}",
        )  # fmt: skip
    return figure


def trace_layout(
    axis: Axis, end: float, look: Look = LIGHT, among: int = 2, counted: str = "step"
) -> dict[str, Any]:
    """The axes of a trace, as a Plotly layout; ``among`` so many pictures in a column they say less.

    What is ``counted`` goes from 0 to the ``end``.
    """
    low = among > 2
    margin = 0.03 * (axis.high - axis.low)  # a marker on the edge stays whole
    vertical = {
        **plain_axis(look, ""),
        "range": [axis.low - margin, axis.high + margin],
        "automargin": "left",
    }
    if axis.logarithmic:
        vertical |= {"type": "log", **decades(axis.low, axis.high, 3 if low else 5)}
    horizontal = {
        **plain_axis(look, "" if low else counted),
        "range": [0, (1 + 0.025 * look.scale) * end],  # here, too
    }
    if end < 10:
        horizontal["dtick"] = 1  # there is no step 0.2
    name = f"{axis.title} by {counted}" if low else axis.title
    font, pad = ({"size": 13}, {"l": 4}) if low else ({"size": 15}, {"l": 10})
    title = {"text": name, "x": 0.0, "pad": pad, "y": 1.0, "yanchor": "top", "font": font}
    margin_below = 8 if among > 3 else 24 if low else 48
    page = {**plain_page(look), "title": title, "margin": {"l": 52, "r": 12, "t": 26, "b": margin_below}}
    horizontal["showticklabels"] = among <= 3
    return {**page, "xaxis": horizontal, "yaxis": vertical, "showlegend": False}


def panel_layout(x: Axis, y: Axis, look: Look = LIGHT) -> dict[str, Any]:
    """The axes of a panel as a Plotly layout; the vertical axis is named above it, as a trace's is."""
    title = {"text": y.title, "x": 0.0, "pad": {"l": 10}, "y": 1.0, "yanchor": "top", "font": {"size": 15}}
    page = {**plain_page(look), "title": title, "margin": {"l": 52, "r": 12, "t": 26, "b": 48}}
    return {**page, "xaxis": _ranged(x, look, x.title), "yaxis": _ranged(y, look, ""), "showlegend": False}


def _ranged(axis: Axis, look: Look, title: str) -> dict[str, Any]:
    made = {**plain_axis(look, title), "range": [axis.low, axis.high]}
    return made | {"type": "log", **decades(axis.low, axis.high, 6)} if axis.logarithmic else made


def decades(low: float, high: float, most: int = 5) -> dict[str, Any]:
    """The ticks of a log axis from 10**low to 10**high, at powers of ten: about ``most`` of them."""
    every = max(1, math.ceil((high - low) / most))
    powers = range(math.ceil(low / every) * every, math.floor(high) + 1, every)
    # Plotly would write its own powers of ten larger than every other tick.
    text = [_SHORT.get(d, power_of_ten(d)) for d in powers]
    return {"tickvals": [10.0**d for d in powers], "ticktext": text}


def fit_layout(surface: Landscape, look: Look = LIGHT) -> dict[str, Any]:
    """The axes of the picture of a surface's training examples, as a Plotly layout."""
    assert surface.data is not None
    names, places = surface.data.view.axes, surface.examples[:, :2]
    low, high = places.min(axis=0), places.max(axis=0)
    margin = np.maximum(high - low, 1e-9) * (0.15, 0.15 if surface.data.view.line else 0.5)
    horizontal, vertical = (
        {**plain_axis(look, name), "range": [float(a), float(b)]}
        for name, a, b in zip(names, low - margin, high + margin, strict=True)
    )
    vertical["automargin"] = "left"
    title = {"text": "data and fit", "x": 0.0, "pad": {"l": 10}, "y": 1.0, "yanchor": "top"}
    page = {
        **plain_page(look),
        "title": title | {"font": {"size": 15}},
        "margin": {"l": 52, "r": 12, "t": 26, "b": 48},
    }
    return {**page, "xaxis": horizontal, "yaxis": vertical, "showlegend": False}


def _contours(r: Relief, look: Look) -> go.Contour:
    (low, high), (first, last) = r.span, r.contours
    small = {"color": look.ink, "size": 13}
    return go.Contour(
        x=r.x,
        y=r.y,
        z=_single(np.clip(r.height, first - r.spacing, last + r.spacing), high - low),
        zmin=low,
        zmax=high,
        autocontour=False,
        contours={"start": first, "end": last + r.spacing / 4, "size": r.spacing},
        colorscale=[[i / (len(look.heights) - 1), color] for i, color in enumerate(look.heights)],
        line={"color": look.contour, "width": 1, "smoothing": 0.6},
        colorbar={
            "title": {"text": "loss", "font": small},
            "tickvals": r.ticks,
            "ticktext": [number(loss).removeprefix("1·") for loss in r.losses],
            "tickfont": small,
            "thickness": 10,
            "len": 0.9,
            "xpad": 4,
            "outlinewidth": 0,
        },
        hoverinfo="skip",
    )


def _single(height: Array, span: float) -> Array | NDArray[np.float32]:
    """The heights in half the bytes, unless that would show: too large, too small, or too far from 0."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        single = height.astype(np.float32)
        off = np.abs(single - height)
    return single if np.all(off[np.isfinite(height)] <= 1e-3 * span) else height


def _arrow(gone: Exit, color: str) -> dict[str, Any]:
    dx, dy = gone.direction
    return {
        "x": gone.edge[0], "y": gone.edge[1], "ax": -30 * dx, "ay": 30 * dy, "text": f"left at {gone.step}",
        "arrowcolor": color, "arrowwidth": 2.5, "arrowhead": 2, "font": {"color": color, "size": 13},
    }  # fmt: skip


def plain_page(look: Look) -> dict[str, Any]:
    """Paper, ink and type of every picture, as a Plotly layout."""
    return {
        "paper_bgcolor": look.paper,
        "plot_bgcolor": look.paper,
        "font": {"color": look.ink, "size": _FONT, "family": _FAMILY},
        "margin": {"l": 52, "r": 12, "t": 8, "b": 48},
    }


def plain_axis(look: Look, title: str) -> dict[str, Any]:
    """An axis with this title, as Plotly has it."""
    return {
        "title": {"text": title, "standoff": 8, "font": {"size": _FONT}},
        "color": look.ink,
        "gridcolor": look.faint,
        "zeroline": False,
        "linecolor": look.ink,
        "ticks": "outside",
        "ticklen": 4,
        "exponentformat": "power",
    }
