"""What the stage shows: the map and the traces, and panels that a lab brings along."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from charts import LANDSCAPE, Axis, Look, panel_layout, sign
from landscapes import Landscape, Point
from landscapes.tape import surface_tape
from optimizers.studies.line import NEAR, SAMPLES, STAY
from ui.scenario import Place


@dataclass(frozen=True)
class Panel:
    """One picture of a lab's own; ``facts`` are what ui/stage/panel.js and the module of its kind read.

    ``figure``, ``cells`` and ``line`` make them.
    """

    name: str
    facts: Mapping[str, Any]
    content: bytes = b""


@dataclass(frozen=True)
class Display:
    """Which pictures stand where.

    ``main`` is large and has the ``others`` stacked beside it, as high as their weights say; without a main
    picture all are alike, so many ``columns`` to a row. They are called ``map``, ``loss``, ``gradient``,
    ``rate``, ``fit``, or as the ``panels`` are. A display without a ``player`` shows runs as they end.
    ``follows`` are the lab's own settings that the browser can follow by itself.
    """

    main: str = "map"
    others: tuple[str | tuple[str, float], ...] = ("loss", "gradient")
    panels: tuple[Panel, ...] = ()
    columns: int = 2
    player: bool = True
    follows: tuple[str, ...] = ()

    @property
    def weighted(self) -> list[tuple[str, float]]:
        """The others with their weights, 1 where none is given."""
        return [(one, 1.0) if isinstance(one, str) else one for one in self.others]

    def shows(self, name: str) -> bool:
        """Whether a picture is among them."""
        return name == self.main or any(name == other for other, _ in self.weighted)


class Head(NamedTuple):
    """A run that stands at the cursor, as high as the last value of its loss (0) or gradient norm (1)."""

    slot: str
    which: int = 0


def figure(
    name: str,
    label: str,
    drawn: Any,
    *,
    place: Place | None = None,
    stops: Sequence[float] | None = None,
    heads: Sequence[Head] = (),
) -> Panel:
    """A Plotly figure, with a cursor at the number of ``place``, which a pointer on it sets.

    ``label`` says in words what is shown. A pointer sets one of the ``stops``, if there are any. The
    horizontal axis is that of the number, the vertical one that of the ``heads``.
    """
    facts = {
        "kind": "cursor",
        "label": label,
        "figure": _sent(drawn),
        "heads": [head._asdict() for head in heads],
        "places": place and {"x": place._asdict()},
        "stops": None if stops is None else _listed(stops),
    }
    return Panel(name, facts)


class Line(NamedTuple):
    """A line of theory over cells: x and y (n,), with gaps where y is not finite."""

    x: ArrayLike
    y: ArrayLike
    color: str
    dash: str = "solid"


class Grid(NamedTuple):
    """Even cells between the ends of an axis (on its scale), and the values at their middles, (n,)."""

    axis: Axis
    values: NDArray[np.float64]

    @property
    def ends(self) -> tuple[float, float]:
        """The outer edges of the first and of the last cell."""
        a = self.axis
        return (10.0**a.low, 10.0**a.high) if a.logarithmic else (a.low, a.high)


def cells(
    name: str,
    label: str,
    x: Grid,
    y: Grid,
    codes: NDArray[np.uint8],
    palette: Sequence[str],
    texts: Sequence[str],
    look: Look,
    *,
    places: tuple[Place, Place] | None = None,
    hover: bool = False,
    lines: Sequence[Line] = (),
    marks: Mapping[str, Sequence[Point]] | None = None,
    paths: Sequence[str] = (),
) -> Panel:
    """A grid of outcomes: ``codes`` (rows, columns), row by row upwards, each a colour and a text.

    ``places`` are the two numbers that a pointer on a cell sets; with ``hover`` the runs follow a mouse over
    the cells. ``lines`` are theory's; ``marks`` points by the name of their sign; ``paths`` the slots of the
    runs whose way is drawn, where the axes are those of the map.
    """
    rows, columns = codes.shape
    facts = {
        "kind": "cells",
        "label": label,
        "figure": {"data": _NOTHING, "layout": panel_layout(x.axis, y.axis, look)},
        "rows": rows,
        "columns": columns,
        "palette": list(palette),
        "texts": list(texts),
        "xs": _listed(x.values),
        "ys": _listed(y.values),
        "edges": [list(x.ends), list(y.ends)],
        "places": places and {"x": places[0]._asdict(), "y": places[1]._asdict()},
        "hover": hover,
        "lines": [
            {"x": _listed(c.x), "y": _listed(c.y), "color": c.color, "dashes": _dashes(c.dash)} for c in lines
        ],
        "marks": [
            {"name": sign(kind).path, "points": [list(map(float, p)) for p in points]}
            for kind, points in (marks or {}).items()
        ],
        "paths": list(paths),
        "cursor": LANDSCAPE["start"].path,
    }
    return Panel(name, facts, np.ascontiguousarray(codes, dtype=np.uint8).tobytes())


def line(
    name: str,
    label: str,
    surface: Landscape,
    axes: tuple[Axis, Axis],
    codes: Sequence[NDArray[np.uint8]],
    palette: Sequence[str],
    look: Look,
) -> Panel | None:
    """A surface that depends on x only as a curve, with the steps of the runs and where every start ends.

    ``codes`` are those of ``Fates`` for every run, in the colours of the ``palette``; a pointer on it sets
    the start. None where the browser cannot draw the curve.
    """
    programs = surface_tape(surface)
    if programs is None:
        return None
    facts = {
        "kind": "line",
        "label": label,
        "figure": {"data": _NOTHING, "layout": panel_layout(*axes, look)},
        "surface": {key: programs[key] for key in ("parameters", "value", "gradient")},
        "window": surface.window[0],
        "axes": surface.axes,
        "near": NEAR,
        "stay": STAY,
        "samples": SAMPLES,
        "cells": len(codes[0]),
        "palette": list(palette),
        "places": {"x": Place("x")._asdict()},
        "star": LANDSCAPE["minimum"].path,
        "cursor": LANDSCAPE["start"].path,
    }
    return Panel(name, facts, b"".join(one.tobytes() for one in codes))


_NOTHING = [{"x": [], "y": [], "type": "scatter"}]
"""Plotly draws axes around something only."""


def _sent(drawn: Any) -> dict[str, Any]:
    """A figure as it travels, without its size: the stage has room of its own."""
    made: dict[str, Any] = json.loads(drawn.to_json())
    made["layout"].pop("height", None)
    made["layout"].pop("template", None)
    return {"data": made["data"] or _NOTHING, "layout": made["layout"]}


def _listed(values: ArrayLike) -> list[float | None]:
    """Numbers for JSON, which has none that is not finite."""
    return [v if math.isfinite(v) else None for v in np.asarray(values, dtype=np.float64).tolist()]


def _dashes(dash: str) -> list[float]:
    return [] if dash == "solid" else [float(part.removesuffix("px")) for part in dash.split(",")]
