"""A bounded load client that speaks Streamlit's own websocket protocol (written for Streamlit 1.67).

Each student opens a session, sends the same first ``rerun_script`` a browser sends, learns every slider
from the answer, and after a random think time moves one slider to another value and waits until that
run has finished. The last values of all sliders go back with each change, with the fragment where there
is one, and large elements of the last two runs are declared as kept: this is what a browser does.

Latency is from the message sent to ``script_finished`` received: server and network, not the browser's
drawing. Open is from connecting to the first ``script_finished``.

With no think time and one session even an empty app takes about 44 ms: that is Nagle's algorithm and
delayed acknowledgements between this client and the server, which a browser does not show. Judge one
visitor's latency with ``--think 0.2`` or more.

    python -m benchmarks.classroom_load --url http://127.0.0.1:8501 --sessions 30 --seconds 30 --think 2

Exit code 0 if all went well, 1 after errors or without any interaction, 2 for bad arguments. Every wait
has a timeout and the whole run a deadline. Point it only at a server of your own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from websockets.asyncio.client import ClientConnection, connect

_FINISHED = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}
_KEPT_RUNS = 2
"""Runs for which a browser keeps a large message that was not sent again."""


class AppError(Exception):
    """The app answered with an exception."""


class Known(NamedTuple):
    """A slider as the server described it, and the fragment it belongs to."""

    slider: Any
    fragment: str


class Student:
    """One session; ``match`` chooses the sliders that are moved, by a part of their label."""

    def __init__(
        self, url: str, rng: random.Random, query: str = "", match: str = "", timeout: float = 30.0
    ) -> None:
        self.url = url
        self.rng = rng
        self.query = query
        self.match = match.lower()
        self.timeout = timeout
        self.sliders: dict[str, Known] = {}
        self.values: dict[str, float] = {}
        self.page = ""
        self.runs = 0
        self.kept: dict[str, int] = {}
        self.headers: dict[str, str] = {}

    def connection(self, compression: str | None = None) -> connect:
        """The websocket to open, as a context manager."""
        parts = urlsplit(self.url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        return connect(
            f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers=self.headers,
            max_size=None,
            compression=compression,
            open_timeout=self.timeout,
            close_timeout=2,
            ping_interval=None,
        )

    async def open(self, socket: ClientConnection) -> int:
        """The first run of the page; bytes received."""
        await socket.send(self._rerun(""))
        return await self._finished(socket)

    async def move(self, socket: ClientConnection) -> int:
        """Move one slider and wait for the run it causes; bytes received."""
        key = self.rng.choice(list(self.sliders))
        self.values[key] = self._other(key)
        await socket.send(self._rerun(self.sliders[key].fragment))
        return await self._finished(socket)

    def _other(self, key: str) -> float:
        s = self.sliders[key].slider
        low, high, step = s.min, s.max, s.step or (s.max - s.min) / 100
        if s.type == Slider.SELECT_SLIDER:
            low, high, step = 0, len(s.options) - 1, 1
        now = self.values.get(key, s.default[0] if s.default else low)
        notches = max(1, round((high - low) / step))
        places = (min(high, round(low + step * self.rng.randint(0, notches), 10)) for _ in range(20))
        return float(next((v for v in places if abs(v - now) > 1e-12), now))

    def _rerun(self, fragment: str) -> bytes:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string = self.query
        rerun.page_script_hash = self.page
        rerun.context_info.timezone = "UTC"
        rerun.context_info.locale = "en-US"
        rerun.context_info.url = self.url
        rerun.fragment_id = fragment
        rerun.cached_message_hashes.extend(h for h, n in self.kept.items() if self.runs - n <= _KEPT_RUNS)
        for key, value in self.values.items():
            slider = self.sliders[key].slider
            widget = rerun.widget_states.widgets.add(id=key)
            if slider.type == Slider.SELECT_SLIDER:
                widget.string_array_value.data.append(slider.options[int(value)])
            elif len(slider.default) > 1:  # a range: its lower end moves
                widget.double_array_value.data.extend([min(value, slider.default[-1]), slider.default[-1]])
            else:
                widget.double_array_value.data.append(value)
        return bytes(message.SerializeToString())

    async def _finished(self, socket: ClientConnection) -> int:
        received = 0
        while True:
            raw = await asyncio.wait_for(socket.recv(decode=False), self.timeout)
            received += len(raw)
            message = ForwardMsg.FromString(raw)
            if message.hash and message.metadata.cacheable:
                self.kept[message.hash] = self.runs
            kind = message.WhichOneof("type")
            if kind == "ref_hash":
                self.kept[message.ref_hash] = self.runs
            elif kind == "new_session":
                self.page = message.new_session.page_script_hash
            elif kind == "delta":
                self._learn(message.delta)
            elif kind == "script_finished" and message.script_finished in _FINISHED:
                self.runs += 1
                self.kept = {h: n for h, n in self.kept.items() if self.runs - n <= _KEPT_RUNS}
                return received
            elif message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                raise AppError("compile error")

    def _learn(self, delta: Any) -> None:
        kind = delta.new_element.WhichOneof("type")
        if kind == "exception":
            shown = delta.new_element.exception
            raise AppError(f"{shown.type}: {shown.message[:120]}")
        if kind == "slider":
            slider = delta.new_element.slider
            if not slider.disabled and not slider.form_id and self.match in slider.label.lower():
                self.sliders[slider.id] = Known(slider, delta.fragment_id)


@dataclass(frozen=True)
class Classroom:
    """How many students, for how long, and what they do.

    ``query`` is the link's query; ``{student}`` in it becomes the student's number.
    """

    url: str
    sessions: int = 10
    seconds: float = 15.0
    think: float = 1.0
    ramp: float | None = None
    timeout: float = 30.0
    match: str = ""
    query: str = ""
    compression: str | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        bounds = (
            ("sessions", self.sessions, 1, 1000),
            ("seconds", self.seconds, 0.1, 900),
            ("think", self.think, 0, 600),
            ("ramp", self.opening, 0, 300),
            ("timeout", self.timeout, 0.1, 120),
        )
        for name, value, low, high in bounds:
            if not low <= value <= high:
                raise ValueError(f"{name} must be from {low:g} to {high:g}, not {value:g}.")

    @property
    def opening(self) -> float:
        """Seconds over which the sessions open: twenty a second where nothing else is asked for."""
        return self.sessions / 20 if self.ramp is None else self.ramp


@dataclass
class Measured:
    """Seconds per opening and per interaction, when each ended, and what went wrong."""

    opens: list[float] = field(default_factory=list)
    moves: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    received: int = 0
    labels: set[str] = field(default_factory=set)
    errors: Counter[str] = field(default_factory=Counter)


def percentile(seconds: Sequence[float], p: float) -> float:
    """Nearest-rank percentile in milliseconds; nan of nothing."""
    ordered = sorted(seconds)
    return 1000 * ordered[max(0, math.ceil(p / 100 * len(ordered)) - 1)] if ordered else math.nan


async def attend(room: Classroom) -> Measured:
    """Let a classroom use the app; a dropped connection or a timeout is a result, not a crash."""
    measured, rng, begin = Measured(), random.Random(room.seed), time.perf_counter()
    stop = begin + room.opening + room.seconds
    tasks = [
        asyncio.create_task(
            _live(
                room, i, random.Random(rng.random()), measured, begin + room.opening * i / room.sessions, stop
            )
        )
        for i in range(room.sessions)
    ]
    _, pending = await asyncio.wait(tasks, timeout=room.opening + room.seconds + 2 * room.timeout)
    for task in pending:
        task.cancel()
        measured.errors["deadline"] += 1
    return measured


async def _live(
    room: Classroom, number: int, rng: random.Random, measured: Measured, start: float, stop: float
) -> None:
    await asyncio.sleep(max(0.0, start - time.perf_counter()))
    query = room.query.replace("{student}", str(number))
    student = Student(room.url, rng, query, room.match, room.timeout)
    try:
        asked = time.perf_counter()
        async with student.connection(room.compression) as socket:
            await student.open(socket)
            measured.opens.append(time.perf_counter() - asked)
            measured.labels.update(known.slider.label for known in student.sliders.values())
            if not student.sliders:
                measured.errors["no matching slider in the app"] += 1
                return
            while True:
                await asyncio.sleep(rng.uniform(0.5, 1.5) * room.think)
                if time.perf_counter() >= stop:
                    return
                asked = time.perf_counter()
                received = await student.move(socket)
                answered = time.perf_counter()
                measured.moves.append(answered - asked)
                measured.ended.append(answered)
                measured.received += received
    except TimeoutError:
        measured.errors["timeout"] += 1
    except Exception as error:
        measured.errors[f"{type(error).__name__}: {str(error)[:120]}"] += 1


def report(room: Classroom, measured: Measured) -> dict[str, Any]:
    """The figures of a run, ready for JSON."""
    moves = measured.moves
    numbers = {f"open_p{p}_ms": percentile(measured.opens, p) for p in (50, 95)}
    numbers |= {f"p{p}_ms": percentile(moves, p) for p in (50, 95, 99, 100)}
    return {
        "url": room.url,
        "sessions": room.sessions,
        "seconds": room.seconds,
        "think": room.think,
        "opened": len(measured.opens),
        "interactions": len(moves),
        **{name: None if math.isnan(value) else round(value, 1) for name, value in numbers.items()},
        "bytes_per_interaction": round(measured.received / len(moves)) if moves else None,
        "sliders": sorted(measured.labels),
        "errors": dict(measured.errors),
    }


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", required=True, help="http(s)://host:port[/base]")
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=15.0, help="time after all sessions have opened")
    parser.add_argument("--think", type=float, default=1.0, help="mean pause between a student's moves")
    parser.add_argument("--ramp", type=float, help="seconds over which sessions open; sessions/20 by default")
    parser.add_argument("--timeout", type=float, default=30.0, help="longest wait for one answer")
    parser.add_argument("--match", default="", help="only sliders whose label contains this text")
    parser.add_argument("--query", default="", help="the link's query; {student} becomes a number")
    parser.add_argument("--compression", choices=["deflate"], help="offer compression, as a browser does")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    arguments = vars(parser.parse_args())
    path = arguments.pop("json")
    try:
        room = Classroom(**arguments)
    except ValueError as error:
        parser.error(str(error))
    measured = asyncio.run(attend(room))
    text = json.dumps(report(room, measured))
    print(text)
    if path:
        path.write_text(text)
    return 1 if measured.errors or not measured.moves else 0


if __name__ == "__main__":
    sys.exit(main())
