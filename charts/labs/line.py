"""One weight: the axes of a curve and its colours, what a step leaves of an error, and a small picture."""

from __future__ import annotations

from html import escape

import numpy as np
import plotly.graph_objects as go

from charts.facts import Axis
from charts.labs.curves import SMALL, Scale, curves, line, mark, scaled, theory
from charts.look import LIGHT, Look
from charts.numbers import number
from charts.outcomes import shade
from charts.symbols import LANDSCAPE
from charts.thumbnail import HEIGHT, WIDTH
from landscapes import Array, Landscape
from optimizers.studies.line import valleys

_VALLEYS = ("#E3B23C", "#6A8FB5", "#B07AA1", "#7FA650", "#C97B5A", "#5AA7A7", "#9A8C5F", "#8480C0")
"""Of the minima, one after the other along the line; none is a run's."""
_WAY = 0.6
"""How much paler a start is that has not arrived yet."""
_HIGHEST = 20.0
"""A curve is shown to so many times the height that nine tenths of it keep below."""


def curve_axes(surface: Landscape, runs: int = 1) -> tuple[Axis, Axis]:
    """The axes on which a curve is drawn, with room below it for a line of fates for each of the runs."""
    (low, high), name = surface.window[0], surface.axes[0]
    x = np.linspace(low, high, 401)
    f = surface.value(np.stack([x, np.zeros_like(x)], axis=-1))
    f = f[np.isfinite(f)]
    bottom, most = float(f.min()), float(np.quantile(f, 0.9))
    top = min(float(f.max()), bottom + _HIGHEST * ((most - bottom) or 1.0))
    room = (top - bottom) or 1.0
    heights = Axis(bottom - (0.1 + 0.06 * runs) * room, top + 0.06 * room, False, f"loss f({name})")
    return Axis(low, high, False, f"weight {name}"), heights


def fate_colors(count: int, look: Look = LIGHT) -> list[str]:
    """The colours of the codes of ``Fates`` with so many valleys."""
    colors = [_VALLEYS[i % len(_VALLEYS)] for i in range(count)]
    pairs = ((color, shade(color, look.paper, _WAY)) for color in colors)
    return [look.ink, look.faint, *(one for pair in pairs for one in pair)]


def step_factor(rates: Array, factors: Array, curvature: float, look: Look = LIGHT) -> go.Figure:
    """What one step leaves of an error against η, measured beside 1 − ηλ, and the three names of a rate."""
    high = float(rates[-1])
    across = Scale("learning rate η", low=0.0, high=high)
    figure = curves(across, Scale("error left by one step", low=-2.0, high=1.0), look)
    theory(figure, [0.0, high], [1.0, 1.0 - high * curvature], "theory: 1 − ηλ", look)
    line(figure, rates, factors, "measured", look.runs[0])
    figure.data[-1].update(mode="markers")
    for at, text, side in ((1.0, "1/λ", "left"), (2.0, "2/λ", "left")):
        mark(figure, at / curvature, f"{text} = {number(at / curvature, 3)}", look, side)
    # Each where the line is not.
    for place, (name, height) in enumerate((("monotone", -1.7), ("oscillating", -1.7), ("diverging", 0.4))):
        figure.add_annotation(
            x=(place + 0.5) / curvature, y=height, text=name, showarrow=False,
            font={"size": SMALL + 1, "color": look.ink},
        )  # fmt: skip
    return scaled(figure)


def curve_thumbnail(surface: Landscape, label: str, path: Array, look: Look = LIGHT) -> str:
    """The curve, and the points (n,) of a run on it, as a small SVG."""
    across, up = curve_axes(surface)

    def pixels(x: Array) -> Array:
        f = surface.value(np.stack([x, np.zeros_like(x)], axis=-1))
        right = (x - across.low) / (across.high - across.low) * WIDTH
        down = (1.0 - (f - up.low) / (up.high - up.low)) * HEIGHT
        seen = np.isfinite(down) & (down > -HEIGHT)
        return np.stack([right, down], axis=-1)[seen]

    def drawn(places: Array) -> str:
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)

    color, steps = look.colors[0], pixels(path)
    stars = pixels(np.array([valley.minimum for valley in valleys(surface)]))
    star = LANDSCAPE["minimum"].path
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(label)}</title>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{look.heights[-1 if look is LIGHT else 0]}"/>'
        f'<path d="{drawn(pixels(np.linspace(across.low, across.high, 121)))}" fill="none" '
        f'stroke="{look.ink}" stroke-width="2.5"/>'
        f'<path d="{drawn(steps)}" fill="none" stroke="{color}" stroke-width="1.5"/>'
        + "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"/>' for x, y in steps)
        + "".join(
            f'<path d="{star}" transform="translate({x:.1f} {y:.1f}) scale(7)" fill="{look.paper}" '
            f'stroke="{look.ink}" stroke-width=".25"/>'
            for x, y in stars
        )
        + "</svg>"
    )
