"""Basins as figures: where each start ends and how soon, where two rules differ, which finds the most."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from PIL import Image

from charts.figures import plain_axis, plain_page
from charts.labs.curves import SMALL
from charts.look import LIGHT, Look, RunStyle
from charts.numbers import number
from charts.outcomes import KINDS
from charts.relief import equal_scales
from charts.symbols import RUNS, sign
from landscapes import Array, Landscape
from optimizers import Kind
from optimizers.studies.attraction import Agreement, Attraction
from optimizers.studies.folklore import Finding

_SHADE = 0.72
"""How far the colour of a start that needs the longest way is paled towards the paper."""
_NUMBERED = 12
"""Minima that get a number on the map; of more the numbers would hide the map."""


def attraction_map(found: Attraction, look: Look = LIGHT) -> go.Figure:
    """Each start in the colour of the minimum it came to, paler the more steps it needed.

    Every minimum has its number too. Starts that came to none are grey: darker at a saddle, else light.
    """
    basins, colors = found.basins, [style.color for style in look.runs]
    arrived = found.needed[found.needed >= 0]
    longest = max(float(np.quantile(arrived, 0.98)), 1.0) if arrived.size else 1.0  # ridges pale all else
    share = np.clip(found.needed / longest, 0.0, 1.0)[..., None]
    palette = np.array([rgb(colors[i % len(colors)]) for i in range(max(1, len(basins.minima)))])
    pale = rgb(look.paper) * _SHADE * share + palette[basins.basin] * (1.0 - _SHADE * share)
    saddle = (basins.kinds == Kind.SADDLE)[..., None]
    none = np.where(saddle, (rgb(look.ink) + rgb(look.paper)) / 2, rgb(look.faint))
    colored = np.where(basins.basin[..., None] >= 0, pale, none)
    figure = painted(basins.surface, basins.x, basins.y, colored, look)
    low, high = basins.surface.window[1]
    for i, (x, y) in enumerate(basins.minima[:_NUMBERED]):
        inside = "bottom right" if y > low + 0.8 * (high - low) else "top right"
        figure.add_scatter(
            x=[x], y=[y], mode="markers+text", text=[str(i + 1)], textposition=inside,
            textfont={"size": 15, "color": look.ink}, showlegend=False,
            marker={"symbol": sign("minimum").plotly, "size": 12, "color": look.paper,
                    "line": {"width": 2, "color": look.ink}},
            hovertemplate=f"minimum {i + 1}: ({number(x, 5)}, {number(y, 5)})<extra></extra>",
        )  # fmt: skip
    return figure


def difference_map(
    surface: Landscape,
    x: Array,
    y: Array,
    codes: Array,
    look: Look = LIGHT,
    rules: tuple[str, str] = ("the first", "the second"),
    styles: tuple[RunStyle, RunStyle] | None = None,
) -> go.Figure:
    """Where two rules end differently, by the codes of ``Agreement``; each has its own sign in the legend.

    Where one rule alone finds a minimum it is in that rule's style, else in those of the first two runs.
    """
    one, other = styles or look.runs[:2]
    differ = KINDS[Kind.OSCILLATING]
    names = ("same", "different minima", *(f"only {rule} finds one" for rule in rules))
    palette = np.array([rgb(look.faint), rgb(differ.color), rgb(one.color), rgb(other.color)])
    figure = painted(surface, x, y, palette[codes], look)
    taken = [differ.sign, one.marker, other.marker]
    markers = [RUNS[name] for name in (next(sign for sign in RUNS if sign not in taken), *taken)]
    for code in Agreement:
        if not (share := float(np.mean(codes == code))):
            continue
        color = f"rgb({', '.join(str(round(part)) for part in palette[code])})"
        figure.add_scatter(
            x=[None], y=[None], mode="markers", name=f"{names[code]}: {100 * share:.3g} %",
            marker={"symbol": markers[code].plotly, "size": 11, "color": color,
                    "line": {"width": 1, "color": look.ink}},
        )  # fmt: skip
    figure.update_layout(
        showlegend=True, margin={"l": 52, "r": 12, "t": 64, "b": 48},
        legend={"orientation": "h", "x": 0.0, "y": 1.02, "yanchor": "bottom", "font": {"size": SMALL}},
    )  # fmt: skip
    return figure


def folklore(found: Sequence[Finding], look: Look = LIGHT) -> go.Figure:
    """The share of starts that came to the global minimum, with its 95 % interval, one row a contender."""
    figure = go.Figure()
    for one, style in zip(found, look.runs, strict=False):
        ahead, behind = 100 * (one.high - one.share), 100 * (one.share - one.low)
        name = one.contender.name
        figure.add_scatter(
            x=[100 * one.share], y=[name], mode="markers", showlegend=False,
            error_x={"type": "data", "array": [ahead], "arrayminus": [behind], "color": style.color,
                     "thickness": 2.5, "width": 7},
            marker={"symbol": RUNS[style.marker].plotly, "size": 12, "color": style.color},
            hovertemplate=f"{name}: %{{x:.3g}} % of {one.starts:,} starts<extra></extra>",
        )  # fmt: skip
    horizontal = {**plain_axis(look, "starts that reach the global minimum, %"), "range": [-2, 102]}
    figure.update_layout(
        **plain_page(look) | {"margin": {"l": 150, "r": 16, "t": 8, "b": 52}},
        height=110 + 42 * len(found),
        xaxis=horizontal,
        yaxis={**plain_axis(look, ""), "autorange": "reversed"},
    )
    return figure


def painted(surface: Landscape, x: Array, y: Array, colors: Array, look: Look) -> go.Figure:
    """A map made of colours (m, n, 3), 0 to 255, row by row in y, over the window with its axes."""
    (x_lo, x_hi), (y_lo, y_hi) = surface.window
    image = go.Image(
        source=_png(np.round(colors).astype(np.uint8)), x0=x[0], dx=(x[-1] - x[0]) / (len(x) - 1),
        y0=y[0], dy=(y[-1] - y[0]) / (len(y) - 1), hoverinfo="skip",
    )  # fmt: skip
    together: dict[str, Any] = {"scaleanchor": "x", "constrain": "domain"}
    if not equal_scales(surface):
        together = {"scaleanchor": False}  # an image would set it by itself
    layout = plain_page(look) | {
        "xaxis": {**plain_axis(look, surface.axes[0]), "range": [x_lo, x_hi], "constrain": "domain"},
        "yaxis": {**plain_axis(look, surface.axes[1]), "range": [y_lo, y_hi], **together},
    }
    return go.Figure(image, layout)


def _png(pixels: NDArray[np.uint8]) -> str:
    """The picture as a data address: a tenth of what its numbers would take."""
    with BytesIO() as written:
        Image.fromarray(pixels).save(written, "png")
        return f"data:image/png;base64,{b64encode(written.getvalue()).decode()}"


def rgb(color: str) -> Array:
    """A colour such as #0072B2 as three numbers from 0 to 255."""
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float64)
