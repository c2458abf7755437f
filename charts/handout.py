"""The whole picture as one figure to take along: the map, and beside it loss and gradient norm."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go
import plotly.io

from charts.figures import Line, contour_map, gradient_trace, loss_trace, plain_page
from charts.look import LIGHT, Look
from landscapes import Landscape
from optimizers import Budget

WIDTH, HEIGHT = 1280, 720
"""Pixels of the figure as an image."""

_MAP = (0.0, 0.56)
_BESIDE = (0.7, 1.0)
_ROWS = ((0.58, 1.0), (0.0, 0.42))


def handout(
    surface: Landscape, lines: Sequence[Line], look: Look = LIGHT, budget: Budget = Budget.STEPS
) -> go.Figure:
    """``contour_map`` with ``loss_trace`` and ``gradient_trace`` beside it, under one title."""
    plane = contour_map(surface, lines, look)
    figure = go.Figure(plane.data, plane.layout)
    figure.update_layout(
        **plain_page(look) | {"margin": {"l": 64, "r": 24, "t": 64, "b": 64}},
        title={"text": escape(surface.name), "x": 0.02, "font": {"size": 20}},
        legend={"orientation": "h", "y": -0.1, "font": {"size": 15}},
        xaxis_domain=_MAP,
    )
    figure.data[0].colorbar.update(x=_MAP[1] + 0.01, xanchor="left")
    beside = (loss_trace(surface, lines, look, budget), gradient_trace(lines, look, budget))
    for n, (trace, rows) in enumerate(zip(beside, _ROWS, strict=True), start=2):
        for one in trace.data:
            figure.add_trace(one.update(xaxis=f"x{n}", yaxis=f"y{n}", showlegend=False))
        across, up = trace.layout.xaxis, trace.layout.yaxis
        figure.update_layout(
            {
                f"xaxis{n}": {**across.to_plotly_json(), "domain": _BESIDE, "anchor": f"y{n}"},
                f"yaxis{n}": {**up.to_plotly_json(), "domain": rows, "anchor": f"x{n}"},
            }
        )
        figure.add_annotation(
            text=trace.layout.title.text, x=_BESIDE[0], y=rows[1], xref="paper", yref="paper",
            xanchor="left", yanchor="bottom", showarrow=False, font={"size": 15},
        )  # fmt: skip
    return figure


def page(figure: go.Figure) -> str:
    """The figure as a page of its own that needs no network: Plotly's code is in it."""
    made: str = plotly.io.to_html(
        figure, include_plotlyjs=True, full_html=True, config={"displaylogo": False, "responsive": True}
    )
    return made
