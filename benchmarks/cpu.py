"""Server CPU of one learning-rate move, against an empty app with one slider.

Three servers and one session on each; the sessions move in turn, so that whatever else the machine does
falls on all alike. CPU is what the system has charged to each server's process.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from contextlib import AsyncExitStack, ExitStack
from statistics import median

import psutil
from websockets.asyncio.client import ClientConnection

from benchmarks.classroom_load import Student
from benchmarks.figure import Figure
from benchmarks.servers import EMPTY, PLAYGROUND, SIX_RUNS, Server, serve

_THINK = 0.2
_WARMING = 10
_BLOCK = 25


def measure(blocks: int = 6) -> list[Figure]:
    """The default scenario and six runs, each against the empty app; medians over blocks of moves."""
    with ExitStack() as stack:
        servers = {
            "empty": (stack.enter_context(serve(EMPTY)), "", ""),
            "default": (stack.enter_context(serve(PLAYGROUND)), "", "learning rate"),
            "six runs": (stack.enter_context(serve(PLAYGROUND)), SIX_RUNS, "learning rate"),
        }
        spent, received = asyncio.run(_move_in_turn(servers, blocks))
    empty = median(spent["empty"])
    rows = (("2 runs of 300 steps", "default", 3.0), ("6 runs of 300 steps", "six runs", None))
    figures = [
        Figure(
            f"server CPU per move, playground with {what} / empty",
            median(spent[side]) / empty, bound=bound, samples=spent,
            note=f"{median(spent[side]):.1f} ms, empty {empty:.1f} ms; {received[side] / 1000:.0f} kB a move",
        )
        for what, side, bound in rows
    ]  # fmt: skip
    size = received["six runs"] / 1000
    return [*figures, Figure("answer to a move, 6 runs of 300 steps", size, unit=" kB", bound=80.0)]


async def _move_in_turn(
    servers: dict[str, tuple[Server, str, str]], blocks: int
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """CPU milliseconds a move, block by block, and bytes a move, by side."""
    async with AsyncExitStack() as stack:
        visits: dict[str, tuple[Student, ClientConnection, psutil.Process]] = {}
        for side, (server, query, match) in servers.items():
            student = Student(server.url, random.Random(1), query, match)
            socket = await stack.enter_async_context(student.connection())
            await student.open(socket)
            visits[side] = student, socket, psutil.Process(server.pid)
        spent: dict[str, list[float]] = defaultdict(list)
        received: dict[str, float] = defaultdict(float)
        for block in range(blocks + 1):
            moves = _BLOCK if block else _WARMING
            before = {side: _seconds(process) for side, (_, _, process) in visits.items()}
            for _ in range(moves):
                for side, (student, socket, _) in visits.items():
                    size = await student.move(socket)
                    received[side] += size / (moves * blocks) if block else 0.0
                    await asyncio.sleep(_THINK / len(visits))
            if block:
                for side, (_, _, process) in visits.items():
                    spent[side].append(1000 * (_seconds(process) - before[side]) / moves)
    return dict(spent), received


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
