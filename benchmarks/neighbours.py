"""What one visitor's heavy link does to another: the slowest links that can be built, and a neighbour's wait.

One server and one neighbour, who moves a learning rate on the default link all the time: first alone, then
while each link is opened, and at the end while ten visitors open one each. A wait is extra by what it exceeds
the median of the waits alone.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import psutil
from websockets.asyncio.client import ClientConnection

from benchmarks.classroom_load import Student, percentile
from benchmarks.figure import Figure
from benchmarks.servers import PLAYGROUND, serve

_BOUND = 100.0
_PAUSE = 0.05
_ALONE = 6.0
_SLOTS = "ABCDEF"
_RATE = "learning rate"

_PRODUCTS = " + ".join(f"sigmoid({k}x-y)softplus(x+{k}y)" for k in range(1, 7))
_WAVES = " + ".join(f"sin({k}x)cos({k}y)" for k in range(1, 13))
_ROOTS = " + ".join(f"hypot(x-{k},y)" for k in range(1, 9))
_CASES = " + ".join(f"(x^{k} if x>y else y^{k})" for k in range(2, 8))


def _link(rule: str, runs: int = 6, settings: dict[str, Any] | None = None, **query: Any) -> str:
    """A link to so many runs of one rule, each a little different."""
    query = {"steps": 5_000, "seed": 7} | query
    for i, slot in enumerate(_SLOTS[:runs]):
        query[slot] = rule
        if rule != "nelder_mead":
            query[f"{slot}.learning_rate"] = round(0.5 + 0.01 * i, 2)
        for key, value in (settings or {}).items():
            query[f"{slot}.{key}"] = value
    return urlencode(query)


_LINKS = {
    "long products, backtracking, noise": _link("backtracking", formula=_PRODUCTS, noise=0.3),
    "the same, halving replaced by 0.9": _link("backtracking", settings={"shrink": 0.9}, formula=_PRODUCTS, noise=1),
    "waves, backtracking, noise": _link("backtracking", formula=_WAVES, noise=3),
    "roots, L-BFGS, noise": _link("lbfgs", formula=_ROOTS, noise=1),
    "cases, simplex, stagnation": _link("nelder_mead", formula=_CASES, settings={"schedule": "stagnation"}),
    "waves, gradient descent, stagnation": _link(
        "gradient_descent", formula=_WAVES, noise=0.1, settings={"schedule": "stagnation"}
    ),
    "logistic regression, L-BFGS": _link("lbfgs", landscape="logistic_regression", noise=0.1),
    "logistic regression, backtracking": _link("backtracking", landscape="logistic_regression", noise=1),
    "line fit, single examples, L-BFGS": _link("lbfgs", landscape="line_fit", batch_size=1, noise=0.1),
    "trained network, backtracking": _link("backtracking", landscape="network_slice", noise=1),
}  # fmt: skip


def measure() -> list[Figure]:
    """For every link the time of its picture, the server's memory after it and the neighbour's wait."""
    with serve(PLAYGROUND) as server:
        return asyncio.run(_measured(server.url, psutil.Process(server.pid)))


async def _measured(url: str, process: psutil.Process) -> list[Figure]:
    neighbour = Student(url, random.Random(1), "", _RATE)
    async with neighbour.connection() as socket:
        await neighbour.open(socket)
        for _ in range(10):
            await neighbour.move(socket)
        alone = await _waits(neighbour, socket, asyncio.sleep(_ALONE))
        usual = median(alone)
        what = f"a neighbour alone, p50 (max {max(alone):.0f} ms)"
        figures = [Figure(what, usual, " ms", note=_memory(process), samples={"ms": alone})]
        rooms = {name: [link] for name, link in _LINKS.items()}
        rooms["all ten at once, other seeds"] = [link.replace("seed=7", "seed=8") for link in _LINKS.values()]
        for name, links in rooms.items():
            opening = asyncio.gather(*(_opened(url, link) for link in links))
            waits = await _waits(neighbour, socket, opening)
            note = (
                f"picture after {max(opening.result()):.1f} s; p50 {median(waits):.0f}, p95 "
                f"{percentile([w / 1000 for w in waits], 95):.0f}, max {max(waits):.0f} ms of {len(waits)} waits; "
                f"{_memory(process)}"
            )
            extra = max(waits) - usual
            figures.append(Figure(name, extra, " ms", _BOUND, note=note, samples={"ms": waits}))
            print(f"  {figures[-1]}", flush=True)
    return figures


async def _waits(student: Student, socket: ClientConnection, until: Awaitable[Any]) -> list[float]:
    """Milliseconds of every move until something else has happened."""
    other, waits = asyncio.ensure_future(until), []
    while not other.done():
        asked = perf_counter()
        await student.move(socket)
        waits.append(1000 * (perf_counter() - asked))
        await asyncio.sleep(_PAUSE)
    return waits


async def _opened(url: str, link: str) -> float:
    """Seconds until a visitor who opens this link has the picture."""
    visitor = Student(url, random.Random(1), link, _RATE, timeout=300.0)
    asked = perf_counter()
    async with visitor.connection() as socket:
        await visitor.open(socket)
    return perf_counter() - asked


def _memory(process: psutil.Process) -> str:
    return f"{process.memory_info().rss / 1e6:.0f} MB"
