"""A visitor who comes through a proxy with cookies, as a browser does: link, picture, and the way back."""

from __future__ import annotations

import asyncio
import json
import random
import struct
from http.cookies import SimpleCookie
from time import perf_counter
from typing import Any
from urllib.request import urlopen

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import WebSocketException

from benchmarks.classroom_load import Student

COOKIE = "DESCENT"


class Visitor(Student):
    """One session with a learning rate to move; ``query`` is what the browser's address bar holds."""

    socket: ClientConnection | None = None
    picture: bytes = b""
    """The stage's last message: header length, header with the link, every number of every run."""
    connections = 0

    def __init__(self, url: str, query: str, seed: int) -> None:
        super().__init__(url, random.Random(seed), query, match="learning rate")
        self.headers["Origin"] = url

    @property
    def home(self) -> str:
        """The replica that the visitor's cookie names."""
        return self.headers["Cookie"].partition("=")[2]

    async def arrive(self) -> None:
        """See the picture of the link, on a page that was fetched."""
        await self.connect()
        await self.look()

    async def fetch(self) -> None:
        """Fetch the page, and keep its cookie."""
        page = await asyncio.to_thread(urlopen, self.url, timeout=self.timeout)
        with page:
            self._keep(page.headers.get_all("Set-Cookie", []))

    async def connect(self) -> None:
        """Open a websocket to whichever replica the proxy chooses."""
        self.socket = await self.connection()
        self.connections += 1
        self._keep(self.socket.response.headers.get_all("Set-Cookie"))

    def _keep(self, cookies: list[str]) -> None:
        for cookie in cookies:
            for name, morsel in SimpleCookie(cookie).items():
                if name == COOKIE:
                    self.headers["Cookie"] = f"{name}={morsel.value}"

    async def look(self) -> None:
        """Ask for the picture of the address bar, as a page that was just loaded."""
        self.kept.clear()
        self.picture = b""
        await self.open(self.socket)
        self.query = self._header()["link"]

    async def edit(self) -> None:
        """Move a learning rate; the new picture's link goes into the address bar."""
        await self.move(self.socket)
        self.query = self._header()["link"]

    async def leave(self) -> None:
        """Close the page."""
        if self.socket:
            await self.socket.close()

    async def ask_again(self) -> None:
        """Run the page once more without a change: the session, if it is the same, answers with the same."""
        self.kept.clear()
        await self.open(self.socket)

    async def return_from(self, moment: float) -> float:
        """Wait until the socket breaks, knock until somebody answers; seconds since ``moment``."""
        await self.socket.wait_closed()
        while True:
            try:
                await self.connect()
                return perf_counter() - moment
            except (OSError, WebSocketException):
                await asyncio.sleep(0.1)

    @property
    def seen(self) -> tuple[dict[str, Any], bytes]:
        """Everything that the picture shows: what it says about its session is not seen."""
        header = {
            key: value for key, value in self._header().items() if key not in ("visit", "woken", "heard")
        }
        return header, self.picture[self._begin :]

    @property
    def _begin(self) -> int:
        return 4 + int(struct.unpack_from("<I", self.picture)[0])

    def _header(self) -> dict[str, Any]:
        return dict(json.loads(self.picture[4 : self._begin]))

    def _learn(self, delta: Any) -> None:
        super()._learn(delta)
        component = delta.new_element.bidi_component
        if component.component_name.endswith(".stage"):
            self.picture = component.bytes
