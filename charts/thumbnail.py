"""A small picture of a run: contours and a path that draws itself, as one SVG without a script."""

from __future__ import annotations

from html import escape

import numpy as np
from contourpy import LineType, contour_generator

from charts.facts import relief
from charts.look import LIGHT, Look
from landscapes import Array, Landscape

WIDTH, HEIGHT = 300, 220
_LEVELS = 12
_SAMPLES = 60
_SECONDS = 5
_MARGIN = 0.5
"""Windows beyond the edge up to which a path is still drawn."""


def thumbnail(surface: Landscape, points: Array, label: str, look: Look = LIGHT) -> str:
    """The surface's contours and a path of points (n, 2); the head moves at the pace of the steps."""
    r = relief(surface, 61)
    spread = np.linspace(np.nanmin(r.height), np.nanmax(r.height), _LEVELS + 2)[1:-1]
    generator = contour_generator(r.x, r.y, np.ma.masked_invalid(r.height), line_type=LineType.Separate)
    lines = [np.asarray(line) for level in spread for line in generator.lines(level)]
    curves = [_path(_pixels(surface, line)) for line in lines]
    known = "".join(
        f'<text x="{x:.1f}" y="{y:.1f}" class="star">★</text>'
        for x, y in _pixels(surface, np.array(surface.minimizers).reshape(-1, 2))
    )
    color = look.colors[0]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(label)}</title>"
        f"<style>.star{{font-size:15px;text-anchor:middle;dominant-baseline:central;fill:{look.ink}}}</style>"
        f'<rect width="100%" height="100%" fill="{look.heights[-1]}"/>'
        f'<path d="{"".join(curves)}" fill="none" stroke="{look.contour}"/>{known}'
        f"{_run(_pixels(surface, _drawable(surface, points)), color, look)}</svg>"
    )


def _run(pixels: Array, color: str, look: Look) -> str:
    start, end = pixels[0], pixels[-1]
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(pixels, axis=0).T))])
    shares = lengths / lengths[-1] if lengths[-1] > 0.0 else np.linspace(0.0, 1.0, len(lengths))
    at = np.unique(np.linspace(0, len(pixels) - 1, _SAMPLES).round().astype(int))
    times = ";".join(f"{t:.3f}" for t in np.append(np.linspace(0.0, 0.8, len(at)), 1.0))
    places = [f"{share:.4f}" for share in (*shares[at], 1.0)]
    timing = f'dur="{_SECONDS}s" repeatCount="indefinite" keyTimes="{times}"'
    path, offsets = _path(pixels), ";".join(f"{1.0 - float(place):.4f}" for place in places)
    ring = f'r="6" fill="none" stroke="{look.ink}" stroke-width="2.5"'
    line = f'pathLength="1" fill="none" stroke="{color}" stroke-width="2.5" stroke-linejoin="round"'
    growing = f'<animate attributeName="stroke-dashoffset" values="{offsets}" {timing}/>'
    moving = f'<animateMotion path="{path}" calcMode="linear" keyPoints="{";".join(places)}" {timing}/>'
    return (
        f'<circle cx="{start[0]:.1f}" cy="{start[1]:.1f}" {ring}/>'
        f'<path d="{path}" {line} stroke-dasharray="1">{growing}</path>'
        f'<circle r="5.5" fill="{color}" stroke="{look.halo}">{moving}</circle>'
        f'<circle cx="{end[0]:.1f}" cy="{end[1]:.1f}" r="2.5" fill="{color}"/>'
    )


def _drawable(surface: Landscape, points: Array) -> Array:
    """The path up to where it is lost, or too far out to be seen."""
    low, high = np.array(surface.window).T
    reach = _MARGIN * surface.spans
    with np.errstate(invalid="ignore"):
        seen = ((points >= low - reach) & (points <= high + reach)).all(axis=-1)
    last = len(points) if seen.all() else max(1, int(np.argmin(seen)))
    return points[:last]


def _pixels(surface: Landscape, points: Array) -> Array:
    low, high = np.array(surface.window).T
    shares = (points - low) / (high - low)
    pixels: Array = np.stack([shares[:, 0] * WIDTH, (1.0 - shares[:, 1]) * HEIGHT], axis=-1)
    return pixels


def _path(pixels: Array) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in pixels)
