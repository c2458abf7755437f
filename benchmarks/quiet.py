"""A Chromium with no debugger in its pages: a page reports one number in its title.

Playwright switches the ``Runtime`` domain on in every page. V8 then collects source positions while a
large script runs, which more than doubles the time that ``plotly.min.js`` takes to start; nobody who
opens the app pays that. Here only the title is read, from outside the page.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.browser import FLAGS, executable

_SIZE = {"width": 1280, "height": 800}


class Quiet:
    """The browser's own end of the protocol."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.serial = itertools.count(1)

    async def _do(self, method: str, session: str | None = None, **arguments: Any) -> dict[str, Any]:
        serial = next(self.serial)
        command = {"id": serial, "method": method, "params": arguments}
        await self.socket.send(json.dumps(command | ({"sessionId": session} if session else {})))
        while True:
            answer = json.loads(await asyncio.wait_for(self.socket.recv(), 60))
            if answer.get("id") == serial:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])

    async def milliseconds(self, url: str, script: str, seconds: float = 60.0) -> float:
        """Open a page in a fresh context; ``script`` runs first and sets the title to ``= number``."""
        context = (await self._do("Target.createBrowserContext"))["browserContextId"]
        try:
            opened = await self._do(
                "Target.createTarget", url="about:blank", browserContextId=context, **_SIZE
            )
            target = {"targetId": opened["targetId"]}
            session = (await self._do("Target.attachToTarget", flatten=True, **target))["sessionId"]
            await self._do("Page.enable", session)
            await self._do("Page.addScriptToEvaluateOnNewDocument", session, source=script)
            await self._do("Page.navigate", session, url=url)
            async with asyncio.timeout(seconds):
                while True:
                    await asyncio.sleep(0.1)
                    title = (await self._do("Target.getTargetInfo", **target))["targetInfo"]["title"]
                    if title.startswith("= "):
                        return float(title[2:])
        finally:
            await self._do("Target.disposeBrowserContext", browserContextId=context)


@asynccontextmanager
async def quiet_chromium() -> AsyncIterator[Quiet]:
    """A headless Chromium with a profile of its own, ended with the block."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            executable(),
            "--headless",
            *FLAGS,
            f"--user-data-dir={profile}",
            "--remote-debugging-port=0",
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            address = await _address(Path(profile) / "DevToolsActivePort")
            async with connect(address, max_size=None, ping_interval=None) as socket:
                yield Quiet(socket)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


async def _address(file: Path, seconds: float = 30.0) -> str:
    """Where the browser listens: it writes port and path into its profile."""
    async with asyncio.timeout(seconds):
        while True:
            if file.exists() and len(lines := file.read_text().split()) == 2:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
            await asyncio.sleep(0.1)
