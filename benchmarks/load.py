"""A class of 100 on one server process, everybody moving one slider about every four seconds."""

from __future__ import annotations

import asyncio

from benchmarks.classroom_load import Classroom, Measured, attend, percentile
from benchmarks.figure import Figure
from benchmarks.servers import PLAYGROUND, serve

_ROOMS = (
    ("100 sessions on the default link, learning rates: p95", "learning rate", "", 500.0),
    ("the same, each session with a start of its own: p95", "learning rate", "x=-1.{student}", None),
    ("the same, every slider, the surface's too: p95", "", "", None),
)


def measure(seconds: float = 30.0) -> list[Figure]:
    """The bound's case, one in which no cached run serves two students, and one that redraws the map."""
    figures = []
    for what, match, query, bound in _ROOMS:
        with serve(PLAYGROUND) as server:
            room = Classroom(server.url, sessions=100, seconds=seconds, think=4.0, match=match, query=query)
            measured = asyncio.run(attend(room))
        figures.append(_figure(what, bound, measured))
        if bound is not None:
            errors = float(sum(measured.errors.values()))
            figures.append(Figure("errors of these sessions", errors, unit="", bound=0.0))
    return figures


def _figure(what: str, bound: float | None, m: Measured) -> Figure:
    middle, opening = percentile(m.moves, 50), percentile(m.opens, 95)
    note = f"median {middle:.0f} ms, {len(m.moves)} moves, opening p95 {opening:.0f} ms"
    if m.errors:
        note += f", errors {dict(m.errors)}"
    return Figure(what, percentile(m.moves, 95), unit=" ms", bound=bound, note=note, samples={"s": m.moves})
