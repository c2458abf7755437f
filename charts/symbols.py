"""The signs on a map: outlined ones for what the landscape has, solid ones for the runs; no shape is both."""

from __future__ import annotations

import math
from typing import NamedTuple


class Sign(NamedTuple):
    """A shape under its Plotly name, and as an SVG path around the origin for a radius of 1."""

    plotly: str
    path: str


def _polygon(*corners: tuple[float, float]) -> str:
    return "M" + "L".join(f"{x:.3g} {y:.3g}" for x, y in corners) + "Z"


def _star(points: int, outer: float, inner: float) -> str:
    angles = (math.pi * (i / points - 0.5) for i in range(2 * points))
    return _polygon(
        *(
            ((inner if i % 2 else outer) * math.cos(a), (inner if i % 2 else outer) * math.sin(a))
            for i, a in enumerate(angles)
        )
    )


def _cross(turn: float, arm: float = 1.2, width: float = 0.4) -> str:
    corners = [(-width, -width), (-width, -arm), (width, -arm)]
    turns = ((math.cos(turn + k * math.pi / 2), math.sin(turn + k * math.pi / 2)) for k in range(4))
    return _polygon(*((c * x - s * y, s * x + c * y) for c, s in turns for x, y in corners))


_DISC = "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z"
_TICKS = "M1.05 0H1.75M-1.05 0H-1.75M0 1.05V1.75M0 -1.05V-1.75"

LANDSCAPE = {
    "minimum": Sign("star", _star(5, 1.35, 0.58)),
    "local minimum": Sign("star-diamond", _star(4, 1.35, 0.55)),
    "saddle": Sign("x", _cross(math.pi / 4)),
    "maximum": Sign("cross", _cross(0.0)),
    "degenerate point": Sign("hexagram", _star(6, 1.3, 0.75)),
    "start": Sign("circle-cross-open", _DISC + _TICKS),
}
"""By what the legend calls them; drawn with an outline in ink, filled with paper."""


def sign(name: str) -> Sign:
    """The sign of a stationary point by its name; of a kind without its own, that of what cannot be told."""
    return LANDSCAPE.get(name, LANDSCAPE["degenerate point"])


RUNS = {
    "circle": Sign("circle", _DISC),
    "square": Sign("square", _polygon((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9))),
    "diamond": Sign("diamond", _polygon((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0))),
    "triangle-up": Sign("triangle-up", _polygon((0, -1.2), (1.15, 0.85), (-1.15, 0.85))),
    "triangle-down": Sign("triangle-down", _polygon((0, 1.2), (1.15, -0.85), (-1.15, -0.85))),
    "hourglass": Sign("hourglass", _polygon((-1.05, -1.1), (1.05, -1.1), (-1.05, 1.1), (1.05, 1.1))),
}
"""By the name in ``RunStyle.marker``; drawn in the run's colour."""
