"""What the labs' curves share: axes with a scale, runs and theory as lines, marks with a name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from charts.figures import decades, plain_axis, plain_page
from charts.look import Look, RunStyle
from charts.numbers import number
from charts.symbols import RUNS
from landscapes import Array

SMALL = 13
"""Pixels of the smallest letters: they are read from the third row."""


class Scale(NamedTuple):
    """An axis: what it shows, whether by its logarithm, and its range where the numbers do not decide it."""

    title: str
    logarithmic: bool = False
    low: float | None = None
    high: float | None = None


def curves(x: Scale, y: Scale, look: Look, height: int = 360) -> go.Figure:
    """An empty picture with these axes and a legend above it."""
    layout = plain_page(look) | {
        "margin": {"l": 64, "r": 16, "t": 48, "b": 52},
        "height": height,
        "dragmode": False,
        "legend": {
            "orientation": "h", "x": 0.0, "y": 1.02, "yanchor": "bottom", "font": {"size": SMALL},
            "bgcolor": "rgba(0, 0, 0, 0)",
        },
        "xaxis": plain_axis(look, x.title),
        "yaxis": plain_axis(look, y.title),
        "meta": {"x": x._asdict(), "y": y._asdict()},
    }  # fmt: skip
    return go.Figure(layout=layout)


def line(
    figure: go.Figure, x: ArrayLike, y: ArrayLike, name: str, style: RunStyle, points: bool = True
) -> None:
    """What was measured: a line in a run's style, with its marker at every point that was run."""
    figure.add_scatter(
        x=x, y=y, name=name, mode="lines+markers" if points else "lines",
        line={"color": style.color, "width": 2.5, "dash": style.dash},
        marker={"symbol": RUNS[style.marker].plotly, "size": 8, "color": style.color},
    )  # fmt: skip


def theory(
    figure: go.Figure, x: ArrayLike, y: ArrayLike, name: str, look: Look, dash: str = "2px,3px"
) -> None:
    """What theory says: a thin line in ink, beside what was measured."""
    figure.add_scatter(
        x=x, y=y, name=name, mode="lines", line={"color": look.ink, "width": 1.5, "dash": dash}
    )


def mark(figure: go.Figure, at: float, text: str, look: Look, side: str = "left") -> None:
    """A place on the horizontal axis with its name, whose ``side`` touches the line."""
    logarithmic = figure.layout.meta["x"]["logarithmic"]
    figure.add_shape(
        type="line", x0=at, x1=at, y0=0, y1=1, yref="paper",
        line={"color": look.ink, "width": 1.5, "dash": "6px,4px"},
    )  # fmt: skip
    figure.add_annotation(
        x=math.log10(at) if logarithmic else at, y=1, yref="paper", text=text, showarrow=False,
        xanchor=side, yanchor="top", xshift=3 if side == "left" else -3,
        font={"size": SMALL, "color": look.ink},
    )  # fmt: skip


def scaled(figure: go.Figure) -> go.Figure:
    """The picture with ranges that hold all of its lines; powers of ten are written by hand."""
    for name in ("x", "y"):
        scale = Scale(**figure.layout.meta[name])
        axis: dict[str, Any] = {}
        low, high = _range(scale, [getattr(trace, name) for trace in figure.data])
        room = 0.03 * (high - low)
        if scale.logarithmic:
            axis = {"type": "log", **decades(low, high)}
            if high - low < 2.0:
                axis |= _between(low, high)
        figure.update_layout({f"{name}axis": {"range": [low - room, high + room], **axis}})
    figure.layout.meta = None
    return figure


def _range(scale: Scale, columns: Sequence[Any]) -> tuple[float, float]:
    """The range, in decades on a log axis."""
    values: Array = np.concatenate([np.zeros(0), *(np.asarray(one, dtype=np.float64) for one in columns)])
    values = values[np.isfinite(values)]
    if scale.logarithmic:
        values = np.log10(values[values > 0.0])
    ends = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    given = [None if e is None else math.log10(e) if scale.logarithmic else e for e in scale[2:]]
    low, high = (e if g is None else g for e, g in zip(ends, given, strict=True))
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def compact(figure: go.Figure, *, named: bool = True, heading: str = "") -> go.Figure:
    """The same picture for a small place: the legend a line lower, above it the vertical axis or a heading.

    It has no legend where its lines are not to be ``named``, since what stands beside it names them.
    """
    drawn = go.Figure(figure)
    several = sum(getattr(trace, "showlegend", False) is not False for trace in drawn.data) > 1
    shown = named and (several or drawn.layout.showlegend is True)
    text = heading or drawn.layout.yaxis.title.text
    title = {"text": text, "x": 0.0, "pad": {"l": 10}, "y": 1.0, "yanchor": "top"}
    drawn.update_layout(
        title=title | {"font": {"size": 15}},
        margin={"l": 52, "r": 12, "t": 48 if shown else 26, "b": 48},
        showlegend=shown,
        legend={"x": -0.08, "y": 1.0, "entrywidth": 0, "font": {"size": SMALL}},
        yaxis={"title": {"text": drawn.layout.yaxis.title.text if heading else ""}},
        height=None,
    )
    return drawn


def _between(low: float, high: float) -> dict[str, Any]:
    """Ticks at 1, 2 and 5 of every decade, where there are too few decades to go by."""
    places = [m * 10.0**d for d in range(math.floor(low), math.ceil(high) + 1) for m in (1, 2, 5)]
    return {"tickvals": places, "ticktext": [number(place) for place in places]}
