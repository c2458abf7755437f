"""What the stage shows: the map and the traces, and panels that a lab brings along."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from charts import LANDSCAPE
from ui.scenario import Place


@dataclass(frozen=True)
class Panel:
    """One picture of a lab's own; ``facts`` are what ui/stage/panel.js and the module of its kind read.

    ``figure`` makes them.
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
    pictures that only the server can make, and has them made while a number is dragged, too.
    """

    main: str = "map"
    others: tuple[str | tuple[str, float], ...] = ("loss", "gradient")
    panels: tuple[Panel, ...] = ()
    columns: int = 2
    player: bool = True
    follows: tuple[str, ...] = ()
    asks: bool = False

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
    made = json.loads(drawn.to_json())
    made["layout"].pop("height", None)  # the stage has room of its own
    made["layout"].pop("template", None)
    places = {axis: place._asdict() for axis, place in (("x", x), ("y", y)) if place}
    return Panel(
        name,
        {
            "kind": "cursor",
            "label": label,
            "figure": {"data": made["data"] or _NOTHING, "layout": made["layout"]},
            "places": places or None,
            "stops": {"x": _listed(stops), "y": _listed(stops_up)},
            "hover": hover,
            "heads": [head._asdict() for head in heads],
            "paths": list(paths),
            "of": None if of is None else list(of),
            "cursor": LANDSCAPE["start"].path,
        },
    )


_NOTHING = [{"x": [], "y": [], "type": "scatter"}]
"""Plotly draws axes around something only."""


def _listed(values: Sequence[float] | None) -> list[float] | None:
    return None if values is None else [float(v) for v in values]
