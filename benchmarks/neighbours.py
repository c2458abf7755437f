"""What one visitor's heavy link does to another: the slowest links that can be built, and a neighbour's wait.

Two servers, and on each a neighbour who moves a learning rate on the default link all the time. The links are
opened on one of them, one by one and at the end all together; the neighbour on the other tells what the
machine does to a wait meanwhile.
"""

from __future__ import annotations

import asyncio
import random
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import psutil
from websockets.asyncio.client import ClientConnection

from benchmarks.classroom_load import Student, percentile
from benchmarks.figure import Figure
from benchmarks.servers import PLAYGROUND, Server, serve

_BOUND = 100.0
_PAUSE = 0.05
_LEAST = 2.0
"""Seconds for which neighbours are watched at least."""
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
    "the same, shrinking by a tenth": _link(
        "backtracking", formula=_PRODUCTS, noise=1, settings={"shrink": 0.9}
    ),
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
}


def measure() -> list[Figure]:
    """For every link the neighbour's p95 wait above the other's, the picture's time and the memory."""
    with serve(PLAYGROUND) as busy, serve(PLAYGROUND) as calm:
        return asyncio.run(_measured(busy, calm))


async def _measured(busy: Server, calm: Server) -> list[Figure]:
    neighbours = [Student(server.url, random.Random(1), "", _RATE) for server in (busy, calm)]
    process, figures = psutil.Process(busy.pid), []
    async with neighbours[0].connection() as one, neighbours[1].connection() as other:
        pairs = list(zip(neighbours, (one, other), strict=True))
        for student, socket in pairs:
            await student.open(socket)
            for _ in range(10):
                await student.move(socket)
        rooms = {"nobody else": []} | {name: [link] for name, link in _LINKS.items()}
        rooms["all ten at once, other seeds"] = [link.replace("seed=7", "seed=8") for link in _LINKS.values()]
        for name, links in rooms.items():
            opening = asyncio.gather(*(_opened(busy.url, link) for link in links), asyncio.sleep(_LEAST, 0.0))
            near, far = await asyncio.gather(*(_waits(*pair, opening) for pair in pairs))
            note = (
                f"picture after {max(opening.result()):.1f} s, {process.memory_info().rss / 1e6:.0f} MB; "
                f"{_said(near)}; on the calm server {_said(far)}"
            )
            samples = {"near": near, "far": far}
            extra = _p95(near) - _p95(far)
            figures.append(Figure(name, extra, " ms", _BOUND if links else None, note=note, samples=samples))
    return figures


async def _waits(student: Student, socket: ClientConnection, until: asyncio.Future[Any]) -> list[float]:
    """Milliseconds of every move until something else has happened."""
    waits = []
    while not until.done():
        asked = perf_counter()
        await student.move(socket)
        waits.append(1000 * (perf_counter() - asked))
        await asyncio.sleep(_PAUSE)
    return waits


def _p95(waits: list[float]) -> float:
    return percentile([wait / 1000 for wait in waits], 95)


def _said(waits: list[float]) -> str:
    return f"{len(waits)} waits, p50 {median(waits):.0f}, p95 {_p95(waits):.0f}, max {max(waits):.0f} ms"


async def _opened(url: str, link: str) -> float:
    """Seconds until a visitor who opens this link has the picture."""
    visitor = Student(url, random.Random(1), link, _RATE, timeout=300.0)
    asked = perf_counter()
    async with visitor.connection() as socket:
        await visitor.open(socket)
    return perf_counter() - asked
