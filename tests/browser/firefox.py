"""Debian's Firefox through WebDriver BiDi, which it speaks by itself: open a page, ask it, click and type.

Playwright drives only Firefoxes of its own build.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

NAMES = ("firefox-esr", "firefox")
KEYS = {"ArrowRight": "\ue014", "ArrowLeft": "\ue012", "Enter": "\ue007"}
PATIENCE = 60.0
"""Seconds for a page to become what a test waits for."""


def installed() -> str | None:
    """The path of a Firefox, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Firefox:
    """One window."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._count = socket, 0
        self.say("session.new", capabilities={})
        (context,) = self.say("browsingContext.getTree")["contexts"]
        self._context = context["context"]

    def say(self, method: str, **params: Any) -> Any:
        """A command and its result; events that come between are passed over."""
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=PATIENCE))
            if answer.get("id") != self._count:
                continue
            if answer["type"] == "error":
                raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
            return answer["result"]

    def size(self, width: int, height: int) -> None:
        """Make the page so many pixels large."""
        self.say(
            "browsingContext.setViewport",
            context=self._context,
            viewport={"width": width, "height": height},
        )

    def open(self, url: str) -> None:
        """Go to a page, and on as soon as it has begun to load."""
        self.say("browsingContext.navigate", context=self._context, url=url, wait="none")

    def ask(self, expression: str) -> Any:
        """What an expression is on the page, as JSON."""
        result = self.say(
            "script.evaluate",
            expression=f"JSON.stringify({expression})",
            target={"context": self._context},
            awaitPromise=False,
        )
        if result["type"] == "exception":
            raise RuntimeError(result["exceptionDetails"]["text"])
        return json.loads(result["result"].get("value", "null"))

    def wait(self, condition: str) -> None:
        """Until a condition holds; ``TimeoutError`` if it never does."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if self.ask(f"Boolean({condition})"):
                    return
            except RuntimeError:  # the document is not there yet
                pass
            time.sleep(0.05)  # between two questions: no event says that a condition holds
        raise TimeoutError(condition)

    def click(self, x: float, y: float) -> None:
        """Press and release the mouse over a point of the page."""
        move = {"type": "pointerMove", "x": round(x), "y": round(y)}
        actions = [move, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._act({"type": "pointer", "id": "mouse", "actions": actions})

    def press(self, key: str) -> None:
        """Press and release a key."""
        value = KEYS.get(key, key)
        actions = [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        self._act({"type": "key", "id": "keys", "actions": actions})

    def _act(self, source: dict[str, Any]) -> None:
        self.say("input.performActions", context=self._context, actions=[source])


@contextmanager
def firefox(path: str, profile: Path) -> Iterator[Firefox]:
    """A Firefox without a screen; ended with the block."""
    command = [path, "--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", str(profile)]
    log = profile / "log"
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + PATIENCE
        while not (said := re.search(r"WebDriver BiDi listening on (\S+)\n", log.read_text())):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Firefox did not start:\n{log.read_text()}")
            time.sleep(0.05)  # it says so in its log alone
        address = said[1]
        with connect(f"{address}/session", max_size=None) as socket:
            yield Firefox(socket)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
