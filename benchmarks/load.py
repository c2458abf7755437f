"""A class of 100, or 300, on one server process, everybody moving one slider about every four seconds."""

from __future__ import annotations

import asyncio
from time import perf_counter

import psutil

from benchmarks.classroom_load import Classroom, Measured, attend, percentile
from benchmarks.figure import Figure
from benchmarks.servers import EMPTY, PLAYGROUND, serve

_RATE = "learning rate"
_ROOMS = (
    ("100 sessions on the default link, learning rates: p95", 100, PLAYGROUND, _RATE, "", 500.0),
    ("the same, each session with a start of its own: p95", 100, PLAYGROUND, _RATE, "x=-1.{student}", None),
    ("the same, every slider, the surface's too: p95", 100, PLAYGROUND, "", "", None),
    ("100 sessions on the empty app: p95", 100, EMPTY, "", "", None),
    ("300 sessions on the default link, learning rates: p95", 300, PLAYGROUND, _RATE, "", 400.0),
    ("300 sessions on the empty app: p95", 300, EMPTY, "", "", None),
)


def measure(seconds: float = 30.0) -> list[Figure]:
    """The bounds' cases, one in which no cached run serves two students, one that redraws the map.

    The empty app under the same load tells what the machine and this client, which shares it, cost.
    """
    figures = []
    for what, sessions, script, match, query, bound in _ROOMS:
        with serve(script) as server:
            room = Classroom(server.url, sessions, seconds, think=4.0, match=match, query=query)
            begin = perf_counter()
            measured = asyncio.run(attend(room))
            times = psutil.Process(server.pid).cpu_times()
            busy = (times.user + times.system) / (perf_counter() - begin)
        figures.append(_figure(what, bound, measured, begin + room.opening + 2.0, busy))
        if bound is not None:
            errors = float(sum(measured.errors.values()))
            figures.append(Figure("errors of these sessions", errors, unit="", bound=0.0))
    return figures


def _figure(what: str, bound: float | None, m: Measured, settled: float, busy: float) -> Figure:
    later = [taken for taken, ended in zip(m.moves, m.ended, strict=True) if ended >= settled]
    note = (
        f"median {percentile(m.moves, 50):.0f} ms, p95 once all are in {percentile(later, 95):.0f} ms, "
        f"{len(m.moves)} moves, opening p95 {percentile(m.opens, 95):.0f} ms, "
        f"server {busy:.0%} of a core"
    )
    if m.errors:
        note += f", errors {dict(m.errors)}"
    return Figure(what, percentile(m.moves, 95), unit=" ms", bound=bound, note=note, samples={"s": m.moves})
