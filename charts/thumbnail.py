"""A small picture of a surface, and of a start or a run that draws itself on it: one SVG, no script."""

from __future__ import annotations

from html import escape

import numpy as np
from contourpy import FillType, LineType, contour_generator

from charts.look import LIGHT, Look
from charts.relief import picture, relief_around
from charts.symbols import LANDSCAPE
from landscapes import Array, Landscape, Point
from landscapes.once import once

WIDTH, HEIGHT = 300, 220
_SHAPE = WIDTH / HEIGHT
_GRID = 61
_LINES_A_BAND = 2
_PLACES = 60
"""Points of time at which the moving head's place is given."""
_SECONDS = 5
_MARGIN = 0.5
"""Windows beyond the edge up to which a path is still drawn."""


def thumbnail(surface: Landscape, label: str, points: Array | None = None, look: Look = LIGHT) -> str:
    """The surface's contours and, if given, a path of points (n, 2) whose head moves at the pace of steps."""
    path = "" if points is None else _run(_pixels(surface, _drawable(surface, points)), look)
    return _picture(surface, label, path, look)


def beginning(surface: Landscape, label: str, start: Point, look: Look = LIGHT) -> str:
    """The surface's contours and minima, and where runs start."""
    ((x, y),) = _pixels(surface, np.array([start]))
    path = LANDSCAPE["start"].path
    mark = f'<path d="{path}" class="start" transform="translate({x:.1f} {y:.1f}) scale(8)"/>'
    return _picture(surface, label, mark, look)


def _picture(surface: Landscape, label: str, drawn: str, look: Look) -> str:
    """What is drawn on the surface, over its contours and minima."""
    star = LANDSCAPE["minimum"].path
    known = "".join(
        f'<path d="{star}" class="minimum" transform="translate({x:.1f} {y:.1f}) scale(7)"/>'
        for x, y in _pixels(surface, np.array(surface.minimizers).reshape(-1, 2))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(label)}</title>"
        f"<style>.minimum,.start{{fill:{look.paper};stroke:{look.ink};stroke-width:.25}}</style>"
        f"{_ground(surface, look)}{known}{drawn}</svg>"
    )


@once()
def _ground(surface: Landscape, look: Look) -> str:
    r = relief_around(surface, (_SHAPE, _SHAPE), _GRID**2)
    bands = len(look.heights)
    edges = np.linspace(*r.span, bands * _LINES_A_BAND + 1)
    generator = contour_generator(
        r.x,
        r.y,
        np.ma.masked_invalid(r.height),
        line_type=LineType.Separate,
        fill_type=FillType.OuterOffset,
    )
    floors = [-np.inf, *edges[_LINES_A_BAND:-1:_LINES_A_BAND], np.inf]
    areas = []
    for low, high, color in zip(floors[:-1], floors[1:], look.heights, strict=True):
        rings = [
            _path(_pixels(surface, np.asarray(ring))) + "Z"
            for outline, at in zip(*generator.filled(low, high), strict=True)
            for ring in np.split(np.asarray(outline), np.asarray(at)[1:-1])
        ]
        areas.append(f'<path d="{"".join(rings)}" fill="{color}" fill-rule="evenodd"/>')
    lines = [_path(_pixels(surface, np.asarray(line))) for z in edges[1:-1] for line in generator.lines(z)]
    return f'{"".join(areas)}<path d="{"".join(lines)}" fill="none" stroke="{look.contour}"/>'


def _run(pixels: Array, look: Look) -> str:
    color, start, end = look.colors[0], pixels[0], pixels[-1]
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(pixels, axis=0).T))])
    shares = lengths / lengths[-1] if lengths[-1] > 0.0 else np.linspace(0.0, 1.0, len(lengths))
    at = np.unique(np.linspace(0, len(pixels) - 1, _PLACES).round().astype(int))
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
    low, high = np.array(picture(surface, (_SHAPE, _SHAPE))).T
    shares = (points - low) / (high - low)
    pixels: Array = np.stack([shares[:, 0] * WIDTH, (1.0 - shares[:, 1]) * HEIGHT], axis=-1)
    return pixels


def _path(pixels: Array) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in pixels)
