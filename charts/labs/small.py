"""A figure as a small picture without letters, for an index: one SVG without a script."""

from __future__ import annotations

from base64 import b64decode, b64encode
from html import escape
from io import BytesIO
from typing import Any

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from charts.look import LIGHT, Look
from charts.symbols import LANDSCAPE, RUNS
from charts.thumbnail import HEIGHT, WIDTH
from landscapes import Array

_PATHS = {one.plotly: one.path for one in (*RUNS.values(), *LANDSCAPE.values())}
_EDGE = 14.0
"""Pixels between the picture's edge and its axes."""


def small(figure: go.Figure, label: str, look: Look = LIGHT) -> str:
    """Lines, markers, images and heat maps of a figure in place; its axes as two strokes.

    Raises
    ------
    ValueError
        If there is anything else in it, or an axis has no range.
    """
    across, up = _Axis(figure.layout.xaxis, WIDTH, False), _Axis(figure.layout.yaxis, HEIGHT, True)
    drawn = "".join(_trace(trace, across, up, look) for trace in figure.data)
    left, bottom = _EDGE, HEIGHT - _EDGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f'<title>{escape(label)}</title><rect width="{WIDTH}" height="{HEIGHT}" fill="{look.paper}"/>'
        f'<clipPath id="inside"><rect x="{left}" y="{_EDGE}" width="{WIDTH - 2 * _EDGE}" '
        f'height="{HEIGHT - 2 * _EDGE}"/></clipPath><g clip-path="url(#inside)">{drawn}</g>'
        f'<path d="M{left} {_EDGE}V{bottom}H{WIDTH - _EDGE}" fill="none" stroke="{look.ink}"/></svg>'
    )


class _Axis:
    """Values of an axis as pixels."""

    def __init__(self, axis: Any, length: float, up: bool) -> None:
        if axis.range is None:
            raise ValueError("A small picture needs axes with a range.")
        self._range, self._log = tuple(map(float, axis.range)), axis.type == "log"
        self._ends = (length - _EDGE, _EDGE) if up else (_EDGE, length - _EDGE)

    def __call__(self, values: Any) -> Array:
        numbers = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
        with np.errstate(all="ignore"):
            numbers = np.log10(numbers) if self._log else numbers
        (low, high), (first, last) = self._range, self._ends
        pixels: Array = first + (numbers - low) / (high - low) * (last - first)
        return np.clip(pixels, -1e4, 1e4)


def _trace(trace: Any, across: _Axis, up: _Axis, look: Look) -> str:
    if trace.type == "scatter":
        return _scatter(trace, across, up, look)
    if trace.type == "image":
        x0, y0, dx, dy = trace.x0, trace.y0, trace.dx, trace.dy
        with Image.open(BytesIO(_bytes(trace.source))) as image:
            columns, rows = image.size
        xs, ys = (x0 - dx / 2, x0 + (columns - 0.5) * dx), (y0 - dy / 2, y0 + (rows - 0.5) * dy)
        return _placed(trace.source, xs, ys, across, up)
    if trace.type == "heatmap":
        if trace.zmin is None:  # it is there to be asked, not to be seen
            return ""
        return _placed(_painted(trace), _ends(trace.x), _ends(trace.y), across, up)
    raise ValueError(f"A small picture cannot show {trace.type}.")


def _scatter(trace: Any, across: _Axis, up: _Axis, look: Look) -> str:
    if trace.x is None or trace.y is None or any(isinstance(v, str) for v in (*trace.x, *trace.y)):
        return ""
    x, y = across(trace.x), up(trace.y)
    seen, drawn = np.isfinite(x) & np.isfinite(y), ""
    if "lines" in (trace.mode or "lines"):
        path, pen = [], "M"
        for px, py, there in zip(x, y, seen, strict=True):
            path += [f"{pen}{px:.1f} {py:.1f}"] if there else []
            pen = "L" if there else "M"
        color, dash = trace.line.color or look.ink, (trace.line.dash or "solid").replace("px", "")
        dashes = "" if dash == "solid" else f' stroke-dasharray="{dash}"'
        drawn = f'<path d="{"".join(path)}" fill="none" stroke="{color}" stroke-width="2.5"{dashes}/>'
    if "markers" in (trace.mode or ""):
        color, edge = trace.marker.color, trace.marker.line.color
        shape = _PATHS.get(trace.marker.symbol, RUNS["circle"].path)
        for px, py in zip(x[seen], y[seen], strict=True):
            stroke = f' stroke="{edge}" stroke-width=".3"' if edge else ""
            fill = color if isinstance(color, str) else look.ink
            place = f"translate({px:.1f} {py:.1f}) scale(2.5)"
            drawn += f'<path d="{shape}" transform="{place}" fill="{fill}"{stroke}/>'
    return drawn


def _placed(source: str, xs: tuple[float, float], ys: tuple[float, float], across: _Axis, up: _Axis) -> str:
    """An image whose first row lies at the first y."""
    (left, right), (first, last) = across(xs), up(ys)
    place = f"translate({left:.1f} {first:.1f}) scale({right - left:.1f} {last - first:.1f})"
    sharp = 'preserveAspectRatio="none" style="image-rendering:pixelated"'
    return f'<image href="{source}" width="1" height="1" {sharp} transform="{place}"/>'


def _ends(middles: Any) -> tuple[float, float]:
    """The outer edges of cells with these middles, which lie evenly on some scale."""
    m = np.asarray(middles, dtype=np.float64)
    if m[0] > 0.0 and np.ptp(np.diff(np.log(m))) < np.ptp(np.diff(m)) / np.abs(m).max():
        return float(m[0] * np.sqrt(m[0] / m[1])), float(m[-1] * np.sqrt(m[-1] / m[-2]))
    return float(m[0] - (m[1] - m[0]) / 2), float(m[-1] + (m[-1] - m[-2]) / 2)


def _painted(trace: Any) -> str:
    """A heat map's cells as an image; clear where there is no number."""
    z = np.asarray(trace.z, dtype=np.float64)
    stops = np.array([stop for stop, _ in trace.colorscale])
    colors = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for _, c in trace.colorscale])
    low, high = float(trace.zmin), float(trace.zmax)
    share = np.clip((z - low) / (high - low), 0.0, 1.0)
    pixels = np.zeros((*z.shape, 4), dtype=np.uint8)
    for channel in range(3):
        pixels[..., channel] = np.nan_to_num(np.interp(share, stops, colors[:, channel]))
    opacity = 1.0 if trace.opacity is None else trace.opacity
    pixels[..., 3] = np.where(np.isfinite(z), round(255 * opacity), 0)
    with BytesIO() as written:
        Image.fromarray(pixels).save(written, "png")
        return f"data:image/png;base64,{b64encode(written.getvalue()).decode()}"


def _bytes(source: str) -> bytes:
    return b64decode(source.partition(",")[2])
