"""What the stage shows: the map and the traces, and panels that a lab brings along."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from charts import LANDSCAPE, RUNS, Axis, Line, Look, RunStyle, panel_layout, sign
from landscapes import Array, Landscape
from landscapes.tape import surface_tape
from optimizers import reached, tape
from optimizers.runs.explained import rows
from optimizers.studies.line import NEAR, SAMPLES, STAY
from ui.fan import fanned
from ui.scenario import Place, Scenario
from ui.stage.payload import single


@dataclass(frozen=True)
class Panel:
    """One picture of a lab's own; ``facts`` are what ui/stage/panel.js and the module of its kind read.

    ``figure``, ``line``, ``plane`` and ``route`` make them.
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
    ``follows`` are the lab's own settings that the browser can follow by itself. A display that ``asks`` has
    pictures that only the server can make, and has them made while a number is dragged, too. ``quadratic`` is
    the slot of the run whose local quadratic at the step shown is drawn over the map. ``offers`` are the
    names of the pictures among which the visitor chooses the ``others``, and what each is called. A display
    that ``hides`` sends no runs at all: they are to be predicted. What is ``told`` stands in places of the
    page outside the picture, as ui/stage/places.js writes it: verdicts, and the table of what runs reached.
    """

    main: str = "map"
    others: tuple[str | tuple[str, float], ...] = ("loss", "gradient")
    panels: tuple[Panel, ...] = ()
    columns: int = 2
    player: bool = True
    follows: tuple[str, ...] = ()
    asks: bool = False
    quadratic: str = ""
    offers: tuple[tuple[str, str], ...] = ()
    hides: bool = False
    told: Mapping[str, Any] | None = None

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
    x: Place | None = None,
    y: Place | None = None,
    stops: Sequence[float] | None = None,
    stops_up: Sequence[float] | None = None,
    hover: bool = False,
    heads: Sequence[Head] = (),
    paths: Sequence[str] = (),
    of: Sequence[str] | None = None,
) -> Panel:
    """A Plotly figure with a cursor at the number, or the two numbers, of its axes.

    ``label`` says in words what is shown. A pointer on the figure sets the numbers of the places ``x`` and
    ``y``, each to one of the ``stops`` of its axis if there are any; with ``hover`` the runs follow a mouse
    that only looks. ``heads`` stand on the cursor of one number; ``paths`` are the slots of the runs whose
    way is drawn, where the axes are those of the map; ``of`` are those that the figure was computed for, all
    runs if nothing is said.
    """
    places = {axis: place._asdict() for axis, place in (("x", x), ("y", y)) if place}
    return Panel(
        name,
        {
            "kind": "cursor",
            "label": label,
            "figure": _plotted(drawn),
            "places": places or None,
            "stops": {"x": _listed(stops), "y": _listed(stops_up)},
            "hover": hover,
            "heads": [head._asdict() for head in heads],
            "paths": list(paths),
            "of": None if of is None else list(of),
            "cursor": LANDSCAPE["start"].path,
        },
    )


class Unit(NamedTuple):
    """A unit that answers + where w₁x + w₂y + b > 0: ``weights`` (n, 3) at every stop of a number."""

    name: str
    style: RunStyle
    weights: Array


def plane(
    name: str,
    label: str,
    drawn: Any,
    examples: Sequence[tuple[float, float, float, float]],
    what: str,
    moving: Place,
    stops: Sequence[float],
    first: float,
    units: Sequence[Unit] = (),
) -> Panel:
    """Examples in the plane, and the line between the two answers of every run's unit at the step shown.

    ``examples`` are (x, y, how often the number ``moving`` is added to y, sign). The one that it moves is
    called ``what``, and a pointer sets the number by its height, to one of the ``stops``. A run is over
    (w₂, b) of its unit, whose w₁ is ``first``. The ``units`` are drawn beside them.
    """
    return Panel(
        name,
        {
            "kind": "plane",
            "label": label,
            "figure": _plotted(drawn),
            "moving": what,
            "places": {"moving": moving._asdict()},
            "stops": _listed(stops),
            "examples": examples,
            "first": first,
            "units": [
                {"name": u.name, "color": u.style.color, "dash": u.style.dash, "weights": u.weights.tolist()}
                for u in units
            ],
        },
    )


def route(
    name: str,
    label: str,
    drawn: Any,
    points: Array,
    along: Place,
    stops: Sequence[float],
    said: Sequence[str],
    style: RunStyle,
) -> Panel:
    """A way over a figure, ``points`` (n, 2), as far as the number ``along`` says: each has its stop.

    What is ``said`` of that point stands over the figure; a pointer sets the number to the point next to it.
    """
    return Panel(
        name,
        {
            "kind": "route",
            "label": label,
            "figure": _plotted(drawn),
            "places": {"along": along._asdict()},
            "stops": _listed(stops),
            "points": points.round(4).tolist(),
            "said": list(said),
            "style": {"color": style.color, "sign": RUNS[style.marker].path},
        },
    )


def _plotted(drawn: Any) -> dict[str, Any]:
    """A Plotly figure as the stage takes it."""
    made = json.loads(drawn.to_json())
    made["layout"].pop("height", None)  # the stage has room of its own
    made["layout"].pop("template", None)
    return {"data": made["data"] or _NOTHING, "layout": made["layout"]}


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


def step(name: str, scenario: Scenario, lines: Sequence[Line], shown: bool) -> Panel:
    """The step of one run written out, which the browser computes of every run that it has a program for.

    For any other the numbers of ``_AROUND`` steps before and after the one that is looked at are sent while
    the panel is ``shown``: a row of all letters for each, then the points that were tried on the way, the
    first ``_TRIALS`` of each; both in float32. Those of other steps come when the hand rests there.
    """
    slot = scenario.shown.of or scenario.entries[0].slot
    entry, line = next(pair for pair in zip(scenario.entries, lines, strict=True) if pair[0].slot == slot)
    t = line.trajectory
    facts: dict[str, Any] = {
        "kind": "step",
        "label": "The step written out",
        "of": slot,
        "signs": EXTREMES,
        "axes": scenario.surface.axes,
    }
    alone = fanned(scenario, entry) or tape(scenario.surface, entry.rule, entry.schedule) is None
    if not (shown and alone):
        return Panel(name, facts)
    finite = int(np.isfinite(t.points[:-1]).all(axis=-1).sum())
    now = scenario.shown.step
    at = min(finite if now is None else reached(t, scenario.budget, now), finite - 1)
    steps = range(max(0, at - _AROUND), min(finite, at + _AROUND + 1))
    made, asked = rows(t, steps), t.trials
    trials = [_tried(asked[k + 1], t.points[k]) for k in steps]
    facts |= {"first": steps[0], "width": made.shape[1], "trials": [len(points) for points in trials]}
    return Panel(name, facts, single(made) + b"".join(map(single, trials)))


EXTREMES = {kind: sign(kind).path for kind in ("minimum", "saddle", "maximum")}
"""Signs of the places where a quadratic is level."""

_AROUND = 40
_TRIALS = 24


def _tried(asked: Array, point: Array) -> Array:
    """The points of a step's questions about the loss that are not where it began."""
    points = asked[(asked[:, 2] == 0.0) & (asked[:, :2] != point).any(axis=1), :2]
    return points[:_TRIALS]


_NOTHING = [{"x": [], "y": [], "type": "scatter"}]
"""Plotly draws axes around something only."""


def _listed(values: Sequence[float] | None) -> list[float] | None:
    return None if values is None else [float(v) for v in values]
